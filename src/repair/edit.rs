//! Edits and repaired texts.

use std::borrow::Cow;
use std::ops::Range;

use serde::Serialize;

use crate::channel::Weights;

/// What kind of garble an edit undoes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum EditKind {
    /// A word or phrase that a spinner had swapped.
    Substitution,
    /// Words that had lost the space between them.
    Split,
    /// `a` or `an`, made to agree with a repaired word.
    Article,
    /// A word or mark that an OCR engine had misread.
    Ocr,
    /// Parts of a word that had a space come between them.
    Join,
    /// A mark or string that an OCR engine had seen in specks or edges.
    Stray,
    /// Characters that were decoded wrongly, or are not to be seen.
    Encoding,
    /// Digits that an OCR engine had read as letters; repaired on request only.
    Number,
}

/// Another text that might have stood in the place of an edit.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Alternative {
    /// The text.
    pub text: String,
    /// Probability that it stood there, 0 to 1.
    pub confidence: f32,
}

/// One repair.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Edit {
    /// Byte range in the input.
    pub range: Range<usize>,
    /// Line of the input, from 1.
    pub line: usize,
    /// The text there.
    pub before: String,
    /// The text that takes its place.
    pub after: String,
    /// The kind of garble.
    pub kind: EditKind,
    /// Probability that the edit is right, 0 to 1.
    pub confidence: f32,
    /// What else might have stood there, the likeliest first, the text as it is among them; where [`Options`](super::Options) ask for it.
    pub alternatives: Vec<Alternative>,
}

impl Edit {
    /// Turns the posterior that an edit comes with, from a line that is garbled with a certain probability in a document by a
    /// more or less unfamiliar spinner, into its confidence.
    pub(super) fn calibrate(&mut self, garbled: f32, unfamiliar: f32, weights: &Weights) {
        let told: f32 = self.alternatives.iter().map(|a| a.confidence).sum();
        // What the edit wins is lost to them and the other way round; what is not told has its part in that.
        let others = told.max(1.0 - self.confidence);
        self.confidence = weights.confidence(self.confidence * garbled, unfamiliar);
        if others > 0.0 {
            let share = (1.0 - self.confidence) / others;
            self.alternatives.iter_mut().for_each(|a| a.confidence *= share);
        }
    }
}

/// A text and its repairs.
///
/// ```
/// let repairer = degarble::Repairer::new();
/// let repaired = repairer.repair("Welcome to the Motley Idiot convention name.");
/// assert_eq!(repaired.text(), "Welcome to the Motley Fool conference call.");
/// ```
#[derive(Debug, Clone)]
pub struct Repaired<'a> {
    input: &'a [u8],
    /// The repairs, in order; their ranges do not overlap.
    pub edits: Vec<Edit>,
}

impl<'a> Repaired<'a> {
    pub(super) fn new(input: &'a [u8], edits: Vec<Edit>) -> Self {
        Repaired { input, edits }
    }

    /// The repaired text as bytes: every byte outside the edits is that of the input.
    pub fn bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.input.len() + 64);
        let mut at = 0;
        for edit in &self.edits {
            out.extend(&self.input[at..edit.range.start]);
            out.extend(edit.after.as_bytes());
            at = edit.range.end;
        }
        out.extend(&self.input[at..]);
        out
    }

    /// The repaired text; bytes that are not UTF-8 show as U+FFFD (use [`Repaired::bytes`] to keep them).
    pub fn text(&self) -> Cow<'a, str> {
        if self.edits.is_empty() {
            return String::from_utf8_lossy(self.input);
        }
        Cow::Owned(match String::from_utf8(self.bytes()) {
            Ok(s) => s,
            Err(e) => String::from_utf8_lossy(e.as_bytes()).into_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calibrated_edits_and_their_alternatives_share_what_there_is() {
        let weights = Weights { confidence_scale: 0.5, confidence_shift: 0.0, ..Weights::default() };
        let calibrated = |confidence: f32, garbled: f32, others: &[f32]| {
            let other = |confidence: &f32| Alternative { text: String::new(), confidence: *confidence };
            let alternatives = others.iter().map(other).collect();
            let (before, after, kind) = (String::new(), String::new(), EditKind::Substitution);
            let mut edit = Edit { range: 0..0, line: 1, before, after, kind, confidence, alternatives };
            edit.calibrate(garbled, 0.0, &weights);
            (edit.confidence, edit.alternatives.iter().map(|a| a.confidence).collect::<Vec<_>>())
        };
        let near = |a: f32, b: f32| (a - b).abs() < 1e-4;
        // Odds of 9 become odds of 3; of the others, half were told.
        let (confidence, others) = calibrated(0.9, 1.0, &[0.04, 0.01]);
        assert!(near(confidence, 0.75) && near(others[0], 0.1) && near(others[1], 0.025));
        // Posteriors that add up to more than 1, as those of phrases that overlap do.
        let (confidence, others) = calibrated(0.9, 1.0, &[0.2]);
        assert!(near(confidence, 0.75) && near(others[0], 0.25));
        // A line that may be clean.
        assert!(near(calibrated(1.0, 0.9, &[]).0, 0.75));
    }
}
