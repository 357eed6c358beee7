//! Where words are at home: how much more often an original stands on the pages that were counted, most of which are news, than in
//! calls, which the language model has learned from.
//!
//! Both are counts that are there anyway, so the weights of another field come for nothing: what a unigram says of it is put on
//! the language model's probabilities (Kneser, Peters & Klakow 1997, Language Model Adaptation Using Dynamic Marginals).

use std::collections::{BTreeMap, HashMap};

use super::compile::Expansion;
use super::observed::Observed;
use super::vocabulary::Word;

/// What a few pages are worth against the classes of the vocabulary, in occurrences.
const DOUBT: f32 = 3.0;

/// No word leans further (in log-probability): pages have topics.
const FURTHEST: f32 = 1.5;

impl Expansion {
    /// Notes where the originals are at home, by the counts of pages and the frequency classes of calls.
    pub fn with_leanings(mut self, observed: &Observed, vocabulary: &[Word]) -> Expansion {
        // Mere names are a class to the language model, which tells nothing of each.
        let classes: HashMap<&str, u8> =
            vocabulary.iter().filter(|w| !w.is_class_only()).map(|w| (w.word.as_str(), w.class)).collect();
        let seen = |word: &str| observed.get(word).map_or(0, |o| o.kept + o.swapped()) as f32;
        let share = |word: &str| classes.get(word).map(|class| 0.5f32.powi(*class as i32));
        let words: Vec<(&str, f32)> = self.kept.keys().filter_map(|o| Some((o.as_str(), share(o)?))).collect();
        let all: f32 = words.iter().map(|(word, _)| seen(word)).sum();
        let scale = all / words.iter().map(|w| w.1).sum::<f32>().max(f32::MIN_POSITIVE);
        let lean = |(word, share): &(&str, f32)| ((seen(word) + DOUBT) / (scale * share + DOUBT)).ln().clamp(-FURTHEST, FURTHEST);
        let leanings: BTreeMap<&str, f32> = words.iter().map(|w| (w.0, lean(w))).collect();
        // A phrase leans as its words do: those are what the language model reads.
        let sum = |original: &str| original.split(' ').filter_map(|w| leanings.get(w)).sum::<f32>();
        self.leanings = self.kept.keys().map(|o| (o.clone(), sum(o))).collect();
        self
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::{parse_observed, parse_vocabulary};
    use super::*;

    #[test]
    fn words_of_news_and_words_of_calls_lean_to_their_sides() {
        let observed = parse_observed("said\t10\tmentioned 90\nmentioned\t1\t\nwall street\t5\t\n", Path::new("o")).unwrap();
        let vocabulary = parse_vocabulary("mentioned\t5\nsaid\t5\nstreet\t5\nunseen\t18\n", Path::new("v")).unwrap();
        let kept = ["mentioned", "said", "said it", "street", "unseen"].map(|o| (o.to_owned(), 0.5)).into();
        let e = Expansion { kept, ..Expansion::default() }.with_leanings(&observed, &vocabulary);
        assert!(e.leanings["said"] > 0.8 && e.leanings["mentioned"] < -1.0);
        assert_eq!(e.leanings["said it"], e.leanings["said"]);
        // What neither knows says nothing.
        assert!(e.leanings["unseen"].abs() < 0.01);
    }
}
