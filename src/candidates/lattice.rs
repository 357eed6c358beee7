//! Arcs over the positions of a sentence.

use super::ocr::KEPT;
use crate::dictionary::{Entry, OriginalId};

/// Number of a word or class in the language model.
type WordId = u16;

/// Where an arc comes from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Source {
    /// The token as it stands. The original is the table's row for this very word, if it has one: how often spinners leave it
    /// alone says how likely it is to stand for itself.
    Keep {
        /// The table's row for the word.
        original: Option<OriginalId>,
    },
    /// An original of the table.
    Substitute {
        /// The pair of original and spun form.
        entry: Entry,
        /// How many of the garbled words begin with a capital inside a sentence: such words may be names.
        capitals: u8,
    },
    /// Two words with the space between them lost; the first has this many bytes.
    Split {
        /// Bytes of the first word.
        at: u32,
        /// The originals the halves stand for, if they are garbled too: a number for [`Lattice::halves`].
        halves: u32,
    },
    /// What may have stood where an OCR engine read the tokens: the tokens themselves, other words or marks, or nothing.
    Reading {
        /// Number of the text that stood there, as the builder of the lattice counts them.
        reading: u32,
        /// What made it what was read.
        accident: Accident,
        /// Log-probability of what was read, given that accident.
        log_weight: f32,
    },
}

/// What may befall a token when an OCR engine reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Accident {
    /// Nothing: it was read as it stands.
    None,
    /// Characters were taken for others, a space was lost or made up.
    Misread,
    /// Specks or edges were taken for characters.
    Speck,
    /// What lies behind the end of a line was taken for more of it, up to the margin.
    Tail,
}

/// A candidate for the tokens `start..end` of a sentence.
#[derive(Debug, Clone, Copy)]
pub struct Arc {
    /// First token.
    pub start: u32,
    /// One past the last token.
    pub end: u32,
    /// Where the arc comes from.
    pub source: Source,
    /// How many words of the arc the language model cannot name.
    pub unknown: u8,
    /// How many symbols there are, and where the first one is.
    words: u8,
    first: u32,
}

impl Arc {
    /// An arc over tokens; `symbols` are where its symbols begin and how many they are.
    pub(super) fn new(tokens: std::ops::Range<usize>, source: Source, unknown: u8, symbols: (u32, usize)) -> Arc {
        let (first, words) = (symbols.0, symbols.1 as u8);
        Arc { start: tokens.start as u32, end: tokens.end as u32, source, unknown, words, first }
    }

    /// How many words the arc puts down.
    pub fn words(&self) -> usize {
        self.words as usize
    }
}

/// The arcs of a sentence, in order of their first token. Cleared, not freed, between sentences.
#[derive(Debug, Default, Clone)]
pub struct Lattice {
    arcs: Vec<Arc>,
    starts: Vec<u32>,
    /// What the channel makes of each arc before anything is known of the document, and that with what its words are worth wherever
    /// they stand; empty where that was not asked.
    weights: Vec<f32>,
    estimates: Vec<f32>,
    /// Posterior of each arc when the sentence was last decoded; empty before that.
    posteriors: Vec<f32>,
    symbols: Vec<WordId>,
    /// Originals of the halves of split words.
    halves: Vec<[Option<Entry>; 2]>,
}

impl Lattice {
    /// Makes room for a sentence.
    pub(super) fn clear(&mut self) {
        self.arcs.clear();
        self.starts.clear();
        self.symbols.clear();
        self.halves.clear();
        self.weights.clear();
        self.estimates.clear();
        self.posteriors.clear();
    }

    /// Says that the arcs of the next token begin here.
    pub(super) fn next_position(&mut self) {
        self.starts.push(self.arcs.len() as u32);
    }

    #[inline]
    pub(super) fn push(
        &mut self,
        start: usize,
        end: usize,
        source: Source,
        unknown: u8,
        symbols: impl IntoIterator<Item = WordId>,
    ) {
        let from = self.symbols.len() as u32;
        self.symbols.extend(symbols);
        let words = self.symbols.len() - from as usize;
        self.arcs.push(Arc::new(start..end, source, unknown, (from, words)));
    }

    /// [`Lattice::push`] for an arc whose symbols lie in a row.
    #[inline]
    pub(super) fn push_read(&mut self, tokens: std::ops::Range<usize>, source: Source, unknown: u8, symbols: &[WordId]) {
        let from = self.symbols.len() as u32;
        match symbols {
            [symbol] => self.symbols.push(*symbol),
            _ => self.symbols.extend_from_slice(symbols),
        }
        self.arcs.push(Arc::new(tokens, source, unknown, (from, symbols.len())));
    }

