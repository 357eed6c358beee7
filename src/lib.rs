//! degarble puts garbled financial transcripts back into their original words.
//!
//! ```
//! let repairer = degarble::Repairer::new();
//! let repaired = repairer.repair("Net income");
//! assert_eq!(repaired.text(), "Net income");
//! ```

pub mod candidates;
pub mod channel;
#[doc(hidden)]
pub mod cli;
pub mod decoder;
pub mod dictionary;
pub mod language_model;
pub mod repair;
pub mod text;

pub use repair::{Edit, EditKind, Options, Repaired, Repairer, SetupError};
