//! What a document's swaps say of it: a spinner makes many different ones. A word that looks swapped again and again in a text whose other words
//! do not is its writer's ("shall" in a licence, "function" in a manual). Expressions are beyond such doubt, however often a page
//! has them ("convention name").

use rustc_hash::FxHashMap;

use super::sentence::Sentence;
use crate::language_model::WordId;

/// Times that a word counts in full; all of its occurrences together count for no more.
const FULL: f32 = 2.0;

/// The least probability that a word was kept: beyond it, it tells no more.
const LEAST: f32 = 5e-4;

/// How often each word of a document was swapped by itself, in expectation.
#[derive(Debug, Default)]
pub(super) struct Repetition(FxHashMap<WordId, f32>);

impl Repetition {
    /// Counts the swaps of sentences, in order.
    pub fn of<'a>(sentences: impl Iterator<Item = &'a Sentence>) -> Repetition {
        let mut out = Repetition::default();
        for sentence in sentences {
            sentence.swapped().for_each(|(word, _, alone)| *out.0.entry(word).or_default() += alone);
        }
        out
    }

    /// What is left of the evidence that some sentences give for garble.
    pub fn discounted<'a>(&self, sentences: impl Iterator<Item = &'a Sentence>, evidence: f32) -> f32 {
        if evidence <= 0.0 {
            return evidence;
        }
        let (mut all, mut counting) = (0.0, 0.0);
        for sentence in sentences {
            for (word, swapped, alone) in sentence.swapped() {
                // What the likelihood of the sentence gains by it.
                let gain = -(1.0 - swapped).max(LEAST).ln();
                let often = (FULL / self.0.get(&word).copied().unwrap_or_default()).min(1.0);
                all += gain;
                counting += gain * (1.0 - alone / swapped * (1.0 - often));
            }
        }
        if all > 0.0 { evidence * counting / all } else { evidence }
    }
}
