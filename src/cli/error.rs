//! What can go wrong on the command line, said with the name of the file it went wrong with.

use std::io;
use std::path::PathBuf;

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

impl CliError {
    /// The error of a model file, named once: reading errors hold the path already.
    pub fn of_model(path: PathBuf, source: ModelError) -> CliError {
        match source {
            ModelError::Read { path, source } => CliError::Read { name: path.display().to_string(), source },
            source => CliError::Model { path, source },
        }
    }
}
