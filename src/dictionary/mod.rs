//! The dictionary: vocabulary, substitution and phrase table, inflection, and their compiled, finite-state form.
//!
//! `vocabulary`, `source` and `inflect` read the text under `dictionaries/`; `compile` turns rows into the blob that the build
//! embeds and [`Table`] reads in place; `gather` makes a vocabulary from documents. `confusions` and `marks` say what OCR engines misread and
//! make up; `observe` and `learn` learn that from texts. The build script compiles these very
//! files, so the parsing half uses nothing but the standard library, `fst` and `thiserror`.
//!
//! May know `text`.

mod compile;
mod confusions;
mod error;
mod gather;
mod inflect;
mod learn;
mod marks;
mod observe;
mod source;
mod table;
mod vocabulary;
mod wide;

pub use compile::{Expansion, Pair, compile, expand, known_words};
pub use confusions::{Confusion, Confusions, START, parse_confusions, write_confusions};
pub use error::DictionaryError;
pub use gather::VocabularyBuilder;
pub use inflect::{Inflections, PartOfSpeech};
pub use learn::{Misreading, learn_confusions};
pub use marks::{MarkRow, MarkWeights, Marks, parse_marks, write_marks};
pub use observe::Observations;
pub use source::{Alternative, Row, Style, TableKind, normalise, parse_table};
pub use table::{Entries, Entry, OriginalId, Table};
pub use vocabulary::{Word, parse_vocabulary, write_vocabulary};
pub use wide::WideWords;
