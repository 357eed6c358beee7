//! Whether confidences mean what they say: of the edits with confidence 0.9, nine in ten are to be right.
//!
//! Edits are gathered in bins by confidence, and the share of right ones in each is held against what the bin promised: a
//! reliability diagram (DeGroot & Fienberg 1983, The Comparison and Evaluation of Forecasters), as a table.

use std::fmt;
use std::ops::Range;

use super::edit::{EditKind, Repaired};
use super::score::{edits, placed_words};

/// The edits whose confidences lie in one tenth of 0 to 1.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Bin {
    /// How many there are.
    pub edits: usize,
    /// How many of them are right.
    pub right: usize,
    /// Sum of their confidences.
    pub promised: f64,
}

impl Bin {
    /// What their confidences say of them on average; 0 where there are none.
    pub fn confidence(&self) -> f64 {
        self.promised / self.edits.max(1) as f64
    }

    /// The share of them that is right; 0 where there are none.
    pub fn accuracy(&self) -> f64 {
        self.right as f64 / self.edits.max(1) as f64
    }
}

/// Counts of edits by confidence.
///
/// ```
/// use degarble::repair::Reliability;
/// let mut reliability = Reliability::default();
/// reliability.add(0.75, true);
/// reliability.add(0.75, false);
/// assert_eq!(reliability.expected_error(), 0.25);
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Reliability {
    /// Bins of equal width; one begins where the one before it ends, the last has 1 too.
    pub bins: [Bin; Reliability::BINS],
}

impl Reliability {
    /// How many bins there are.
    pub const BINS: usize = 10;

    /// Judges the edits that undo swaps by what `reference`, the repaired text as it should be, has in their places: the
    /// confidence of each and whether it is right.
    ///
    /// An edit is right when all that it changes is changed alike there, as [`Score`](super::Score) tells it token by token. Edits
    /// that change nothing that counts ("it's" for "it is") are left out, and so are other kinds, whose confidences are set.
    ///
    /// # Panics
    /// When the numbers of lines differ: a repair never changes them.
    pub fn judged(garbled: &str, repaired: &Repaired<'_>, reference: &str) -> Vec<(f32, bool)> {
        let output = repaired.text();
        let count = garbled.lines().count();
        assert!(
            output.lines().count() == count && reference.lines().count() == count,
            "the texts differ in their number of lines"
        );
        let mut out = Vec::new();
        let (mut start, mut rest) = (0, repaired.edits.as_slice());
        for ((line, output), reference) in garbled.split_inclusive('\n').zip(output.lines()).zip(reference.lines()) {
            let end = start + line.len();
            let (own, later) = rest.split_at(rest.partition_point(|e| e.range.start < end));
            if !own.is_empty() {
                let (words, places) = placed_words(line.trim_end_matches(['\r', '\n']));
                let made = edits(&words, &placed_words(output).0);
                let wanted = edits(&words, &placed_words(reference).0);
                for edit in own.iter().filter(|e| is_of_swaps(e.kind)) {
                    let range = edit.range.start - start..edit.range.end - start;
                    let mut parts = made.iter().filter(|(at, _)| lies_in(**at, &range, &places)).peekable();
                    if parts.peek().is_some() {
                        out.push((edit.confidence, parts.all(|(at, text)| wanted.get(at) == Some(text))));
                    }
                }
            }
            (start, rest) = (end, later);
        }
        out
    }

    /// Counts an edit.
    pub fn add(&mut self, confidence: f32, right: bool) {
        let bin = &mut self.bins[((confidence * Self::BINS as f32) as usize).min(Self::BINS - 1)];
        bin.edits += 1;
        bin.right += right as usize;
        bin.promised += confidence as f64;
    }

    /// Number of edits.
    pub fn edits(&self) -> usize {
        self.bins.iter().map(|b| b.edits).sum()
    }

    /// Expected calibration error (Naeini et al. 2015, Obtaining Well Calibrated Probabilities Using Bayesian Binning): how far
    /// confidence and accuracy of a bin lie apart, on average over edits; 0 where there are none.
    pub fn expected_error(&self) -> f64 {
        let sum: f64 = self.bins.iter().map(|b| (b.promised - b.right as f64).abs()).sum();
        sum / self.edits().max(1) as f64
    }
}

