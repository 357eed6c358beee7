//! The words that a known word may be given up for, as a list of their own: a search of it has far fewer ways to go.

use fst::raw::Fst;
use fst::{Set, SetBuilder, Streamer};

use super::WordId;

/// Log-probability of words that may take a known word's place, at least.
const RAREST: f32 = -12.0;

/// The words of a vocabulary that are neither names nor rare.
///
/// # Panics
/// Never: a vocabulary gives its words in order.
pub fn usual_words<D: AsRef<[u8]>>(vocabulary: &Fst<D>, unigram: impl Fn(WordId) -> f32, name: WordId) -> Set<Vec<u8>> {
    let mut usual = SetBuilder::memory();
    let mut words = vocabulary.stream();
    while let Some((word, symbol)) = words.next() {
        let symbol = symbol.value() as WordId;
        if symbol != name && unigram(symbol) >= RAREST {
            usual.insert(word).expect("words come in order");
        }
    }
    usual.into_set()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_rare_words_are_left_out() {
        let vocabulary = fst::Map::from_iter([("abate", 7), ("costs", 8), ("smith", 1)]).unwrap();
        let usual = usual_words(vocabulary.as_fst(), |word| if word == 7 { -12.5 } else { -3.0 }, 1);
        assert_eq!(usual.stream().into_strs().unwrap(), ["costs"]);
    }
}
