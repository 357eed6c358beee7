//! What can go wrong on the command line, said with the name of the file it went wrong with.

use std::io;
use std::path::PathBuf;

use crate::context::ContextError;
use crate::dictionary::DictionaryError;
use crate::language_model::{ModelError, TrainError};

/// Why a command, or one input of it, failed.
#[derive(Debug, thiserror::Error)]
pub(super) enum CliError {
    /// The command line does not make sense.
    #[error("{0}")]
    Usage(String),
    /// An input cannot be read.
    #[error("{name}: {source}")]
    Read {
        /// The input as the user named it.
        name: String,
        /// What the system said.
        source: io::Error,
    },
    /// A folder where a file is wanted.
    #[error("{name}: is a directory; --recursive walks directories")]
    Directory {
        /// The folder as the user named it.
        name: String,
    },
    /// What one input holds is not what its format wants.
    #[error("{name}: {what}")]
    Content {
        /// The input as the user named it.
        name: String,
        /// What is wrong, with its place, and what to do.
        what: String,
    },
    /// The settings file makes no sense: as wrong as a command line.
    #[error("{name}: {what}")]
    Settings {
        /// The file, with line and column where they are known.
        name: String,
        /// What is wrong and what to write.
        what: String,
    },
    /// A file that stdout is appended to: reading it would never end.
    #[error("{name}: is also the output; write to another file")]
    InputIsOutput {
        /// The input as the user named it.
        name: String,
    },
    /// A file cannot be written.
    #[error("{path}: cannot write: {source}", path = path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Standard output cannot be written (a closed pipe is no error).
    #[error("standard output: cannot write: {0}")]
    Output(io::Error),
    /// The model given with `--model` cannot be used.
    #[error("{path}: {source}", path = path.display())]
    Model {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: ModelError,
    },
    /// The model given with `--context` cannot be used.
    #[error("{path}: {source}", path = path.display())]
    Context {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: ContextError,
    },
    /// The model given with `--context` numbers words otherwise than the language model.
    #[error(
        "{path}: made for another vocabulary than the language model's; make it again with `degarble train-context --vocabulary` and \
         the one that the model was trained with",
        path = path.display()
    )]
    Unfit {
        /// The file.
        path: PathBuf,
    },
    /// A compiled dictionary of the user's cannot be used.
    #[error("{path}: {source}", path = path.display())]
    Compiled {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: DictionaryError,
    },
    /// A report does not fit the text it is applied to.
    #[error("{name}: {what}")]
    Report {
        /// The report and the line.
        name: String,
        /// What does not fit.
        what: String,
    },
    /// A dictionary; the message holds the file.
    #[error(transparent)]
    Dictionary(#[from] DictionaryError),
    /// Training; the message holds the file.
    #[error(transparent)]
    Train(#[from] TrainError),
    /// The threads cannot be started.
    #[error("cannot start the threads: {0}")]
    Threads(#[from] rayon::ThreadPoolBuildError),
}

/// Bytes of an input that are not what they claim to be.
pub(super) fn damaged(what: impl Into<String>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what.into())
}

impl CliError {
    /// The error of a model file, named once: reading errors hold the path already.
    pub fn of_model(path: PathBuf, source: ModelError) -> CliError {
        match source {
            ModelError::Read { path, source } => CliError::Read { name: path.display().to_string(), source },
            source => CliError::Model { path, source },
        }
    }
}
