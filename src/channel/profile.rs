//! What a document says of its garbler: the rate, and how each word fared.
//!
//! Decode, count what each original became in expectation, weigh again, decode again: expectation-maximisation (Dempster,
//! Laird & Rubin 1977) with the table as a Dirichlet prior, in its variational form (Johnson 2007), which prefers few
//! spun forms an original, as spinners do.

use rustc_hash::FxHashMap;

use super::Weights;
use crate::dictionary::{Entry, OriginalId, Style, Table};

/// Expected counts gathered while decoding.
#[derive(Debug, Default, Clone)]
pub struct Counts {
    /// Pairs used, in expectation.
    pub pairs: Vec<(Entry, f32)>,
    /// Originals that stand for themselves, in expectation.
    pub kept: Vec<(OriginalId, f32)>,
}

/// The mapping and rate of one document.
#[derive(Debug, Default, Clone)]
pub struct Profile {
    pairs: FxHashMap<u32, f32>,
    originals: FxHashMap<OriginalId, (f32, f32)>,
    /// Swaps by style of spinner.
    styles: [f32; Style::COUNT],
    /// Share of the table's swaps that are made, where the document has told.
    intensity: Option<f32>,
}

impl Profile {
    /// Adds the counts of one line; lines are added in order, so that sums are the same on every run.
    pub fn add(&mut self, counts: &Counts) {
        for (entry, n) in &counts.pairs {
            *self.pairs.entry(entry.pair).or_default() += n;
            self.originals.entry(entry.original).or_default().1 += n;
            self.styles[entry.style as usize] += n;
        }
        for (original, n) in &counts.kept {
            self.originals.entry(*original).or_default().0 += n;
        }
    }

    /// Estimates the rate once all lines are added: swaps made over swaps that the table expects of a full-rate spinner.
    pub fn settle(&mut self, table: &Table, weights: &Weights) {
        let (mut made, mut expected) = (0.0, 0.0);
        // Summed in order of the numbers: hash order must not reach the result.
        let mut originals: Vec<_> = self.originals.iter().collect();
        originals.sort_by_key(|o| *o.0);
        for (original, (kept, spun)) in originals {
            made += spun;
            expected += (kept + spun) * (1.0 - table.kept(*original));
        }
        // The prior is worth a hundred words: a line or two cannot turn it.
        const PRIOR: f32 = 50.0;
        self.intensity = Some(((made + PRIOR * weights.intensity) / (expected + PRIOR)).clamp(0.02, 1.1));
    }

    /// What a style's pairs gain or lose by what the document shows of its spinner.
    fn style(&self, style: Style, weights: &Weights) -> f32 {
        let k = style as usize;
        if k == 0 || self.intensity.is_none() {
            return weights.style[k];
        }
        // A handful of swaps tells little: both sides start with counts in the usual proportion.
        const PRIOR: f32 = 20.0;
        let ratio = (self.styles[k] + PRIOR * weights.style_usual) / (self.styles[0] + PRIOR);
        weights.style[k] + (weights.style_trust * (ratio / weights.style_usual).ln()).clamp(-3.0, 1.5)
    }

    /// The garble rate relative to the table, if the document has told.
    pub fn intensity(&self) -> Option<f32> {
        self.intensity
    }
}

/// Weighs arcs under a profile.
#[derive(Debug, Clone, Copy)]
pub struct Channel<'a> {
    /// The table: the prior.
    pub table: &'a Table,
    /// The tuned numbers.
    pub weights: &'a Weights,
    /// The document.
    pub profile: &'a Profile,
}

impl Channel<'_> {
    /// Log-probabilities that an original is kept and that it is swapped.
    ///
    /// `own` are the kept and swapped counts that the occurrence being weighed gave itself: it is no witness in its own case.
    fn fate(&self, original: OriginalId, own: (f32, f32)) -> (f32, f32) {
        let intensity = self.profile.intensity.unwrap_or(self.weights.first_intensity);
        let prior = (intensity * (1.0 - self.table.kept(original))).clamp(0.005, 0.97);
        match self.profile.originals.get(&original) {
            Some((kept, spun)) => {
                let a = self.weights.kept_prior;
                let (kept, spun) = ((kept - own.0).max(0.0), (spun - own.1).max(0.0));
                let all = digamma(a + kept + spun);
                (digamma(a * (1.0 - prior) + kept) - all, digamma(a * prior + spun) - all)
            }
            None => ((1.0 - prior).ln(), prior.ln()),
        }
    }

    /// Log-probability that a word stands for itself; `own` is the posterior that this occurrence of it does.
    pub fn keep(&self, original: Option<OriginalId>, own: f32) -> f32 {
        let own = own * self.weights.own_witness;
        original.map_or(0.0, |o| self.fate(o, (own, 0.0)).0)
    }

    /// Log-probability that an original became this spun form; `own` is the posterior that it did in this place.
    pub fn substitute(&self, entry: &Entry, own: f32) -> f32 {
        let own = own * self.weights.own_witness;
        let listed = (1.0 - self.weights.unlisted) * (entry.log_weight + self.profile.style(entry.style, self.weights)).exp();
        let share = match self.profile.originals.get(&entry.original) {
            Some((_, spun)) => {
                let b = self.weights.pair_prior;
                let n = (self.profile.pairs.get(&entry.pair).copied().unwrap_or(0.0) - own).max(0.0);
                let spun = (spun - own).max(n);
                (digamma(b * listed + n) - digamma(b + spun)).exp()
            }
            None => listed,
        };
        self.fate(entry.original, (0.0, own)).1 + share.max(1e-9).ln()
    }
}

/// The digamma function for positive arguments: recurrence up to 6, then the asymptotic series.
fn digamma(x: f32) -> f32 {
    let (mut x, mut below) = (x.max(1e-3), 0.0);
    while x < 6.0 {
        below += 1.0 / x;
        x += 1.0;
    }
    let f = 1.0 / (x * x);
    x.ln() - 0.5 / x - f * (1.0 / 12.0 - f / 120.0) - below
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digamma_at_known_points() {
        // -gamma, 1 - gamma, and the half-integer value -gamma - 2 ln 2.
        for (x, y) in [(1.0, -0.577_215_7), (2.0, 0.422_784_3), (0.5, -1.963_51)] {
            assert!((digamma(x) - y).abs() < 1e-4, "digamma({x}) = {}", digamma(x));
        }
    }
}
