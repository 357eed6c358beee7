//! The command line: arguments, streams, files, reports, exit codes; the only room that prints.
//!
//! `args` says what may be written on the command line; `inputs` turns files, folders and stdin into a list of documents;
//! `blocks` cuts a long document so that memory stays bounded; `filter` repairs them to stdout and `report` writes down every
//! edit. `train`, `dictionary`, `confusions` and `check` are the subcommands, `output` writes a new file whole or not at all.
//!
//! May know every other room, through their public faces.

mod args;
mod blocks;
mod check;
mod confusions;
mod dictionary;
mod error;
mod filter;
mod inputs;
mod output;
mod report;
mod train;

use std::ffi::OsString;
use std::fmt::Display;
use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;

use args::{Arguments, Command, DictionaryCommand};
use error::CliError;

/// How a command ended that could be carried through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// All done.
    Done,
    /// Some input failed, was named on stderr, and the others were done.
    SomeFailed,
}

/// Runs the program with the given arguments, the program's own name first.
///
/// Exit codes: 0 done, 1 some input failed (the others were done), 2 the command line was wrong.
pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments = match Arguments::try_parse_from(args) {
        Ok(arguments) => arguments,
        Err(e) => {
            // A closed pipe behind `--help | head` is no reason to complain.
            let _ = e.print();
            return ExitCode::from(e.exit_code() as u8);
        }
    };
    let ended = match &arguments.command {
        None => filter::run(&arguments.repair),
        Some(Command::Train(a)) => train::run(a),
        Some(Command::Dictionary { command }) => match command {
            DictionaryCommand::Vocabulary(a) => dictionary::vocabulary(a),
            DictionaryCommand::Confusions(a) => confusions::run(a),
            DictionaryCommand::Check(a) => check::run(a),
            DictionaryCommand::Compile(a) => dictionary::compile(a),
        },
    };
    match ended {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::SomeFailed) => ExitCode::from(1),
        Err(CliError::Usage(what)) => {
            complain(what);
            ExitCode::from(2)
        }
        Err(e) => {
            complain(e);
            ExitCode::from(1)
        }
    }
}

/// Names a problem on stderr.
fn complain(what: impl Display) {
    say(format_args!("degarble: {what}"));
}

/// Writes a line to stderr; where stderr is closed there is nobody left to tell.
fn say(line: impl Display) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}
