//! A list of words and phrases, found in lines whatever their case.

use std::collections::HashMap;
use std::ops::Range;

use super::{Kind, Token, fold_into, tokenize};

/// Words and phrases by their first token.
#[derive(Debug, Clone, Default)]
pub struct PhraseList {
    /// For each first token, the tokens that follow it, the longest phrase first.
    by_first: HashMap<String, Vec<Vec<String>>>,
}

impl PhraseList {
    /// Adds a word or phrase. Says whether there is anything in it that could be found.
    pub fn add(&mut self, phrase: &str) -> bool {
        let mut tokens = Vec::new();
        tokenize(phrase.as_bytes(), &mut tokens);
        let mut words = tokens.iter().filter(|t| t.kind != Kind::Transparent).map(|t| fold(phrase.as_bytes(), t));
        let Some(first) = words.next() else { return false };
        let rest: Vec<String> = words.collect();
        let phrases = self.by_first.entry(first).or_default();
        if !phrases.contains(&rest) {
            phrases.push(rest);
            phrases.sort_by_key(|p| std::cmp::Reverse(p.len()));
        }
        true
    }

    /// Whether nothing was added.
    pub fn is_empty(&self) -> bool {
        self.by_first.is_empty()
    }

    /// Adds the byte ranges of all that is found in a line.
    pub fn spans(&self, line: &[u8], tokens: &[Token], out: &mut Vec<Range<usize>>) {
        if self.is_empty() {
            return;
        }
        let tokens: Vec<&Token> = tokens.iter().filter(|t| t.kind != Kind::Transparent).collect();
        let folded: Vec<String> = tokens.iter().map(|t| fold(line, t)).collect();
        for (at, first) in folded.iter().enumerate() {
            let found = self.by_first.get(first).and_then(|all| all.iter().find(|rest| folded[at + 1..].starts_with(rest)));
            if let Some(rest) = found {
                out.push(tokens[at].start as usize..tokens[at + rest.len()].end as usize);
            }
        }
    }
}

fn fold(line: &[u8], token: &Token) -> String {
    let mut out = String::new();
    fold_into(&line[token.range()], &mut out);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found<'a>(list: &[&str], line: &'a str) -> Vec<&'a str> {
        let mut phrases = PhraseList::default();
        assert!(list.iter().all(|p| phrases.add(p)));
        let (mut tokens, mut spans) = (Vec::new(), Vec::new());
        tokenize(line.as_bytes(), &mut tokens);
        phrases.spans(line.as_bytes(), &tokens, &mut spans);
        spans.into_iter().map(|s| &line[s]).collect()
    }

    #[test]
    fn phrases_are_found_whole_and_in_any_case() {
        let list = ["web revenue", "Idiot", "Web", "year-over-year"];
        assert_eq!(found(&list, "The Web Revenue of an idiot"), ["Web Revenue", "idiot"]);
        assert_eq!(found(&list, "webs, idiotic"), Vec::<&str>::new());
        assert_eq!(found(&list, "up year over year"), ["year over year"]);
    }

    #[test]
    fn what_has_no_words_is_no_phrase() {
        assert!(!PhraseList::default().add("  "));
        assert!(PhraseList::default().is_empty());
    }
}
