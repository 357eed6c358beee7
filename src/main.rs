//! The `degarble` program; everything happens in the library's `cli` room.

fn main() -> std::process::ExitCode {
    degarble::cli::run(std::env::args_os())
}
