//! English words beyond the vocabulary of calls: what is spelled correctly, however rare.

/// Beginnings that make a word of a word.
const PREFIXES: [&str; 34] = [
    "anti", "auto", "bi", "co", "counter", "cross", "de", "dis", "hyper", "inter", "macro", "meta", "micro", "mid", "mini",
    "mis", "mono", "multi", "non", "out", "over", "poly", "post", "pre", "proto", "pseudo", "re", "self", "semi", "sub", "super",
    "trans", "un", "under",
];

/// Ends that make a word of a word, or of a word without its last `e`.
const SUFFIXES: [&str; 28] = [
    "able", "al", "ally", "ed", "er", "ers", "es", "ful", "ic", "ing", "ings", "ism", "isms", "ist", "ists", "ity", "ization",
    "ize", "ized", "izer", "izers", "less", "like", "ly", "ness", "or", "ors", "s",
];

/// Ends that engines make up as easily as writers make words with them.
const SHORT_SUFFIXES: [&str; 22] = [
    "d", "ed", "ee", "ees", "er", "ers", "es", "ian", "ic", "ics", "ing", "ion", "ions", "ive", "ives", "or", "ors", "ous", "r",
    "rs", "s", "y",
];

/// Words longer than this may be a plural of a word that has none in the list.
const SHORTEST_PLURAL: usize = 7;

/// Shortest part that another part is added to.
const SHORTEST_STEM: usize = 4;

/// The words beyond the vocabulary.
#[derive(Debug, Clone)]
pub struct WideWords {
    words: fst::Set<&'static [u8]>,
}

impl WideWords {
    /// The list that is part of the program, compiled from `dictionaries/words.txt` by the build; lower-case, without the words of
    /// the vocabulary.
    ///
    /// # Panics
    /// Never in a build whose tests pass: they read the embedded bytes.
    pub fn embedded() -> WideWords {
        static BYTES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/words.fst"));
        WideWords { words: fst::Set::new(BYTES).expect("the embedded list is whole") }
    }

    /// The automaton of the list, for searches.
    pub fn automaton(&self) -> &fst::raw::Fst<&'static [u8]> {
        self.words.as_fst()
    }

    /// Whether the list has the word, or it is made of a word, as `subtrees` is; `known` knows the words of the vocabulary.
    pub fn contains(&self, word: &str, known: &dyn Fn(&str) -> bool) -> bool {
        if self.words.contains(word) {
            return true;
        }
        let listed = |w: &str| w.len() >= SHORTEST_STEM && (known(w) || self.words.contains(w));
        let rests = PREFIXES.iter().filter_map(|p| word.strip_prefix(p).filter(|rest| rest.len() >= SHORTEST_STEM));
        for rest in rests.chain([word]) {
            if rest.len() < word.len() && listed(rest) {
                return true;
            }
            if rest.len() > SHORTEST_PLURAL && rest.strip_suffix('s').is_some_and(listed) {
                return true;
            }
            // Other ends of one or two letters are what an engine makes up most easily: alone they are not enough.
            let shortest = if rest.len() < word.len() { 1 } else { 3 };
            for suffix in SUFFIXES.iter().filter(|s| s.len() >= shortest) {
                if let Some(stem) = rest.strip_suffix(suffix)
                    && stem.len() >= SHORTEST_STEM
                    && (listed(stem) || listed(&format!("{stem}e")))
                {
                    return true;
                }
            }
        }
        false
    }

    /// Whether a writer may have made the word of a word with an end that engines make up as well: `tagger`, `causer`.
    pub fn may_be_made(&self, word: &str, known: &dyn Fn(&str) -> bool) -> bool {
        let listed = |w: &str| known(w) || self.words.contains(w);
        SHORT_SUFFIXES.iter().filter_map(|s| word.strip_suffix(s)).any(|stem| {
            let Some((last, shorter)) = stem.chars().last().map(|c| (c, &stem[..stem.len() - c.len_utf8()])) else {
                return false;
            };
            // "Tag" doubles its last letter, "modify" changes it.
            let doubled = shorter.ends_with(last) && shorter.len() > 2 && listed(shorter);
            let changed = last == 'i' && shorter.len() > 2 && listed(&format!("{shorter}y"));
            doubled || changed || (stem.len() > 2 && (listed(stem) || listed(&format!("{stem}e"))))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::WideWords;

    #[test]
    fn rare_and_derived_words_are_known_and_misspelled_ones_are_not() {
        let words = WideWords::embedded();
        let known = |w: &str| ["tree", "marked", "generation", "revenue", "token"].contains(&w);
        for word in ["abridgment", "subtrees", "markedness", "overgeneration", "tokenizers", "revenues"] {
            assert!(words.contains(word, &known), "{word}");
        }
        for word in ["abridgrnent", "markedncss", "subtrccs", "trees", "revcnue"] {
            assert!(!words.contains(word, &known), "{word}");
        }
    }

    #[test]
    fn writers_make_words_with_short_ends_too() {
        let words = WideWords::embedded();
        let known = |w: &str| ["tag", "cause", "modify", "revenue"].contains(&w);
        for word in ["tagger", "causer", "modifiee", "revenuer"] {
            assert!(words.may_be_made(word, &known) && !words.contains(word, &known), "{word}");
        }
        for word in ["tagqer", "revcnues", "er", "s"] {
            assert!(!words.may_be_made(word, &known), "{word}");
        }
    }
}
