//! Places of a decoded sentence where something else might have stood, and what the words around them say to that.

use std::ops::Range;

use super::{Engine, Sentence};
use crate::candidates::Source;
use crate::context::{Candidate, ContextModel, Lesson, Sums};
use crate::decoder::Decoded;
use crate::dictionary::uncontracted;
use crate::language_model::WordId;

/// What the decoder thinks less likely than this is no alternative.
const ALTERNATIVE: f32 = 0.002;

/// What a sentence may ask of the page that it stands in.
pub(in crate::repair) struct Around<'a> {
    pub model: &'a ContextModel,
    /// Over the words of the sentence's line at least.
    pub sums: Sums,
}

/// A place where something else might have stood.
struct Doubt {
    /// Its number on the path.
    number: usize,
    /// The words of the sentence, as decoded, that stand there.
    words: Range<usize>,
    /// The tokens that stand there.
    tokens: Range<usize>,
    /// What may stand there: first what the text has, then what each of `swaps` puts down.
    candidates: Vec<Candidate>,
    swaps: Vec<u32>,
}

impl Sentence {
    /// Adds the words of the best path to those of the page.
    pub(in crate::repair) fn say(&mut self, page: &mut Vec<WordId>) {
        self.first_word = page.len();
        self.path.iter().for_each(|arc| page.extend_from_slice(self.lattice.symbols(&self.lattice.arcs()[*arc as usize])));
    }

    /// The words of the best path on the page.
    pub(in crate::repair) fn said(&self) -> Range<usize> {
        let count = |arc: &u32| self.lattice.arcs()[*arc as usize].words();
        self.first_word..self.first_word + self.path.iter().map(count).sum::<usize>()
    }

    /// The places of the path that [`Decoded::conclude`] made, which says the same words as the best one.
    fn doubts(&self, decoded: &Decoded) -> Vec<Doubt> {
        let mut out = Vec::new();
        let mut kept_words: Vec<WordId> = Vec::new();
        let mut next = 0;
        for (number, (index, confidence)) in decoded.path.iter().zip(&decoded.confidences).enumerate() {
            let chosen = self.lattice.arcs()[*index as usize];
            let words = next..next + chosen.words();
            next = words.end;
            let (start, end) = (chosen.start as usize, chosen.end as usize);
            let judged = matches!(chosen.source, Source::Keep { .. } | Source::Substitute { .. });
            if !judged || self.places[start].protected {
                continue;
            }
            let posterior = |arc: u32| if arc == *index { *confidence } else { decoded.posteriors[arc as usize] };
            let swaps = self.lattice.starting_at(start).map(|i| i as u32).filter(|i| {
                let arc = &self.lattice.arcs()[*i as usize];
                let substitute = matches!(arc.source, Source::Substitute { .. });
                substitute && arc.end == chosen.end && (posterior(*i) >= ALTERNATIVE || i == index)
            });
            let swaps: Vec<u32> = swaps.collect();
            // Most places have nothing else to offer.
            if swaps.is_empty() {
                continue;
            }
            kept_words.clear();
            self.keeps(start..end).for_each(|keep| kept_words.extend_from_slice(self.symbols_of(keep)));
            let kept = self.keeps(start..end).map(posterior).fold(1.0, f32::min);
            let mut candidates = Vec::with_capacity(1 + swaps.len());
            candidates.push(Candidate::new(&kept_words, kept, true));
            candidates.extend(swaps.iter().map(|swap| Candidate::new(self.symbols_of(*swap), posterior(*swap), false)));
            out.push(Doubt { number, words, tokens: start..end, candidates, swaps });
        }
        debug_assert_eq!(next, self.said().len());
        out
    }

    /// The arcs that keep some tokens.
    fn keeps(&self, tokens: Range<usize>) -> impl Iterator<Item = u32> {
        tokens.map(|p| self.lattice.starting_at(p).start as u32)
    }

    fn symbols_of(&self, arc: u32) -> &[WordId] {
        self.lattice.symbols(&self.lattice.arcs()[arc as usize])
    }

    /// Lets the words around each place decide where the decoder was in doubt.
    pub(super) fn judge(&self, around: &Around<'_>, decoded: &mut Decoded) {
        let mut probabilities = Vec::new();
        // Backwards, so that the numbers of the places before stay what they are when a path grows longer.
        for doubt in self.doubts(decoded).into_iter().rev() {
            let words = self.first_word + doubt.words.start..self.first_word + doubt.words.end;
            around.model.judge(&around.sums, words, &doubt.candidates, &mut probabilities);
            let best = (0..probabilities.len()).rev().max_by(|a, b| probabilities[*a].total_cmp(&probabilities[*b])).unwrap_or(0);
            self.keeps(doubt.tokens.clone()).for_each(|keep| decoded.posteriors[keep as usize] = probabilities[0]);
            for (swap, p) in doubt.swaps.iter().zip(&probabilities[1..]) {
                decoded.posteriors[*swap as usize] = *p;
            }
            // One arc for another is the rule; a phrase that is kept after all becomes an arc for each of its tokens.
            let place = doubt.number..=doubt.number;
            let first = if best == 0 { self.lattice.starting_at(doubt.tokens.start).start as u32 } else { doubt.swaps[best - 1] };
            (decoded.path[doubt.number], decoded.confidences[doubt.number]) = (first, probabilities[best]);
            if best == 0 && doubt.tokens.len() > 1 {
                let tokens = doubt.tokens.len();
                decoded.path.splice(place.clone(), self.keeps(doubt.tokens));
                decoded.confidences.splice(place, std::iter::repeat_n(probabilities[0], tokens));
            }
        }
    }

    /// Adds the places in doubt to a lesson. `original` gives what stood in a range of the line before a spinner came, `None` where
    /// a swap reaches across its ends.
    pub(in crate::repair) fn teach(
        &self,
        engine: &Engine,
        line: &[u8],
        original: impl Fn(Range<usize>) -> Option<String>,
        lesson: &mut Lesson,
    ) {
        for doubt in self.doubts(&self.concluded(None)) {
            let arc = &self.lattice.arcs()[doubt.swaps[0] as usize];
            let span = self.span(arc.start as usize..arc.end as usize);
            let Some(truth) = original(span.clone()).map(|t| comparable(&t)) else { continue };
            let mut candidates = doubt.candidates;
            candidates[0].right = comparable(&String::from_utf8_lossy(&line[span])) == truth;
            for (candidate, swap) in candidates[1..].iter_mut().zip(&doubt.swaps) {
                if let Source::Substitute { entry, .. } = &self.lattice.arcs()[*swap as usize].source {
                    candidate.right = comparable(engine.table.original(entry.original)) == truth;
                }
            }
            lesson.add(self.first_word + doubt.words.start..self.first_word + doubt.words.end, &candidates);
        }
    }
}

/// A text as it is compared: case and the kinds of apostrophe and of contraction make no difference.
fn comparable(text: &str) -> String {
    let words: Vec<String> = text.split_whitespace().map(|w| w.to_lowercase().replace('\u{2019}', "'")).collect();
    uncontracted(&words.join(" "))
}
