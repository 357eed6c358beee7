//! What a document says of its garbler: the rate, and how each word fared.
//!
//! Decode, count what each original became in expectation, weigh again, decode again: expectation-maximisation (Dempster,
//! Laird & Rubin 1977) with the table as a Dirichlet prior, in its variational form (Johnson 2007), which prefers few
//! spun forms an original, as spinners do.

use rustc_hash::FxHashMap;

use super::Weights;
use crate::dictionary::{Entry, OriginalId, Style, Table};

/// The mapping and rate of one document.
#[derive(Debug, Default, Clone)]
pub struct Profile {
    pairs: FxHashMap<u32, f32>,
    originals: FxHashMap<OriginalId, (f32, f32)>,
    /// Swaps by style of spinner.
    styles: [f32; Style::COUNT],
    settled: Settled,
}

/// What follows from the counts of a profile for all arcs.
#[derive(Debug, Default, Clone)]
struct Settled {
    /// Share of the table's swaps that are made.
    intensity: f32,
    /// Log-probability that a word of which the document says nothing is kept and swapped, by what the table says of it; empty
    /// while nothing is known.
    fates: Vec<(f32, f32)>,
    /// What the pairs of a style of spinner gain or lose.
    styles: [f32; Style::COUNT],
    /// How much of the leanings of originals counts.
    news: f32,
    /// Whether they lean so far that the document can hardly be a call.
    surely_news: bool,
    /// Logarithm of the share of swaps that the table lists.
    listed: f32,
}

/// Probability of a swap at the given intensity of a word that the table says is kept so often.
fn swapped(intensity: f32, kept: f32) -> f32 {
    (intensity * (1.0 - kept)).clamp(0.005, 0.97)
}

/// How sure it is that a document is news rather than a call, by the sum of the leanings of its originals and their number.
fn news(leaning: f32, originals: f32) -> f32 {
    // Of 374 pages nine in ten lie above 0.1 and half of them above 0.25; calls lie below 0.
    const PLAIN: f32 = 0.25;
    // A line or two cannot tell.
    const PRIOR: f32 = 20.0;
    (leaning / (originals + PRIOR) / PLAIN).clamp(0.0, 1.0)
}

impl Profile {
    /// What is assumed of a document before anything is known of it.
    pub fn prior(weights: &Weights) -> Profile {
        let mut out = Profile::default();
        out.conclude(weights.first_intensity, weights.style, 0.0, weights);
        out
    }

    /// Counts a swap, in expectation. Lines are counted in order, so that sums are the same on every run.
    pub fn add_swapped(&mut self, entry: &Entry, n: f32) {
        *self.pairs.entry(entry.pair).or_default() += n;
        self.originals.entry(entry.original).or_default().1 += n;
        self.styles[entry.style as usize] += n;
    }

    /// Counts an original that stands for itself, in expectation.
    pub fn add_kept(&mut self, original: OriginalId, n: f32) {
        self.originals.entry(original).or_default().0 += n;
    }

    /// Estimates the rate once all lines are added: swaps made over swaps that the table expects of a full-rate spinner.
    pub fn settle(&mut self, table: &Table, weights: &Weights) {
        let (mut made, mut expected, mut all, mut leaning) = (0.0, 0.0, 0.0, 0.0);
        // Summed in order of the numbers: hash order must not reach the result.
        let mut originals: Vec<_> = self.originals.iter().collect();
        originals.sort_unstable_by_key(|o| *o.0);
        for (original, (kept, spun)) in originals {
            made += spun;
            expected += (kept + spun) * (1.0 - table.kept(*original));
            all += kept + spun;
            leaning += (kept + spun) * table.leaning(*original);
        }
        // The prior is worth a hundred words: a line or two cannot turn it.
        const PRIOR: f32 = 50.0;
        let intensity = ((made + PRIOR * weights.intensity) / (expected + PRIOR)).clamp(0.02, 1.1);
        let style = |k: usize| {
            if k == 0 {
                return weights.style[k];
            }
            // A handful of swaps tells little: both sides start with counts in the usual proportion.
            const PRIOR: f32 = 20.0;
            let ratio = (self.styles[k] + PRIOR * weights.style_usual) / (self.styles[0] + PRIOR);
            weights.style[k] + (weights.style_trust * (ratio / weights.style_usual).ln()).clamp(-3.0, 1.5)
        };
        self.conclude(intensity, std::array::from_fn(style), news(leaning, all), weights);
    }

    /// How far the document's spinner is from the common ones, by the styles of its swaps: from 0 to 1, nearer 0 the fewer swaps
    /// there are.
    pub fn unfamiliar(&self) -> f32 {
        // Among 374 pages those of the common spinners have up to 0.06, most of the others 0.15 and more.
        const UNMISTAKABLE: f32 = 0.15;
        let others: f32 = self.styles[1..].iter().sum();
        // A few swaps prove nothing.
        ((others + 0.2) / (self.styles[0] + others + 10.0) / UNMISTAKABLE).min(1.0)
    }

