//! Every number that is tuned rather than learned.

/// Weights of the channel and the decoder. Logarithms are natural.
#[derive(Debug, Clone, PartialEq)]
pub struct Weights {
    /// Exponent of the language model's probabilities against the channel's.
    pub language_model: f32,
    /// Log-probability of one particular word within a class of unknown words: what keeping an unknown word costs.
    pub unknown_word: f32,
    /// Share of the table's swaps that a garbled page is expected to make before anything is known of it.
    pub intensity: f32,
    /// The same for the first look at a page, which has to notice lightly garbled ones too.
    pub first_intensity: f32,
    /// Log-probability that a pair is used at all by a spinner whose style is not the common one.
    pub style: [f32; 4],
    /// Swaps of a style other than the common one for each swap of the common one, on a page of the common spinners.
    pub style_usual: f32,
    /// How far the document's own proportion of styles moves those log-probabilities: 0 not at all, 1 all the way.
    pub style_trust: f32,
    /// What replacing a capitalised word inside a sentence costs: it may be a name.
    pub capital: f32,
    /// What each word more than the garbled ones earns: the scaled language model undercharges or overcharges length.
    pub growth: f32,
    /// What an expression of the phrase table scores in the language model's place, at least.
    pub phrase: f32,
    /// The same where a name that only the table knows is in it, and what became of it is several words too (Motley Idiot): nobody
    /// writes that.
    pub named_phrase: f32,
    /// Log-probability that two words lost the space between them.
    pub split: f32,
    /// How many observed occurrences the table's word on how often an original is swapped is worth.
    pub kept_prior: f32,
    /// How many observed swaps the table's word on what an original is swapped for is worth.
    pub pair_prior: f32,
    /// How much of its own posterior an occurrence is spared as a witness for itself: 0 lets it confirm its own reading, 1
    /// leaves it to the other occurrences.
    pub own_witness: f32,
    /// Share of an original's swaps that the table does not list.
    pub unlisted: f32,
    /// How far the language of a document that is news goes with the leanings of words: 0 not at all, 1 all the way.
    pub news: f32,
    /// How garbled each token of innocent text from outside the model's field may look, as a log-likelihood ratio: clean calls
    /// look less garbled than nothing, other clean prose up to this much more.
    pub foreign: f32,
    /// Log-odds that a passage is garbled before it is read.
    pub garbled_prior: f32,
    /// Log-probability that a line is garbled where its neighbour is clean or the other way round.
    pub passage_change: f32,
    /// A line's evidence counts no more than this either way.
    pub line_evidence: f32,
    /// How much what pairs of words speak for a line counts in the glance that screens lines, against what single words say.
    pub screen_pairs: f32,
    /// How much more garbled than it looks at that glance each token is taken for: lines are left undecoded only far from doubt.
    pub screen_margin: f32,
    /// What the glance's log-likelihood ratios are worth: they take tokens for independent.
    pub screen_gain: f32,
    /// Log-odds, before that glance, that a passage is to be decoded.
    pub screen_prior: f32,
    /// Exponent of the language model's probabilities where OCR is repaired.
    pub ocr_language_model: f32,
    /// OCR repairs less likely than this to be right are not made, whatever else is asked for.
    pub ocr_certainty: f32,
    /// The same for repairs of marks: a stray one that stays does less harm than one of the writer's that goes.
    pub ocr_mark_certainty: f32,
    /// What the log-odds of a swap's posterior are worth: the decoder takes evidence for independent that is not.
    pub confidence_scale: f32,
    /// Log-odds that a swap is right whose posterior is one half.
    pub confidence_shift: f32,
    /// What is taken from the log-odds of a swap's posterior where the spinner is none of the common ones, of which the table
    /// knows less than it seems.
    pub unfamiliar: f32,
    /// The same two numbers for each kind of OCR repair ([`OcrRepair`]); right is what brings a line nearer to what stood there.
    pub ocr_confidence: [(f32, f32); 5],
    /// Log-probability that an OCR engine misread a token; where OCR is repaired, the document says it line by line.
    pub misread: f32,
    /// Log-probability that a token is nothing but specks; likewise.
    pub speck: f32,
    /// Log-odds that a line has scraps behind its end rather than that it ends in the middle of a sentence; likewise.
    pub tail: f32,
}

/// What an OCR repair does. The decoder is not as right about all of them when it is as sure: the language model knows less of marks than
/// of words, and nothing but a word stands where a string that no list holds was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OcrRepair {
    /// Words in the place of a string that no list holds.
    Unlisted,
    /// Words in the place of words.
    Listed,
    /// Nothing in the place of words or strings.
    WordGone,
    /// Nothing in the place of marks.
    MarkGone,
    /// A mark in the place of another.
    OtherMark,
}

