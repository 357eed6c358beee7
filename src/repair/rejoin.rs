//! Words that were hyphenated at the end of a line. Done on request only; the number of lines stays what it is.

use super::document::lines_of;
use super::edit::{Edit, EditKind};
use super::lexicon::FREQUENT;
use super::repairer::Engine;
use crate::text::fold_into;

/// Probability that such an edit is right: the whole is a word, which the halves together hardly ever are by accident.
const CERTAIN: f32 = 0.95;

/// Repairs a document; ranges count from its first byte, lines from `first_line`.
///
/// The second half, and whatever touches it, goes up to the first: `earn-` above `ings of` becomes `earnings` above `of`.
pub(super) fn repair(engine: &Engine, text: &[u8], first_line: usize) -> Vec<Edit> {
    let lines = lines_of(text);
    let mut edits: Vec<Edit> = Vec::new();
    for (i, pair) in lines.windows(2).enumerate() {
        let ((from, to), (next_from, next_to)) = (pair[0], pair[1]);
        let line = text[from..to].trim_ascii_end();
        let Some(body) = line.strip_suffix(b"-") else { continue };
        let letters = |b: &u8| b.is_ascii_alphabetic();
        let left = &body[body.iter().rposition(|b| !letters(b)).map_or(0, |n| n + 1)..];
        let below = &text[next_from..next_to];
        let indent = below.iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
        let right = &below[indent..][..below[indent..].iter().take_while(|b| letters(b)).count()];
        let lower = right.first().is_some_and(u8::is_ascii_lowercase);
        if left.is_empty() || !lower || !is_word(engine, left, right) {
            continue;
        }
        // What touches the half, a full stop say, goes up with it; the space behind it goes.
        let chunk = below[indent..].iter().take_while(|b| !b.is_ascii_whitespace()).count();
        let space = below[indent + chunk..].iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
        let start = from + body.len();
        let end = next_from + indent + chunk + space;
        if edits.last().is_some_and(|e| e.range.end > start) {
            continue;
        }
        let (Ok(before), Ok(moved), Ok(between)) = (
            std::str::from_utf8(&text[start..end]),
            std::str::from_utf8(&below[indent..indent + chunk]),
            std::str::from_utf8(&text[start + 1..next_from + indent]),
        ) else {
            continue;
        };
        // A number that touches the half is nobody's to move.
        if moved.contains(|c: char| c.is_numeric()) {
            continue;
        }
        let after = format!("{moved}{between}");
        let (range, before) = (start..end, before.to_owned());
        edits.push(Edit {
            range,
            line: first_line + i,
            before,
            after,
            kind: EditKind::Join,
            confidence: CERTAIN,
            alternatives: Vec::new(),
        });
    }
    edits
}

/// Whether two halves make a word, and are not rather a compound that has its hyphen by right.
fn is_word(engine: &Engine, left: &[u8], right: &[u8]) -> bool {
    let mut whole = String::new();
    fold_into(left, &mut whole);
    let known = |w: &str| engine.word()(w);
    let (first, cut) = (known(&whole), whole.len());
    fold_into(right, &mut whole);
    let second = known(&whole[cut..]);
    if let (Some(first), Some(second)) = (first, second) {
        // "full-" and "time": both halves are everyday words, so the whole must be one as well.
        let everyday = |w| engine.unigram(w) > FREQUENT - 3.0;
        return !(everyday(first) && everyday(second)) && known(&whole).is_some();
    }
    engine.ocr.is_word(&whole, &|w| known(w).is_some())
}
