//! Capitals lost at the beginnings of sentences: `w` is `W` but for its size, and some engines do not tell them apart.
//!
//! Only pages whose engine is at fault beyond doubt are mended: words in small letters behind a full stop also come from full stops that
//! are specks, but those do not care what letter follows.

use super::super::edit::{Edit, EditKind};
use super::page::Page;
use crate::candidates::Standing;
use crate::text::{Casing, Kind};

/// Small letters that look like their capitals.
const ALIKE: &[u8] = b"cosuvwxz";

/// Lost capitals that a page must have, at least.
const FEWEST: f32 = 4.0;

/// Share of the words to be mended that must have had a capital, at least.
const CERTAIN: f32 = 0.8;

/// Shortest word before a full stop that is no abbreviation.
const SHORTEST: usize = 4;

/// A word behind a full stop.
struct Beginning {
    line: usize,
    /// Its first byte in the document.
    at: usize,
    alike: bool,
    small: bool,
}

/// The edits that give words their capitals back; `edits` are those made so far, in order.
pub(super) fn edits(page: &Page, text: &[u8], edits: &[Edit], first_line: usize) -> Vec<Edit> {
    // References and formulas have full stops and small letters of their own.
    if page.foreign {
        return Vec::new();
    }
    let found = beginnings(page, text, edits);
    let count = |alike, small| found.iter().filter(|b| b.alike == alike && b.small == small).count() as f32;
    let (lost, kept) = (count(true, true), count(true, false));
    // As often as other words would letters that look alike be small by the writer's hand or behind specks.
    let usual = (count(false, true) + 1.0) / (count(false, true) + count(false, false) + 2.0);
    let share = 1.0 - usual * (lost + kept) / lost.max(1.0);
    if lost * share < FEWEST || share < CERTAIN {
        return Vec::new();
    }
    let edit = |b: &Beginning| Edit {
        range: b.at..b.at + 1,
        line: first_line + b.line,
        before: (text[b.at] as char).to_string(),
        after: (text[b.at].to_ascii_uppercase() as char).to_string(),
        kind: EditKind::Ocr,
        confidence: share,
        alternatives: Vec::new(),
    };
    found.iter().filter(|b| b.alike && b.small).map(edit).collect()
}

/// The words that a page knows behind full stops, where nothing was edited.
fn beginnings(page: &Page, text: &[u8], edits: &[Edit]) -> Vec<Beginning> {
    let mut out = Vec::new();
    for (n, line) in page.lines.iter().enumerate() {
        for (i, three) in line.tokens.windows(3).enumerate() {
            let [before, stop, word] = three else { continue };
            let known = |at: usize| matches!(line.standings[at], Standing::Word);
            let spaced = before.end == stop.start && stop.end < word.start;
            if stop.kind != Kind::SentenceEnd || !spaced || line.protected[i + 2] || !known(i) || !known(i + 2) {
                continue;
            }
            let (from, at) = (line.range.start + before.start as usize, line.range.start + word.start as usize);
            let end = line.range.start + word.end as usize;
            let next = edits.partition_point(|e| e.range.end <= from);
            let edited = edits.get(next).is_some_and(|e| e.range.start < end);
            let first = text[at];
            if edited || !first.is_ascii_alphabetic() || line.text(i).len() < SHORTEST {
                continue;
            }
            let small = Casing::of(&text[at..end]) == Casing::Lower;
            out.push(Beginning { line: n, at, alike: ALIKE.contains(&first.to_ascii_lowercase()), small });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repair::{Repairer, screen};

    /// The words that get their capitals back.
    fn mended(text: &str) -> Vec<&str> {
        let repairer = Repairer::new();
        let mut glances = screen::glance(repairer.engine(), text.as_bytes(), true);
        let page = Page::scan(repairer.engine(), text.as_bytes(), &mut glances);
        let word = |e: Edit| text[e.range.start..].split(' ').next().unwrap();
        edits(&page, text.as_bytes(), &[], 1).into_iter().map(word).collect()
    }

    #[test]
    fn letters_that_look_like_their_capitals_get_them_back() {
        let page = "The plant grew. we sold more. so costs fell. This is good. our clients stayed. They paid again. \
                    some left. The rest stayed. well done.";
        assert_eq!(mended(page), ["we", "so", "our", "some", "well"]);
    }

    #[test]
    fn where_other_letters_are_small_too_the_full_stops_are_specks() {
        let page = "The plant grew. we sold more. so costs fell. this is good. our clients stayed. they paid again. \
                    some left. the rest stayed. well done.";
        assert_eq!(mended(page), [""; 0]);
        assert_eq!(mended("The plant grew. we sold more. This is good."), [""; 0], "one capital may be the writer's slip");
    }
}