    /// A lattice of the arcs with posteriors of `least` or more, with these posteriors; the first arc of each token, which keeps it, stays always.
    /// `index` becomes the new number of every arc, [`Lattice::GONE`] where it has none.
    pub fn thinned(&self, posteriors: &[f32], least: f32, index: &mut Vec<u32>) -> Lattice {
        index.clear();
        index.extend(posteriors.iter().map(|p| if *p >= least { 0 } else { Self::GONE }));
        self.starts.iter().for_each(|first| index[*first as usize] = 0);
        let kept = index.iter().filter(|i| **i != Self::GONE).count();
        let mut out = Lattice {
            arcs: Vec::with_capacity(kept),
            starts: Vec::with_capacity(self.positions()),
            posteriors: Vec::with_capacity(kept),
            symbols: Vec::with_capacity(kept + kept / 4),
            ..Lattice::default()
        };
        for (at, arc) in self.arcs.iter().enumerate() {
            if out.starts.len() <= arc.start as usize {
                out.next_position();
            }
            if index[at] == Self::GONE {
                continue;
            }
            index[at] = out.arcs.len() as u32;
            let mut source = arc.source;
            if let Source::Split { halves, .. } = &mut source {
                *halves = out.push_halves(self.halves(*halves));
            }
            let first = out.symbols.len() as u32;
            out.symbols.extend_from_slice(self.symbols(arc));
            out.arcs.push(Arc { source, first, ..*arc });
            out.posteriors.push(posteriors[at]);
        }
        out
    }

    /// Numbers the readings anew that are left after thinning; `keep` is told the old number of each, in order of the new ones.
    pub fn renumber_readings(&mut self, mut keep: impl FnMut(u32)) {
        let mut count = 0;
        for arc in &mut self.arcs {
            if let Source::Reading { reading, .. } = &mut arc.source
                && *reading != KEPT
            {
                keep(std::mem::replace(reading, count));
                count += 1;
            }
        }
    }

    /// Notes what the last arc is worth: the channel's part and that of its words.
    pub(super) fn value(&mut self, weight: f32, words: f32) {
        self.weights.push(weight);
        self.estimates.push(weight + words);
    }

    /// What the channel makes of each arc before anything is known of the document, if the builder asked; empty if not.
    pub fn weights(&self) -> &[f32] {
        &self.weights
    }

    /// That with what the words of each arc are worth wherever they stand.
    pub fn estimates(&self) -> &[f32] {
        &self.estimates
    }

    /// Notes what the halves of a split word stand for.
    pub(super) fn push_halves(&mut self, halves: [Option<Entry>; 2]) -> u32 {
        self.halves.push(halves);
        self.halves.len() as u32 - 1
    }

    /// What the halves of a split word stand for.
    pub fn halves(&self, number: u32) -> [Option<Entry>; 2] {
        self.halves[number as usize]
    }

    /// Takes note of the posteriors that a decoding gave.
    pub fn note(&mut self, posteriors: &[f32]) {
        self.posteriors.clear();
        self.posteriors.extend_from_slice(posteriors);
    }

    /// The number of an arc that was dropped.
    pub const GONE: u32 = u32::MAX;

    /// Number of tokens.
    pub fn positions(&self) -> usize {
        self.starts.len()
    }

    /// All arcs, by first token.
    pub fn arcs(&self) -> &[Arc] {
        &self.arcs
    }

    /// The arcs that begin at a token, as a range of [`Lattice::arcs`].
    pub fn starting_at(&self, position: usize) -> std::ops::Range<usize> {
        let end = self.starts.get(position + 1).map_or(self.arcs.len(), |e| *e as usize);
        self.starts[position] as usize..end
    }

    /// Posterior of an arc when the sentence was last decoded, 0 before that.
    pub fn posterior(&self, index: usize) -> f32 {
        self.posteriors.get(index).copied().unwrap_or(0.0)
    }

    /// Posteriors of all arcs when the sentence was last decoded.
    pub fn posteriors(&self) -> &[f32] {
        &self.posteriors
    }

    /// What the language model reads along an arc.
    pub fn symbols(&self, arc: &Arc) -> &[WordId] {
        let from = arc.first as usize;
        &self.symbols[from..from + arc.words()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readings_that_are_left_are_numbered_anew() {
        let mut lattice = Lattice::default();
        let reading = |reading| Source::Reading { reading, accident: Accident::None, log_weight: 0.0 };
        for token in 0..2 {
            lattice.next_position();
            lattice.push(token, token + 1, reading(KEPT), 0, [7]);
            (0..3).for_each(|n| lattice.push(token, token + 1, reading(3 * token as u32 + n), 0, [7]));
        }
        let texts = ["a", "b", "c", "d", "e", "f"];
        let mut index = Vec::new();
        let mut lattice = lattice.thinned(&[0.0, 0.9, 0.0, 0.1, 0.9, 0.0, 0.1, 0.0], 0.05, &mut index);
        let mut left = Vec::new();
        lattice.renumber_readings(|old| left.push(texts[old as usize]));
        assert_eq!(left, ["a", "c", "e"]);
        let numbers = |arc: &Arc| match arc.source {
            Source::Reading { reading, .. } => reading,
            _ => unreachable!("all are readings"),
        };
        assert_eq!(lattice.arcs().iter().map(numbers).collect::<Vec<_>>(), [KEPT, 0, 1, KEPT, 2]);
    }
}
