//! degarble puts garbled financial transcripts back into their original words.
//!
//! Sites that scrape earnings calls run them through a synonym spinner that looks at no word's neighbours: "conference call"
//! becomes "convention name", "net income" becomes "web revenue". A [`Repairer`] takes such a text and gives the [`Edit`]s
//! that undo it; every byte outside them is the input's, and a clean text gets none. What scanners and wrong decodings did to a
//! text is undone as well.
//!
//! ```
//! let repairer = degarble::Repairer::new();
//! let repaired = repairer.repair("Welcome to the third quarter convention name.");
//! assert_eq!(repaired.text(), "Welcome to the third quarter conference call.");
//! assert_eq!(repaired.edits[0].before, "convention name");
//! ```
//!
//! The rooms, each knowing only those before it: [`text`] (tokens), [`dictionary`] (finite-state tables), [`language_model`]
//! (n-grams), [`context`] (what stands around a word), [`candidates`] (the lattice), [`channel`] (what spinners do, and this document's
//! spinner), [`decoder`] (the best path), [`repair`] (documents). Most users need [`Repairer`] alone; the others are for those who train and compile.

mod automaton;
pub mod candidates;
pub mod channel;
#[doc(hidden)]
pub mod cli;
pub mod context;
pub mod decoder;
pub mod dictionary;
pub mod language_model;
mod random;
pub mod repair;
pub mod text;

pub use repair::{Alternative, Edit, EditKind, Kinds, Options, Repaired, Repairer};

#[cfg(test)]
mod tests {
    #[test]
    fn what_is_part_of_the_program_takes_eight_mebibytes_at_most() {
        let compiled = [
            include_bytes!(concat!(env!("OUT_DIR"), "/substitutions.bin")).len(),
            include_bytes!(concat!(env!("OUT_DIR"), "/words.fst")).len(),
        ];
        let sizes = [
            include_bytes!("../dictionaries/calls.model").len(),
            include_bytes!("../dictionaries/calls.context").len(),
            include_bytes!("../dictionaries/inflections.tsv").len(),
            include_bytes!("../dictionaries/marks.tsv").len(),
        ];
        let all: usize = compiled.iter().chain(&sizes).sum();
        assert!(all <= 8 << 20, "{all} bytes; fewer n-grams make room: `degarble train --budget`");
    }
}
