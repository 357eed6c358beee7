//! The lattice: everything each stretch of a sentence may have been.
//!
//! A [`LatticeBuilder`] looks at the tokens of a sentence and fills a [`Lattice`] with arcs: keep the token, put back an
//! original of one to five words, split a glued word; what words may stand for is looked up and weighed once (`forms`). It
//! proposes; the weights are the channel's affair and the choice the decoder's.
//!
//! An [`OcrBuilder`] does the same for what an OCR engine read; it asks the `lists`, which `search` walks along confusions of
//! characters (`moves`) as a `plan` allows, going into no dead end twice (`dead_ends`). Walks see automata of `node`s: the two lists as one
//! (`union`), their words from the ends (`tree`), a single word (`chain`).
//!
//! May know `text` and `dictionary`. Words are numbered by a function the caller passes in.

mod builder;
mod chain;
mod dead_ends;
mod forms;
mod lattice;
mod lists;
mod moves;
mod node;
mod ocr;
mod plan;
mod search;
mod tree;
mod union;

pub use builder::{LatticeBuilder, Observed, Resources, WordLookup, Worth};
pub use forms::IMPLAUSIBLE;
pub use lattice::{Accident, Arc, Lattice, Source};
pub use ocr::{KEPT, Memory, OcrBuilder, OcrCosts, OcrResources, OwnWords, Seen, Standing, with_short_s};
