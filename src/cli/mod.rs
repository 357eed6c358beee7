//! The command line: arguments, streams, files, reports, exit codes; the only room that prints.
//!
//! `args` says what may be written on the command line, `settings` puts `degarble.toml` under it. `inputs` turns files, folders
//! and stdin into a list of documents; `source` takes one of them apart: `compress` unpacks it, `encoding` reads its characters,
//! `blocks` and `records` cut it so that memory stays bounded (`intake` reads for them), `format` and `extract` find the texts in
//! it, and `change` is what the engine would change there. `filter` drives that and hands each piece to `target` (stdout or a
//! file), `report`, `diff` and `stats`. `engine` makes the engine that the settings ask for, `lists` reads the user's own tables
//! for it. `explain`, `apply`, `train`, `train_context`, `tune`, `dictionary`, `confusions`, `check` and `generate` are the subcommands; `output`
//! writes a new file whole or not at all.
//!
//! May know every other room, through their public faces.

mod apply;
mod args;
mod blocks;
mod change;
mod check;
mod compress;
mod confusions;
mod dictionary;
mod diff;
mod encoding;
mod engine;
mod error;
mod explain;
mod extract;
mod filter;
mod format;
mod generate;
mod inputs;
mod intake;
mod lists;
mod output;
mod page;
mod peek;
mod progress;
mod records;
mod report;
mod settings;
mod source;
mod stats;
mod style;
mod target;
mod train;
mod train_context;
mod tune;

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
    /// `--check` found something to repair.
    Found,
}

/// Runs the program with the given arguments, the program's own name first.
///
/// Exit codes: 0 done, 1 some input failed (the others were done), 2 the command line was wrong, 3 `--check` found
/// something to repair.
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
        Some(Command::Explain(a)) => explain::run(a),
        Some(Command::Apply(a)) => apply::run(a),
        Some(Command::Train(a)) => train::run(a),
        Some(Command::TrainContext(a)) => train_context::run(a),
        Some(Command::Tune(a)) => tune::run(a),
        Some(Command::Generate(a)) => generate::run(a),
        Some(Command::Dictionary { command }) => match command {
            DictionaryCommand::Vocabulary(a) => dictionary::vocabulary(a),
            DictionaryCommand::Confusions(a) => confusions::run(a),
            DictionaryCommand::Check(a) => check::run(a),
            DictionaryCommand::Observe(a) => dictionary::observe(a),
            DictionaryCommand::Compile(a) => dictionary::compile(a),
        },
    };
    match ended {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::SomeFailed) => ExitCode::from(1),
        Ok(Outcome::Found) => ExitCode::from(3),
        Err(e @ (CliError::Usage(_) | CliError::Settings { .. })) => {
            complain(e);
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