impl Default for Weights {
    fn default() -> Self {
        Weights {
            language_model: 0.6,
            unknown_word: -5.0,
            intensity: 0.95,
            first_intensity: 0.25,
            style: [0.0, 0.3, 0.3, 0.3],
            style_usual: 0.75,
            style_trust: 0.9,
            capital: -0.3,
            growth: -0.33,
            phrase: -6.5,
            named_phrase: -2.0,
            split: -5.0,
            kept_prior: 5.5,
            pair_prior: 3.4,
            own_witness: 0.37,
            unlisted: 0.13,
            news: 0.8,
            foreign: 0.06,
            garbled_prior: -4.8,
            passage_change: -5.0,
            line_evidence: 25.0,
            screen_pairs: 0.2,
            screen_margin: 0.45,
            screen_gain: 0.3,
            screen_prior: -2.0,
            ocr_language_model: 0.7,
            ocr_certainty: 0.68,
            ocr_mark_certainty: 0.82,
            confidence_scale: 0.516,
            confidence_shift: 0.595,
            unfamiliar: 2.7,
            ocr_confidence: [(0.61, -0.2), (0.84, -0.56), (0.6, 0.3), (0.39, 1.0), (0.5, -0.28)],
            misread: -4.0,
            speck: -4.0,
            tail: -4.0,
        }
    }
}

/// Posteriors above this are told apart no more: what is wrong with those edits is nothing that the decoder knows of.
const SURE: f32 = 0.999;

/// How a search moves a weight.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Step {
    /// By this much, up or down: logarithms and costs.
    Add(f32),
    /// By this share of itself: exponents and numbers of occurrences.
    Multiply(f32),
    /// By this much, within 0 to 1.
    Share(f32),
}

impl Step {
    /// The weight after a step of `z` standard deviations.
    pub fn take(self, weight: f32, z: f32) -> f32 {
        match self {
            Step::Add(by) => weight + by * z,
            Step::Multiply(by) => weight * (by * z).exp(),
            Step::Share(by) => (weight + by * z).clamp(0.0, 1.0),
        }
    }
}

impl Weights {
    /// How many numbers [`Weights::tunable`] gives.
    pub const TUNABLE: usize = 15;

