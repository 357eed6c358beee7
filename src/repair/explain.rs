//! What the engine thought of every word of a text: for people who wonder about an edit, or about its absence.

use std::ops::Range;

use super::repairer::Repairer;
use crate::text::{Kind, Protection};

/// Where a candidate comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Origin {
    /// The text as it stands.
    Kept,
    /// The substitution table.
    Table,
    /// Two words with the space between them lost.
    Split,
}

/// Something that may have stood in a place.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// The words.
    pub text: String,
    /// Bytes of the text that they stand for.
    pub range: Range<usize>,
    /// Where they come from.
    pub origin: Origin,
    /// How often the table says that they become what is there, once they are swapped.
    pub weight: Option<f32>,
    /// How likely it is that they stood there, given that the line is garbled; of what is chosen, with all readings that say the same.
    pub probability: f32,
    /// Whether the best reading of the line has them.
    pub chosen: bool,
    /// How likely an edit that puts them there is right, with what is thought of the line: what [`Options`](super::Options) ask
    /// at least so much of.
    pub confidence: f32,
}

/// A word and what may have stood in its place.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Word {
    /// Its bytes.
    pub range: Range<usize>,
    /// Its line, from 1.
    pub line: usize,
    /// What it is.
    pub kind: Kind,
    /// Whether it is out of bounds.
    pub protected: bool,
    /// Whether the vocabulary lacks it.
    pub unknown: bool,
    /// How likely it is that its line is garbled at all.
    pub garbled: f32,
    /// Candidates that begin with it, the likeliest first; those that have no chance are left out.
    pub candidates: Vec<Candidate>,
}

impl Repairer {
    /// What the engine thinks of every word of a text. Repairs nothing; takes as long as repairing.
    ///
    /// ```
    /// let repairer = degarble::Repairer::new();
    /// let words = repairer.explain("Welcome to the third quarter convention name.");
    /// let call = words.iter().find(|w| w.candidates.iter().any(|c| c.chosen && c.text == "conference call")).unwrap();
    /// assert!(call.garbled > 0.5 && !call.protected);
    /// ```
    pub fn explain<T: AsRef<[u8]> + ?Sized>(&self, text: &T) -> Vec<Word> {
        super::document::inspect(self.engine(), text.as_ref())
    }

    /// Why nobody may edit the word at a place of a line; `None` where somebody may, or where its kind (a number) says so.
    pub fn protection(&self, line: &[u8], at: usize) -> Option<Protection> {
        let mut tokens = Vec::new();
        crate::text::tokenize(line, &mut tokens);
        let token = tokens.iter().find(|t| t.range().contains(&at))?;
        self.engine().protector.why(line, &tokens, token)
    }
}
