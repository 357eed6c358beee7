//! The dictionary: vocabulary, substitution and phrase table, inflection, and their compiled, finite-state form.
//!
//! `vocabulary`, `source` and `inflect` read the text under `dictionaries/`; `compile` turns rows into the blob that the build
//! embeds and [`Table`] reads in place; `gather` makes a vocabulary from documents. The build script compiles these very
//! files, so the parsing half uses nothing but the standard library, `fst` and `thiserror`.
//!
//! May know `text`.

mod compile;
mod error;
mod gather;
mod inflect;
mod source;
mod table;
mod vocabulary;

pub use compile::{Expansion, Pair, compile, expand, known_words};
pub use error::DictionaryError;
pub use gather::VocabularyBuilder;
pub use inflect::{Inflections, PartOfSpeech};
pub use source::{Alternative, Row, Style, TableKind, normalise, parse_table};
pub use table::{Entries, Entry, OriginalId, Table};
pub use vocabulary::{Word, parse_vocabulary, write_vocabulary};
