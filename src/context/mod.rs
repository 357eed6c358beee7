//! What stands around a word, as far as a page reaches: a log-bilinear model (Mnih & Hinton 2007) that judges again what the decoder
//! was in doubt about.
//!
//! The n-grams of the decoder see three words; whether a "consumer" was a user, a customer or a client shows in the topic of the
//! page. A reader meets [`ContextModel`] (packed, read in place) and [`Sums`] (the vectors of a text, summed so that any stretch
//! of it costs one subtraction); for making models [`Lesson`] (a decoded page whose originals are known) and [`learn`].
//!
//! May know `text` and the symbols of `language_model`; knows no dictionary and no lattice.

mod learn;
mod lesson;
mod model;
mod zones;

pub use learn::{LearnReport, learn};
pub use lesson::{Candidate, Lesson};
pub use model::{ContextError, ContextModel};
pub use zones::Sums;