    /// Whether the document's words lean to the news so far that it can hardly be a call.
    pub fn is_news(&self) -> bool {
        self.settled.surely_news
    }

    fn conclude(&mut self, intensity: f32, styles: [f32; Style::COUNT], news: f32, weights: &Weights) {
        let fate = |code: u8| {
            let swapped = swapped(intensity, Table::kept_of(code));
            ((1.0 - swapped).ln(), swapped.ln())
        };
        let fates = (0..=u8::MAX).map(fate).collect();
        // Of 374 pages, those of calls that lean to the news come near half; beyond this a model of calls does harm.
        const SURELY: f32 = 0.75;
        let surely_news = news > SURELY;
        let news = weights.news * news;
        self.settled = Settled { intensity, fates, styles, news, surely_news, listed: (1.0 - weights.unlisted).ln() };
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

/// No listed swap is less likely than this, whatever the document says.
const LEAST_SHARE: f32 = -20.7;

impl Channel<'_> {
    /// Log-probability that a word stands for itself; `own` is the posterior that this occurrence of it does: it is no witness
    /// in its own case.
    pub fn keep(&self, original: Option<OriginalId>, own: f32) -> f32 {
        let Some(original) = original else { return 0.0 };
        let Some((kept, spun)) = self.profile.originals.get(&original) else {
            return self.untold(original).0 + self.leaning(original);
        };
        let kept = (kept - own * self.weights.own_witness).max(0.0);
        let prior = swapped(self.profile.settled.intensity, self.table.kept(original));
        let a = self.weights.kept_prior;
        digamma(a * (1.0 - prior) + kept) - digamma(a + kept + spun) + self.leaning(original)
    }

    /// How much likelier an original is in this document than the language model can know.
    pub fn leaning(&self, original: OriginalId) -> f32 {
        match self.profile.settled.news {
            0.0 => 0.0,
            news => news * self.table.leaning(original),
        }
    }

    /// Log-probability that an original became this spun form; `own` is the posterior that it did in this place.
    pub fn substitute(&self, entry: &Entry, own: f32) -> f32 {
        let own = own * self.weights.own_witness;
        let settled = &self.profile.settled;
        let listed = settled.listed + entry.log_weight + settled.styles[entry.style as usize];
        let Some((kept, all_spun)) = self.profile.originals.get(&entry.original) else {
            return self.untold(entry.original).1 + listed.max(LEAST_SHARE) + self.leaning(entry.original);
        };
        let spun = (all_spun - own).max(0.0);
        let prior = swapped(settled.intensity, self.table.kept(entry.original));
        let (a, b) = (self.weights.kept_prior, self.weights.pair_prior);
        let fate = digamma(a * prior + spun) - digamma(a + kept + spun);
        let n = (self.profile.pairs.get(&entry.pair).copied().unwrap_or(0.0) - own).max(0.0);
        let share = digamma(b * listed.exp() + n) - digamma(b + (all_spun - own).max(n));
        fate + share.max(LEAST_SHARE) + self.leaning(entry.original)
    }

    /// Log-probabilities that an original of which the document says nothing is kept and that it is swapped.
    fn untold(&self, original: OriginalId) -> (f32, f32) {
        self.profile.settled.fates.get(self.table.kept_code(original) as usize).copied().unwrap_or_default()
    }
}

/// The digamma function for positive arguments: three steps of the recurrence in one fraction, then the asymptotic series
/// (Abramowitz & Stegun 1964, 6.3.5 and 6.3.18).
fn digamma(x: f32) -> f32 {
    let x = x.max(1e-3);
    let below = (3.0 * x * x + 6.0 * x + 2.0) / (x * (x + 1.0) * (x + 2.0));
    let y = x + 3.0;
    let f = 1.0 / (y * y);
    y.ln() - 0.5 / y - f * (1.0 / 12.0 - f * (1.0 / 120.0 - f / 252.0)) - below
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

    #[test]
    fn swaps_of_other_styles_make_a_spinner_unfamiliar() {
        let entry = |style| Entry { original: 1, pair: 1, log_weight: 0.0, style };
        let mut profile = Profile::default();
        let unknown = profile.unfamiliar();
        assert!(unknown > 0.0 && unknown < 0.2);
        profile.add_swapped(&entry(Style::Common), 100.0);
        profile.add_swapped(&entry(Style::Wordnet), 2.0);
        assert!(profile.unfamiliar() > 0.05 && profile.unfamiliar() < 0.2);
        profile.add_swapped(&entry(Style::Translation), 40.0);
        assert_eq!(profile.unfamiliar(), 1.0);
    }
}
