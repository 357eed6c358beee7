//! Gathering a vocabulary from documents: types, counts, and how each is written where no sentence begins.

use rustc_hash::FxHashMap;

use super::Word;
use crate::text::{Casing, Kind, fold_into, tokenize};

/// How often a word is seen, and how it is written where no sentence begins.
#[derive(Debug, Default, Clone)]
struct Seen {
    count: u32,
    documents: u32,
    inside: u32,
    titled: u32,
    upper: u32,
}

/// Gathers a vocabulary from documents: types that at least two of them hold.
#[derive(Debug, Default)]
pub struct VocabularyBuilder {
    seen: FxHashMap<String, Seen>,
}

impl VocabularyBuilder {
    /// Counts the words of one document.
    pub fn add_document(&mut self, text: &[u8]) {
        let mut here: FxHashMap<String, Seen> = FxHashMap::default();
        let mut tokens = Vec::new();
        let mut folded = String::new();
        for line in text.split(|b| *b == b'\n') {
            tokenize(line, &mut tokens);
            // Headings and speaker lines are in title case: they tell nothing of a word's own case.
            let heading = tokens.last().is_none_or(|t| t.kind != Kind::SentenceEnd);
            let mut inside = false;
            for t in &tokens {
                let bytes = &line[t.range()];
                if matches!(t.kind, Kind::Word | Kind::Clitic | Kind::Code) {
                    folded.clear();
                    fold_into(bytes, &mut folded);
                    if !here.contains_key(folded.as_str()) {
                        here.insert(folded.clone(), Seen::default());
                    }
                    let s = here.get_mut(folded.as_str()).expect("just inserted");
                    s.count += 1;
                    if inside && !heading {
                        s.inside += 1;
                        s.titled += (Casing::of(bytes) != Casing::Lower) as u32;
                        s.upper += (Casing::of(bytes) == Casing::Upper) as u32;
                    }
                    inside = true;
                } else if t.kind != Kind::Comma && t.kind != Kind::Transparent {
                    inside = false;
                }
            }
        }
        for (word, s) in here {
            let all = self.seen.entry(word).or_default();
            all.count += s.count;
            all.documents += 1;
            all.inside += s.inside;
            all.titled += s.titled;
            all.upper += s.upper;
        }
    }

    /// The words that at least two documents hold, sorted; `finance` says which are marked as terms.
    pub fn finish(self, finance: impl Fn(&str) -> bool) -> Vec<Word> {
        let most = self.seen.values().map(|s| s.count).max().unwrap_or(1) as f64;
        let mut out: Vec<Word> = self
            .seen
            .into_iter()
            .filter(|(w, s)| s.documents >= 2 && !w.contains('\u{FFFD}'))
            .map(|(word, s)| Word {
                class: (most / s.count as f64).log2().round() as u8,
                // Words only ever seen at sentence starts or in headings are taken for names: nothing else is known of them.
                name: s.titled * 10 >= s.inside * 9 && s.upper * 2 < s.titled.max(1) && word != "i" && !word.starts_with('\''),
                acronym: s.upper * 10 >= s.inside.max(1) * 8 && word.len() > 1,
                finance: finance(&word),
                word,
            })
            .collect();
        out.sort();
        out
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::{parse_vocabulary, write_vocabulary};
    use super::*;

    #[test]
    fn two_documents_make_a_word_and_capitals_make_a_name() {
        let mut b = VocabularyBuilder::default();
        b.add_document(b"We met Harrow today. So growth is growth, said Harrow.");
        b.add_document(b"We think Harrow has growth. We see once.");
        let words = b.finish(|_| false);
        let get = |w: &str| words.iter().find(|x| x.word == w);
        assert!(get("harrow").unwrap().name);
        assert!(!get("growth").unwrap().name);
        assert!(get("once").is_none());
        assert_eq!(parse_vocabulary(&write_vocabulary(&words), Path::new("v")).unwrap(), words);
    }
}
