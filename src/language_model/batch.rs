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

    /// What the last word of a context says of many words: the look-ups do not wait for each other. Adds to `out`.
    pub fn pairs_after(&self, state: &State, words: &[WordId], scratch: &mut Scratch, out: &mut Vec<Pair>) {
        scratch.belong_to(self);
        let Scratch { strangers, raw, memory, .. } = scratch;
        memory.resize(MEMORY, (NOBODY, Pair::default()));
        strangers.clear();
        raw.clear();
        let from = out.len();
        let Some(table) = self.tables[0].as_ref().filter(|_| state.len() > 0) else {
            return out.extend(words.iter().map(|word| Pair { prob: self.single(*word).0, ..Pair::default() }));
        };
        let b = self.bytes.as_ref();
        let first = (state.key() as u32) << SYMBOL;
        for (i, word) in words.iter().enumerate() {
            let key = first | *word as u32;
            let (known, pair) = memory[place(key)];
            if known != key || key == NOBODY {
                strangers.push(i as u32);
            }
            out.push(pair);
        }
        raw.extend(strangers.iter().map(|i| (*i, Self::raw(b, table, (first | words[*i as usize] as u32) as u64))));
        for (i, slots) in raw.iter() {
            let word = words[*i as usize];
            let (prob, backoff) = Self::weights(b, table, *slots)
                .map_or_else(|| (self.single(word).0 + state.backoff(1), None), |(prob, backoff)| (prob, Some(backoff)));
            let (key, pair) = (first | word as u32, Pair { prob, backoff });
            memory[place(key)] = (key, pair);
            out[from + *i as usize] = pair;
        }
    }

    /// [`Model::score`] of a word of which the context's last word has been asked: `pair` is what that said.
    pub fn score_on(&self, state: &State, word: WordId, pair: &Pair) -> (f32, State) {
        let Some(backoff) = pair.backoff else {
            // What the whole context backs off to has been said; the word stands for itself from here on.
            let prob = (2..=state.len()).fold(pair.prob, |sum, n| sum + state.backoff(n));
            return (prob, State::new(word as u64, 1, [self.single(word).1, 0.0, 0.0]));
        };
        let mut found = Found::new((pair.prob, self.single(word).1), state, word);
        found.put(2, self.order, (pair.prob, backoff));
        self.longer(&mut found, state, 3);
        found.score(state)
    }
}

/// What a word says of the word behind it.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Pair {
    /// Natural logarithm of the probability of the second word after the first.
    pub prob: f32,
    /// That of the pair's own back-off weight; `None` where the model does not hold the pair.
    backoff: Option<f32>,
}

/// The buffers of [`Model::pairs_after`] and [`Model::pairs`].
#[derive(Debug, Default)]
pub struct Scratch {
    /// The model that they are of.
    model: u64,
    raw: Vec<(u32, (u32, u32))>,
    /// Pairs that are not remembered, or where they stand.
    strangers: Vec<u32>,
    /// Pairs with what they are worth, each in the one place where it may be.
    worth: Vec<(u32, f32)>,
    /// Pairs with what they say, likewise.
    memory: Vec<(u32, Pair)>,
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
        let (mut scratch, mut pairs) = (Scratch::default(), Vec::new());
        for mut state in [model.start(), State::default()] {
            for word in ["our", "third", "quarter", "net"] {
                state = model.score(&state, model.word(word).unwrap()).1;
                pairs.clear();
                model.pairs_after(&state, &words, &mut scratch, &mut pairs);
                let many: Vec<(f32, State)> = words.iter().zip(&pairs).map(|(w, p)| model.score_on(&state, *w, p)).collect();
                let single: Vec<(f32, State)> = words.iter().map(|w| model.score(&state, *w)).collect();
                assert_eq!(many, single, "after {word}");
            }
        }
    }

    #[test]
    fn nothing_but_the_words_themselves_is_known_where_nothing_comes_before() {
        let model = Model::embedded();
        let word = model.word("income").unwrap();
        let (mut scratch, mut pairs) = (Scratch::default(), Vec::new());
        model.pairs_after(&State::default(), &[word], &mut scratch, &mut pairs);
        assert_eq!(model.score_on(&State::default(), word, &pairs[0]), model.score(&State::default(), word));
    }
}
