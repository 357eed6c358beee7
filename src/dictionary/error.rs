//! What can be wrong with a dictionary, said with file, line and column.

use std::path::PathBuf;

/// Why a dictionary cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DictionaryError {
    /// The file cannot be read.
    #[error("{path}: cannot read: {source}", path = path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A line is not as the format wants it.
    #[error("{path}:{line}:{column}: {what}", path = path.display())]
    Syntax {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// The column of the field, from 1.
        column: usize,
        /// What is wrong and what to write instead.
        what: String,
    },
    /// Compiled bytes that do not hold together.
    #[error("damaged compiled dictionary at byte {at}: {what}; compile it again with `degarble dictionary compile`")]
    Damaged {
        /// Offset of the first byte that is wrong.
        at: usize,
        /// What is wrong there.
        what: &'static str,
    },
}
