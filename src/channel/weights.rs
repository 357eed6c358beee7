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
    /// Log-probability that an OCR engine misread a token; where OCR is repaired, the document says it line by line.
    pub misread: f32,
    /// Log-probability that a token is nothing but specks; likewise.
    pub speck: f32,
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
            split: -5.0,
            kept_prior: 5.5,
            pair_prior: 3.4,
            own_witness: 0.37,
            unlisted: 0.13,
            foreign: 0.06,
            garbled_prior: -4.8,
            passage_change: -5.0,
            line_evidence: 25.0,
            screen_pairs: 0.2,
            screen_margin: 0.45,
            screen_gain: 0.3,
            screen_prior: -2.0,
            ocr_language_model: 0.7,
            ocr_certainty: 0.75,
            misread: -4.0,
            speck: -4.0,
        }
    }
}

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
}