    /// The numbers a search may move, with their names and steps. The penalties of styles and the passage model stay: pages of
    /// one spinner say nothing of them.
    pub fn tunable(&mut self) -> [(&'static str, &mut f32, Step); Self::TUNABLE] {
        [
            ("language_model", &mut self.language_model, Step::Multiply(0.1)),
            ("unknown_word", &mut self.unknown_word, Step::Add(1.0)),
            ("intensity", &mut self.intensity, Step::Multiply(0.1)),
            ("first_intensity", &mut self.first_intensity, Step::Multiply(0.25)),
            ("style_usual", &mut self.style_usual, Step::Multiply(0.25)),
            ("style_trust", &mut self.style_trust, Step::Multiply(0.25)),
            ("capital", &mut self.capital, Step::Add(0.5)),
            ("growth", &mut self.growth, Step::Add(0.15)),
            ("phrase", &mut self.phrase, Step::Add(1.0)),
            ("split", &mut self.split, Step::Add(1.0)),
            ("kept_prior", &mut self.kept_prior, Step::Multiply(0.25)),
            ("pair_prior", &mut self.pair_prior, Step::Multiply(0.25)),
            ("own_witness", &mut self.own_witness, Step::Share(0.15)),
            ("unlisted", &mut self.unlisted, Step::Share(0.1)),
            ("garbled_prior", &mut self.garbled_prior, Step::Add(1.0)),
        ]
    }

    /// How likely an edit is right whose posterior is known: a line in log-odds (Platt 1999, Probabilistic Outputs for Support
    /// Vector Machines), which keeps the order of a document's edits. `unfamiliar` is what
    /// [`Profile::unfamiliar`](super::Profile::unfamiliar) says of the document.
    ///
    /// ```
    /// let weights = degarble::channel::Weights::default();
    /// assert!(weights.confidence(0.5, 0.0) > 0.6 && weights.confidence(0.95, 0.0) < 0.95);
    /// assert!(weights.confidence(0.5, 1.0) < 0.5);
    /// ```
    pub fn confidence(&self, posterior: f32, unfamiliar: f32) -> f32 {
        let odds = log_odds(posterior) - self.unfamiliar * unfamiliar;
        logistic(self.confidence_scale * odds + self.confidence_shift)
    }

    /// The same of an OCR repair.
    ///
    /// ```
    /// use degarble::channel::{OcrRepair, Weights};
    /// let weights = Weights::default();
    /// assert!((weights.ocr_confidence(0.5, OcrRepair::MarkGone) - 0.731).abs() < 0.001);
    /// assert!((weights.ocr_confidence(0.5, OcrRepair::OtherMark) - 0.430).abs() < 0.001);
    /// assert!(weights.ocr_confidence(1.0, OcrRepair::Unlisted) < 0.99);
    /// ```
    pub fn ocr_confidence(&self, posterior: f32, repair: OcrRepair) -> f32 {
        let (scale, shift) = self.ocr_confidence[repair as usize];
        logistic(scale * log_odds(posterior) + shift)
    }

    /// Sets both numbers of that line to what makes the verdicts on some posteriors likeliest. Few verdicts leave confidences near
    /// posteriors: scale and shift are taken to be 1 and 0, give or take 1, before any is seen.
    pub fn fit_confidence(&mut self, judged: &[(f32, bool)]) {
        let points: Vec<(f64, f64)> = judged.iter().map(|(p, right)| (log_odds(*p) as f64, *right as u8 as f64)).collect();
        // Newton's steps with the most that the curvature can be never go too far (Boehning & Lindsay 1988).
        let bend = points.iter().fold([1.0, 0.0, 1.0], |b, (x, _)| [b[0] + 0.25 * x * x, b[1] + 0.25 * x, b[2] + 0.25]);
        let area = bend[0] * bend[2] - bend[1] * bend[1];
        let (mut scale, mut shift) = (1.0, 0.0);
        for _ in 0..300 {
            let mut slope = [1.0 - scale, -shift];
            for (x, right) in &points {
                let miss = right - 1.0 / (1.0 + (-scale * x - shift).exp());
                slope = [slope[0] + miss * x, slope[1] + miss];
            }
            scale += (bend[2] * slope[0] - bend[1] * slope[1]) / area;
            shift += (bend[0] * slope[1] - bend[1] * slope[0]) / area;
        }
        (self.confidence_scale, self.confidence_shift) = (scale as f32, shift as f32);
    }
}

fn logistic(x: f32) -> f32 {
    1.0 / (1.0 + (-x).exp())
}

fn log_odds(posterior: f32) -> f32 {
    let p = posterior.clamp(1.0 - SURE, SURE);
    (p / (1.0 - p)).ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn confidences_keep_the_order_of_posteriors_and_end_below_one() {
        let weights = Weights::default();
        let all: Vec<f32> = (1..1000).map(|i| weights.confidence(i as f32 / 1000.0, 0.0)).collect();
        assert!(all.is_sorted_by(|a, b| a < b));
        assert!(all[0] > 0.0 && all[998] < 1.0);
        assert_eq!(weights.confidence(1.0, 0.0), weights.confidence(0.9995, 0.0));
        assert!(weights.confidence(0.0, 0.0).is_finite());
    }

    #[test]
    fn no_scale_and_no_shift_leave_posteriors_as_they_are() {
        let weights = Weights { confidence_scale: 1.0, confidence_shift: 0.0, ..Weights::default() };
        assert!([0.01, 0.3, 0.5, 0.9].iter().all(|p| (weights.confidence(*p, 0.0) - p).abs() < 1e-5));
    }

    #[test]
    fn a_fit_finds_the_line_that_verdicts_follow() {
        let truth = Weights { confidence_scale: 0.5, confidence_shift: 0.4, ..Weights::default() };
        let mut judged = Vec::new();
        for posterior in (1..100).map(|i| i as f32 / 100.0) {
            let right = (truth.confidence(posterior, 0.0) * 1000.0).round() as usize;
            judged.extend((0..1000).map(|i| (posterior, i < right)));
        }
        let mut fitted = Weights::default();
        fitted.fit_confidence(&judged);
        assert!((fitted.confidence_scale - 0.5).abs() < 0.01 && (fitted.confidence_shift - 0.4).abs() < 0.01);
        // Sure of what is often wrong, as a decoder is on the pages of a spinner that it does not know.
        let sure: Vec<_> = (0..1000).map(|i| (0.995, i % 10 > 0)).collect();
        fitted.fit_confidence(&sure);
        assert!((fitted.confidence(0.995, 0.0) - 0.9).abs() < 0.01);
        fitted.fit_confidence(&[]);
        assert_eq!((fitted.confidence_scale, fitted.confidence_shift), (1.0, 0.0));
        fitted.fit_confidence(&[(1.0, true), (1.0, true)]);
        assert!(fitted.confidence(1.0, 0.0) > 0.9 && fitted.confidence(1.0, 0.0) < 1.0);
    }
}