/// Whether what is changed at a token or a gap, counted as [`edits`] does, belongs to the edit of a range: a token to the edit
/// that it lies in, a gap to the one that it touches.
fn lies_in(at: isize, range: &Range<usize>, places: &[Range<usize>]) -> bool {
    let token = (at + 1) as usize / 2;
    if at % 2 == 0 {
        return places[token].start < range.end && range.start < places[token].end;
    }
    let from = token.checked_sub(1).map_or(0, |before| places[before].end);
    let to = places.get(token).map_or(usize::MAX, |after| after.start);
    from <= range.end && range.start <= to
}

/// Whether such an edit comes from the decoder, its confidence from a posterior.
fn is_of_swaps(kind: EditKind) -> bool {
    matches!(kind, EditKind::Substitution | EditKind::Split | EditKind::Article)
}

impl FromIterator<(f32, bool)> for Reliability {
    fn from_iter<T: IntoIterator<Item = (f32, bool)>>(judged: T) -> Self {
        let mut out = Reliability::default();
        judged.into_iter().for_each(|(confidence, right)| out.add(confidence, right));
        out
    }
}

/// A table with a row for each bin that has edits.
impl fmt::Display for Reliability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "confidence   edits  promised  right")?;
        for (i, bin) in self.bins.iter().enumerate().filter(|(_, b)| b.edits > 0) {
            let (from, to) = (i as f64 / Self::BINS as f64, (i + 1) as f64 / Self::BINS as f64);
            writeln!(f, "{from:.1} to {to:.1}  {:>6}     {:.3}  {:.3}", bin.edits, bin.confidence(), bin.accuracy())?;
        }
        write!(f, "expected calibration error {:.4} over {} edits", self.expected_error(), self.edits())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repair::Edit;

    fn edit(text: &str, before: &str, after: &str, confidence: f32) -> Edit {
        let start = text.find(before).unwrap();
        let (before, after, kind) = (before.to_owned(), after.to_owned(), EditKind::Substitution);
        Edit { range: start..start + before.len(), line: 1, before, after, kind, confidence, alternatives: Vec::new() }
    }

    #[test]
    fn edits_are_judged_one_by_one() {
        let garbled = "Good day.\nThe web revenue of Harrow Mills elevated on sturdy gross sales, thanks.\r\nThe staff grew.";
        let reference = "Good day.\nThe net income of Harrow Mills increased on robust sales, thank you.\r\nThe team grew.";
        let swaps = [
            edit(garbled, "web revenue", "net income", 0.95),
            edit(garbled, "elevated", "raised", 0.65),
            edit(garbled, "sturdy", "robust", 1.0),
            edit(garbled, "gross sales", "sales", 0.85),
            edit(garbled, "thanks", "thank you", 0.25),
            edit(garbled, "staff", "crew", 0.31),
        ];
        let judged = Reliability::judged(garbled, &Repaired::new(garbled.as_bytes(), swaps.to_vec()), reference);
        assert_eq!(judged, [(0.95, true), (0.65, false), (1.0, true), (0.85, true), (0.25, true), (0.31, false)]);
    }

    #[test]
    fn half_right_phrases_are_wrong_and_contractions_count_for_nothing() {
        let garbled = "we're pleased with our web revenue";
        let swaps = vec![edit(garbled, "we're", "we are", 0.5), edit(garbled, "web revenue", "net gain", 0.5)];
        let repaired = Repaired::new(garbled.as_bytes(), swaps);
        assert_eq!(Reliability::judged(garbled, &repaired, "we're pleased with our net income"), [(0.5, false)]);
    }

    #[test]
    fn the_error_weighs_bins_by_their_edits() {
        assert_eq!(Reliability::default().expected_error(), 0.0);
        let mut r: Reliability = (0..4).map(|i| (0.75, i < 3)).collect();
        assert!(r.expected_error() < 1e-9, "three of four are right");
        r.add(0.25, true);
        assert!((r.expected_error() - 0.15).abs() < 1e-9);
        assert_eq!((r.edits(), r.bins[7].right), (5, 3));
    }

    #[test]
    fn the_table_has_a_row_for_each_bin_in_use() {
        let mut r = Reliability::default();
        r.add(1.0, true);
        r.add(0.25, false);
        let table = "confidence   edits  promised  right\n0.2 to 0.3       1     0.250  0.000\n0.9 to 1.0       1     1.000  1.000\n\
                     expected calibration error 0.1250 over 2 edits";
        assert_eq!(r.to_string(), table);
    }
}
