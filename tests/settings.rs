//! Where settings come from: the file above, the environment, the command line, in this order.

mod support;

use support::{FIXED, Folder, SPUN, degarble, said};

/// What `--dump-config` says of one setting.
fn dumped(output: &std::process::Output, key: &str) -> String {
    assert!(output.status.success(), "{}", said(output));
    let table: toml::Table = String::from_utf8_lossy(&output.stdout).parse().unwrap();
    table[key].to_string()
}

#[test]
fn the_file_is_found_upwards_and_its_paths_are_its_own() {
    let folder = Folder::new("upwards");
    folder.write("degarble.toml", "protect = ['names.txt']\n");
    folder.write("names.txt", "convention name\n");
    folder.write("deep/er/page.txt", SPUN);
    let run = |args: &[&str]| {
        let output = degarble(args).current_dir(folder.path("deep/er")).output().unwrap();
        assert!(output.status.success(), "{}", said(&output));
        String::from_utf8(output.stdout).unwrap()
    };
    assert_eq!(run(&["page.txt"]), FIXED.replace("conference call", "convention name"));
    assert_eq!(run(&["--no-config", "page.txt"]), FIXED);
    // A nearer file counts alone.
    folder.write("deep/degarble.toml", "protect-words = ['money stream']\n");
    assert_eq!(run(&["page.txt"]), FIXED.replace("cash flow", "money stream"));
}

#[test]
fn the_environment_counts_over_the_file_and_under_the_command_line() {
    let folder = Folder::new("environment");
    folder.write("degarble.toml", "min-confidence = 0.25\nthreads = 3\n");
    let other = folder.write("other.toml", "threads = 7\n");
    let run = |args: &[&str], env: &[(&str, &str)]| {
        let mut command = degarble(args);
        command.arg("--dump-config").current_dir(&folder.0).envs(env.iter().copied());
        command.output().unwrap()
    };
    assert_eq!(dumped(&run(&[], &[]), "min-confidence"), "0.25");
    assert_eq!(dumped(&run(&[], &[("DEGARBLE_MIN_CONFIDENCE", "0.5")]), "min-confidence"), "0.5");
    assert_eq!(dumped(&run(&["--min-confidence", "0.75"], &[("DEGARBLE_MIN_CONFIDENCE", "0.5")]), "min-confidence"), "0.75");
    assert_eq!(dumped(&run(&[], &[("DEGARBLE_THREADS", "2")]), "threads"), "2");
    assert_eq!(dumped(&run(&[], &[("DEGARBLE_CONFIG", other.to_str().unwrap())]), "threads"), "7");
    assert_eq!(dumped(&run(&["--no-config"], &[("DEGARBLE_CONFIG", other.to_str().unwrap())]), "threads"), "0");
    assert_eq!(dumped(&run(&[], &[("DEGARBLE_MODEL", "my.model")]), "model"), "\"my.model\"");
    assert_eq!(run(&[], &[("DEGARBLE_MIN_CONFIDENCE", "high")]).status.code(), Some(2));
}

#[test]
fn colour_is_for_those_who_want_it() {
    let folder = Folder::new("colour");
    let page = folder.write("page.txt", SPUN);
    let run = |args: &[&str], env: &[(&str, &str)]| {
        let mut command = degarble(["--no-config", "--diff=words"]);
        let output = command.args(args).arg(&page).env_remove("NO_COLOR").envs(env.iter().copied()).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let colour = "\x1B[32mconference call\x1B[0m";
    assert!(run(&["--color", "always"], &[("NO_COLOR", "1")]).contains(colour));
    assert!(run(&[], &[("CLICOLOR_FORCE", "1")]).contains(colour));
    assert!(!run(&[], &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]).contains('\x1B'));
    assert!(!run(&[], &[]).contains('\x1B'), "a pipe is no terminal");
}
