//! Capitals that an engine saw in small letters of the same shape: "in our Vision of", "it Was".

use super::super::edit::{Edit, EditKind};
use super::super::repairer::Engine;
use super::line::Line;
use super::page::Page;
use crate::candidates::Standing;
use crate::language_model::WordId;
use crate::text::{Casing, Kind};

/// Letters that differ from their capitals in nothing but height.
const ALIKE: &[u8] = b"COSUVWXZ";

/// Names and acronyms among the words that the language model knows one by one and that begin with such a letter: they keep it.
const NAMES: [&str; 5] = ["china", "chris", "covid", "september", "steve"];

/// Log-probability of words that lose a capital, at least: of rarer ones it is rather known that they are the names of something.
const RAREST: f32 = -11.0;

/// Probability that such an edit is right.
pub(super) const CONFIDENCE: f32 = 0.85;

/// Adds the words of a line that have a capital of that kind where none is to be; the edits from `first` on are those made in it so far.
pub(super) fn edits(engine: &Engine, page: &Page, line: &Line, bytes: &[u8], first: usize, out: &mut Vec<Edit>) {
    let taken = out.len();
    for at in 1..line.tokens.len() {
        let Some(symbol) = odd_capital(engine, line, bytes, at) else { continue };
        let range = line.tokens[at].range();
        let touched = |e: &Edit| e.range.start <= range.end && range.start <= e.range.end;
        // A word that the writer gives a capital comes with it again.
        if page.capitals[symbol as usize] > 1 || out[first..taken].iter().any(touched) {
            continue;
        }
        let before = String::from_utf8_lossy(&bytes[range.clone()]).into_owned();
        let after = before.to_lowercase();
        out.push(Edit { range, line: 0, before, after, kind: EditKind::Ocr, confidence: CONFIDENCE, alternatives: Vec::new() });
    }
}

/// The word at `at` if it has a capital that may be a small letter, stands between words in lower case and continues a sentence rather
/// than it begins one.
pub(super) fn odd_capital(engine: &Engine, line: &Line, bytes: &[u8], at: usize) -> Option<WordId> {
    let (token, before) = (line.tokens[at], line.tokens[at.checked_sub(1)?]);
    let text = &bytes[token.range()];
    let lower = |n: usize| {
        line.standings[n] == Standing::Word
            && line.tokens[n].kind == Kind::Word
            && Casing::of(&bytes[line.tokens[n].range()]) == Casing::Lower
    };
    let fits = line.standings[at] == Standing::Word
        && !line.protected[at]
        && text.len() > 1
        && ALIKE.contains(&text[0])
        && Casing::of(text) == Casing::Title
        && before.end < token.start
        && lower(at - 1);
    let next = line.tokens.get(at + 1);
    let goes_on =
        next.is_none_or(|t| matches!(t.kind, Kind::Comma | Kind::SentenceEnd) || (t.start > token.end && lower(at + 1)));
    let symbol = line.symbols[at].filter(|_| fits && goes_on)?;
    if engine.unigram(symbol) < RAREST || NAMES.contains(&line.text(at)) {
        return None;
    }
    let start = engine.model.start();
    let (_, inside) = engine.model.score(&start, line.symbols[at - 1]?);
    let (within, begins) = (engine.model.score(&inside, symbol).0, engine.model.score(&start, symbol).0);
    (within > begins).then_some(symbol)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{ALIKE, NAMES};
    use crate::dictionary::{Word, parse_vocabulary};

    #[test]
    fn the_names_are_those_of_the_vocabulary() {
        let words = parse_vocabulary(include_str!("../../../dictionaries/vocabulary.tsv"), Path::new("vocabulary.tsv")).unwrap();
        let named = |w: &&Word| (w.name || w.acronym) && !w.is_class_only() && w.class <= Word::NAMES_THAT_STAND_ALONE;
        let fits = |w: &&Word| w.word.len() > 2 && ALIKE.contains(&w.word.as_bytes()[0].to_ascii_uppercase());
        let plain = |w: &&Word| w.word.bytes().all(|b| b.is_ascii_lowercase());
        let names = words.iter().filter(named).filter(fits).filter(plain).map(|w| w.word.as_str());
        // Those who type calls write it where they could not hear a name.
        let names: Vec<&str> = names.filter(|name| *name != "unk").collect();
        assert_eq!(names, NAMES);
    }
}
