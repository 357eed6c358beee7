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
    /// Share of the occurrences of an original that are left alone, by what the table says in tenths: what was measured on
    /// garbled pages where the table gives its writers' guess.
    pub kept: [f32; 10],
    /// How many observed occurrences the table's word on how often an original is swapped is worth.
    pub kept_prior: f32,
    /// How many observed swaps the table's word on what an original is swapped for is worth.
    pub pair_prior: f32,
    /// How much of its own posterior an occurrence is spared as a witness for itself: 0 lets it confirm its own reading, 1
    /// leaves it to the other occurrences.
    pub own_witness: f32,
    /// Share of an original's swaps that the table does not list.
    pub unlisted: f32,
    /// Log-odds that a passage is garbled before it is read.
    pub garbled_prior: f32,
    /// Log-probability that a line is garbled where its neighbour is clean or the other way round.
    pub passage_change: f32,
    /// A line's evidence counts no more than this either way.
    pub line_evidence: f32,
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
            unknown_word: -6.0,
            intensity: 1.0,
            style: [0.0, -0.7, -0.7, -0.7],
            style_usual: 0.3,
            style_trust: 1.0,
            capital: -1.5,
            growth: -0.25,
            phrase: -7.0,
            split: -7.0,
            kept: [0.3, 0.3, 0.42, 0.47, 0.48, 0.6, 0.8, 0.95, 0.95, 0.97],
            kept_prior: 3.0,
            pair_prior: 2.0,
            own_witness: 0.2,
            unlisted: 0.3,
            garbled_prior: -2.0,
            passage_change: -5.0,
            line_evidence: 25.0,
            ocr_language_model: 0.7,
            ocr_certainty: 0.75,
            misread: -4.0,
            speck: -4.0,
        }
    }
}

impl Weights {
    /// The measured share for the table's share.
    pub(super) fn kept_share(&self, table: f32) -> f32 {
        let at = (table * 10.0).clamp(0.0, 9.0);
        let below = at.floor() as usize;
        let above = (below + 1).min(9);
        self.kept[below] + (self.kept[above] - self.kept[below]) * (at - below as f32)
    }
}
