//! The dictionary: vocabulary, substitution and phrase table, inflection, and their compiled, finite-state form.
//!
//! `vocabulary`, `source` and `inflect` read the text under `dictionaries/`; `compile` turns rows into the blob that the build
//! embeds and [`Table`] reads in place. `observed` holds counts from garbled pages that set the written guesses right, `spread`
//! hands them on to other forms of a word, `observe` makes them, `spin` garbles clean pages by the table; `gather` makes a vocabulary from documents. `confusions` and
//! `marks` say what OCR engines misread and make up; `misread` and `learn` learn that from texts. The build script compiles these very
//! files, so the parsing half uses nothing but the standard library, `fst` and `thiserror`.
//!
//! May know `text`.

mod compile;
mod confusions;
mod contraction;
mod engines;
mod error;
mod gather;
mod inflect;
mod leaning;
mod learn;
mod lines;
mod marks;
mod misread;
mod observe;
mod observed;
mod source;
mod spin;
mod spread;
mod table;
mod vocabulary;
mod wide;

pub use compile::{Expansion, Pair, Sources, compile, expand, known_words};
pub use confusions::{Confusion, Confusions, START, parse_confusions, write_confusions};
pub use contraction::uncontracted;
pub use engines::{ENGINES, Engines, PAPERS, PerEngine};
pub use error::DictionaryError;
pub use gather::VocabularyBuilder;
pub use inflect::{Inflections, PartOfSpeech};
pub use learn::{Misreading, learn_confusions};
pub use marks::{MarkRow, MarkWeights, Marks, parse_marks, write_marks};
pub use misread::Observations;
pub use observe::{Observer, read_marked};
pub use observed::{Observation, Observed, parse_observed, write_observed};
pub use source::{Alternative, Row, Style, TableKind, normalise, parse_table};
pub use spin::{Spinner, SpunPage};
pub use table::{Entries, Entry, OriginalId, Spun, Table};
pub use vocabulary::{Word, parse_vocabulary, write_vocabulary};
pub use wide::WideWords;
