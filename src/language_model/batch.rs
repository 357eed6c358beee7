//! Many look-ups at once: none waits for what another one finds, and pairs of words that come again and again are remembered.

use super::model::{Found, Model, SYMBOL, State};
use super::symbol::WordId;

impl Model {
    /// What words speak for the words behind them: the sum, over all pairs of neighbours, of the logarithm of the second one's
    /// probability there less that wherever it stands.
    pub fn pairs(&self, symbols: &[WordId], scratch: &mut Scratch) -> f32 {
        let Some(table) = &self.tables[0] else { return 0.0 };
        let b = self.bytes.as_ref();
        scratch.belong_to(self);
        let Scratch { strangers, raw, worth, .. } = scratch;
        worth.resize(MEMORY, (NOBODY, 0.0));
        strangers.clear();
        // Summed in whole units: which pairs are remembered, and so come first, must not reach the result.
        let units = |value: f32| (value * UNIT) as i64;
        let mut sum = 0;
        for pair in symbols.windows(2) {
            let key = (pair[0] as u32) << SYMBOL | pair[1] as u32;
            let (known, value) = worth[place(key)];
            if known == key && key != NOBODY {
                sum += units(value);
            } else {
                strangers.push(key);
            }
        }
        raw.clear();
        // All look-ups first: none waits for what another one found.
        raw.extend(strangers.iter().map(|key| (*key, Self::raw(b, table, *key as u64))));
        for (key, raw) in raw.iter() {
            let value = match Self::weights(b, table, *raw) {
                Some((prob, _)) => prob - self.single(*key as WordId).0,
                None => self.single((*key >> SYMBOL) as WordId).1,
            };
            worth[place(*key)] = (*key, value);
            sum += units(value);
        }
        sum as f32 / UNIT
    }

    /// [`Model::score`] of many words after one context: the look-ups of one order do not wait for each other. `out` is cleared first.
    pub fn score_all(&self, state: &State, words: &[WordId], scratch: &mut Scratch, out: &mut Vec<(f32, State)>) {
        let b = self.bytes.as_ref();
        scratch.belong_to(self);
        let Scratch { found, raw, memory, .. } = scratch;
        memory.resize(MEMORY, (NOBODY, (0, 0)));
        found.clear();
        found.extend(words.iter().map(|w| Found::new(self.single(*w), state, *w)));
        for n in 2..=self.order.min(state.len() + 1) {
            let Some(table) = &self.tables[n - 2] else { break };
            raw.clear();
            for (i, f) in found.iter().enumerate().filter(|(_, f)| f.matched == n - 2) {
                let key = f.key(n);
                let known = memory[place(key as u32)];
                let is_known = n == 2 && known.0 == key as u32 && known.0 != NOBODY;
                let slots = if is_known { known.1 } else { Self::raw(b, table, key) };
                raw.push((i as u32, slots));
            }
            for (i, slots) in raw.iter() {
                let found = &mut found[*i as usize];
                if n == 2 {
                    let key = found.key(n) as u32;
                    memory[place(key)] = (key, *slots);
                }
                if let Some(weights) = Self::weights(b, table, *slots) {
                    found.put(n, self.order, weights);
                }
            }
        }
        out.clear();
        out.extend(found.iter().map(|f| f.score(state)));
    }
}

/// The buffers of [`Model::score_all`] and [`Model::pairs`].
#[derive(Debug, Default)]
pub struct Scratch {
    /// The model that they are of.
    model: u64,
    found: Vec<Found>,
    raw: Vec<(u32, (u32, u16))>,
    /// Pairs that are not remembered.
    strangers: Vec<u32>,
    /// Pairs with what they are worth, each in the one place where it may be.
    worth: Vec<(u32, f32)>,
    /// Pairs with their combined slots, likewise.
    memory: Vec<(u32, (u32, u16))>,
}

impl Scratch {
    /// Forgets what another model said.
    fn belong_to(&mut self, model: &Model) {
        if self.model != model.serial {
            self.model = model.serial;
            self.worth.clear();
            self.memory.clear();
        }
    }
}

/// The key of a place where nothing is remembered; the pair that has it is looked up every time.
const NOBODY: u32 = u32::MAX;

/// Units of a logarithm.
const UNIT: f32 = 65536.0;

/// Pairs that are remembered: as many as stay close to the processor.
const MEMORY: usize = 1 << 15;

/// Where a pair is remembered.
#[inline]
fn place(key: u32) -> usize {
    (key.wrapping_mul(0x9E37_79B1) >> (32 - MEMORY.ilog2())) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_remembered_does_not_change_what_pairs_are_worth() {
        let model = Model::embedded();
        let words = ["net", "income", "was", "strong", "and", "web", "revenue", "rose", "net", "income"];
        let symbols: Vec<WordId> = words.iter().map(|w| model.word(w).unwrap()).collect();
        let mut scratch = Scratch::default();
        for (from, to) in [(0, 10), (4, 8), (2, 10), (0, 10)] {
            let fresh = model.pairs(&symbols[from..to], &mut Scratch::default());
            assert_eq!(model.pairs(&symbols[from..to], &mut scratch).to_bits(), fresh.to_bits());
        }
        let word = |w| model.word(w).unwrap();
        assert!(model.pairs(&[word("net"), word("income")], &mut scratch) > 1.0, "they go together");
    }

    #[test]
    fn what_one_model_said_is_nothing_of_another() {
        let (one, other) = (Model::embedded(), Model::embedded());
        let symbols: Vec<WordId> = ["net", "income", "rose"].iter().map(|w| one.word(w).unwrap()).collect();
        let remembered = |scratch: &Scratch| scratch.worth.iter().filter(|(key, _)| *key != NOBODY).count();
        let mut scratch = Scratch::default();
        one.pairs(&symbols, &mut scratch);
        one.clone().pairs(&symbols[..2], &mut scratch);
        assert_eq!(remembered(&scratch), 2);
        other.pairs(&symbols[..2], &mut scratch);
        assert_eq!(remembered(&scratch), 1);
    }

    #[test]
    fn many_at_once_are_as_one_by_one() {
        let model = Model::embedded();
        let words: Vec<WordId> =
            ["income", "revenue", "of", "quarter", "income"].iter().map(|w| model.word(w).unwrap()).collect();
        let mut state = model.start();
        let (mut scratch, mut out) = (Scratch::default(), Vec::new());
        for word in ["our", "third", "quarter", "net"] {
            state = model.score(&state, model.word(word).unwrap()).1;
            model.score_all(&state, &words, &mut scratch, &mut out);
            let single: Vec<(f32, State)> = words.iter().map(|w| model.score(&state, *w)).collect();
            assert_eq!(out, single, "after {word}");
        }
    }
}
