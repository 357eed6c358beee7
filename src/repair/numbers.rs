//! Digits that an engine took for letters, where the form leaves no doubt. Done on request only.

use std::sync::LazyLock;

use regex::bytes::Regex;

use super::document::lines_of;
use super::edit::{Edit, EditKind};

/// Probability that such an edit is right.
const CERTAIN: f32 = 0.95;

/// Money, percentages, groups of thousands, years: each has a digit of its own.
static FORMS: LazyLock<[Regex; 4]> = LazyLock::new(|| {
    let forms = [
        r"[$\x{20AC}\x{A3}](?P<n>[0-9lIOo|]+(?:[.,][0-9lIOo|]+)*)",
        r"(?P<n>[0-9lIOo|]+(?:[.,][0-9lIOo|]+)*)%",
        r"(?P<n>[0-9lI|]{1,3}(?:,[0-9OolI|]{3})+)",
        r"(?P<n>2[0Oo][0-9OolI|]{2}|[1lI|]9[0-9OolI|]{2})",
    ];
    forms.map(|f| Regex::new(f).expect("constant pattern"))
});

/// Repairs a document; ranges count from its first byte, lines from `first_line`.
pub(super) fn repair(text: &[u8], first_line: usize) -> Vec<Edit> {
    let mut edits: Vec<Edit> = Vec::new();
    for (i, (from, to)) in lines_of(text).into_iter().enumerate() {
        let line = &text[from..to];
        let first = edits.len();
        for form in FORMS.iter() {
            for found in form.captures_iter(line) {
                let range = found.name("n").expect("the pattern has one").range();
                let Some(edit) = repaired(line, range.start, range.end) else { continue };
                if edits[first..].iter().all(|e| e.range.end <= range.start + from || range.end + from <= e.range.start) {
                    let range = range.start + from..range.end + from;
                    edits.push(Edit { range, line: first_line + i, ..edit });
                }
            }
        }
        edits[first..].sort_by_key(|e| e.range.start);
    }
    edits
}

/// The number with digits for letters; `None` where it has no letter, hardly a digit, or goes on on either side.
fn repaired(line: &[u8], start: usize, end: usize) -> Option<Edit> {
    let goes_on =
        |b: Option<&u8>| b.is_some_and(|b| b.is_ascii_alphanumeric() || *b >= 0x80 || matches!(b, b'|' | b'_' | b'/' | b'@'));
    if goes_on(start.checked_sub(1).and_then(|b| line.get(b)).filter(|b| !matches!(b, 0x80..))) || goes_on(line.get(end)) {
        return None;
    }
    let before = std::str::from_utf8(&line[start..end]).ok()?;
    let digits = before.bytes().filter(u8::is_ascii_digit).count();
    let letters = before.bytes().filter(|b| matches!(b, b'l' | b'I' | b'O' | b'o' | b'|')).count();
    if digits == 0 || letters == 0 || letters > digits + 1 {
        return None;
    }
    let after = before.replace(['l', 'I', '|'], "1").replace(['O', 'o'], "0");
    Some(Edit {
        range: 0..0,
        line: 0,
        before: before.to_owned(),
        after,
        kind: EditKind::Number,
        confidence: CERTAIN,
        alternatives: Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(line: &str) -> Vec<String> {
        repair(line.as_bytes(), 1).into_iter().map(|e| format!("{} {}", e.before, e.after)).collect()
    }

    #[test]
    fn only_what_is_certain_by_form_changes() {
        assert_eq!(numbers("$l2.5 million in 2O21, up l0% to 1,O00 units"), ["l2.5 12.5", "2O21 2021", "l0 10", "1,O00 1,000"]);
        for line in ["10K and 5G, Q1O, $IO, lO%, B2O21, 2Olive, I9 years", "$1.5 million, 10%, 2021", "$5l/share"] {
            assert!(numbers(line).is_empty(), "{line}: {:?}", numbers(line));
        }
    }
}
