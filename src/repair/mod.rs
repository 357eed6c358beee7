//! The public face: a [`Repairer`] takes a text and gives the edits that put its original words back.
//!
//! `sentence` cuts lines into what the lattice wants and turns best paths into edits; `document` profiles a whole text and
//! decodes it again with what it learned, `rayon` across lines; `article` mends a and an; `edit` holds the results; `explain`
//! tells what was thought of every word; `score` measures repairs, `reliability` their confidences. Before that `screen` finds the
//! lines that need no more than a glance, and the accidents are undone that hide words: `encoding`, `ocr`, and on request `rejoin`
//! and `numbers`. `layers` makes one account of what they all do. A `worker` holds what a thread needs, its `lexicon` what is
//! known of words.
//!
//! May know every other room.

mod article;
mod document;
mod edit;
mod encoding;
mod explain;
mod layers;
mod lexicon;
mod numbers;
mod ocr;
mod rejoin;
mod reliability;
mod repairer;
mod repetition;
mod score;
mod screen;
mod sentence;
mod worker;

pub use edit::{Alternative, Edit, EditKind, Repaired};
pub use explain::{Candidate, Origin, Word};
pub use reliability::{Bin, Reliability};
pub use repairer::{Kinds, Options, Repairer};
pub use score::Score;
