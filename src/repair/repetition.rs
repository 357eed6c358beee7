//! What a document's swaps say of it: a spinner makes many different ones. A word that looks swapped again and again in a text whose other words
//! do not is its writer's ("shall" in a licence, "function" in a manual). Expressions are beyond such doubt, however often a page
//! has them ("convention name").

use rustc_hash::FxHashMap;

use super::sentence::Sentence;
use crate::language_model::WordId;

/// Times that a word counts in full; all of its occurrences together count for no more.
const FULL: f32 = 2.0;

/// No text of another kind gives such evidence in a line.
const BEYOND_DOUBT: f32 = 30.0;

/// The least probability that a word was kept: beyond it, it tells no more.
const LEAST: f32 = 5e-4;

/// How often each word of a document was swapped by itself, in expectation.
#[derive(Debug, Default)]
pub(super) struct Repetition(FxHashMap<WordId, f32>);

impl Repetition {
    /// Counts the swaps of lines, in order, each with the evidence that it gives for garble.
    pub fn of<'a>(lines: impl Iterator<Item = (&'a [Sentence], f32)>) -> Repetition {
        let mut out = Repetition::default();
        for sentence in lines.filter(|(_, evidence)| is_in_doubt(*evidence)).flat_map(|(sentences, _)| sentences) {
            sentence.swapped().for_each(|(word, _, alone)| *out.0.entry(word).or_default() += alone);
        }
        out
    }

    /// What is left of the evidence that a line gives for garble.
    pub fn discounted(&self, sentences: &[Sentence], evidence: f32) -> f32 {
        if !is_in_doubt(evidence) {
            return evidence;
        }
        let (mut all, mut counting) = (0.0, 0.0);
        for (word, swapped, alone) in sentences.iter().flat_map(Sentence::swapped) {
            // What the likelihood of the sentence gains by it.
            let gain = -(1.0 - swapped).max(LEAST).ln();
            let often = (FULL / self.0.get(&word).copied().unwrap_or_default()).min(1.0);
            all += gain;
            counting += gain * (1.0 - alone / swapped * (1.0 - often));
        }
        if all > 0.0 { evidence * counting / all } else { evidence }
    }
}

/// Whether a line is garbled by its evidence, but not beyond doubt: others need no second look.
fn is_in_doubt(evidence: f32) -> bool {
    evidence > 0.0 && evidence < BEYOND_DOUBT
}
