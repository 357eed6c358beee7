//! What a document's swaps say of it: a spinner makes many different ones. A word that looks swapped again and again in a text whose other words
//! do not is its writer's ("shall" in a licence, "function" in a manual).

use rustc_hash::FxHashMap;

use super::sentence::Sentence;

/// Times that a swap counts in full; all of its occurrences together count for no more.
const FULL: f32 = 3.0;

/// How often a document makes each swap, in expectation, by number of the pair.
#[derive(Debug, Default)]
pub(super) struct Repetition(FxHashMap<u32, f32>);

impl Repetition {
    /// Counts the swaps of sentences, in order.
    pub fn of<'a>(sentences: impl Iterator<Item = &'a Sentence>) -> Repetition {
        let mut out = Repetition::default();
        for sentence in sentences {
            sentence.swaps(|pair, p| *out.0.entry(pair).or_default() += p);
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
            sentence.swaps(|pair, p| {
                all += p;
                counting += p * (FULL / self.0.get(&pair).copied().unwrap_or_default()).min(1.0);
            });
        }
        if all > 0.0 { evidence * counting / all } else { evidence }
    }
}
