//! The context scorer: a back-off n-gram model of earnings calls, its training and its packed form.
//!
//! A reader meets [`Model`] (look-up, read in place from one blob), [`State`] (the context so far) and, for making
//! models, [`train`] and its [`TrainOptions`]. Inside: `corpus` turns text into symbol streams, `count` counts
//! n-grams, `estimate` gives interpolated modified Kneser-Ney probabilities, `prune` chooses the n-grams that are worth
//! their bytes, `static_function` and `pack` write them down, `arpa` exports them for other programs, `verify` looks
//! at models that somebody else made.
//!
//! May know `text`; knows no dictionary and no candidates.

mod arpa;
mod batch;
mod corpus;
mod count;
mod estimate;
mod model;
mod pack;
mod prune;
mod static_function;
mod symbol;
mod train;
mod verify;

pub use batch::{Pair, Scratch};
pub use count::MAX_ORDER;
pub use model::{Model, ModelError, State};
pub use symbol::{Symbol, WordId, class_of, symbol_of};
pub use train::{TrainError, TrainOptions, TrainReport, train};
