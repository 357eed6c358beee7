//! The channel: how likely an original is to have become what is observed.
//!
//! [`Weights`] holds every tunable number with its meaning; [`Channel`] weighs arcs under a document's [`Profile`], the garble
//! rate and spinner's mapping re-estimated from the document itself; `passage` decides which lines were garbled at all.
//!
//! May know `dictionary`.

mod passage;
mod profile;
mod weights;

pub use passage::garbled_lines;
pub use profile::{Channel, Profile};
pub use weights::{OcrRepair, Step, Weights};
