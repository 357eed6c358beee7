//! The decoder: best path and posteriors of a sentence's lattice.
//!
//! Beam search with the language model's context as state; contexts the model cannot tell apart are merged. What
//! survives the beam is a graph, and forward-backward over that graph gives every arc its posterior probability.
//!
//! May know `candidates`, `channel` and `language_model`.

mod beam;

pub use beam::{Beam, Decoded, Decoder};
