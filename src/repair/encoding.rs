//! Undoing wrong decodings: what [`wrong_decodings`] finds, but for protected spans.

use std::ops::Range;

use super::document::lines_of;
use super::edit::{Edit, EditKind};
use super::repairer::Engine;
use crate::text::{Technical, may_be_decoded_wrongly, tokenize, wrong_decodings};

/// Probability that such an edit is right: wrong decodings are all but unmistakable, what stood there less so.
const CERTAIN: f32 = 0.97;

/// Repairs a document; ranges count from its first byte, lines from `first_line`.
pub(super) fn repair(engine: &Engine, text: &[u8], first_line: usize) -> Vec<Edit> {
    let mut edits = Vec::new();
    let mut tokens = Vec::new();
    let mut spans: Vec<Range<usize>> = Vec::new();
    for (i, (from, to)) in lines_of(text).into_iter().enumerate() {
        let bytes = &text[from..to];
        if !may_be_decoded_wrongly(bytes) {
            continue;
        }
        let Ok(line) = std::str::from_utf8(bytes) else { continue };
        let found = wrong_decodings(line);
        if found.is_empty() {
            continue;
        }
        tokenize(bytes, &mut tokens);
        engine.protector.spans(bytes, &tokens, &mut spans);
        for (range, after) in found {
            if spans.iter().any(|s| s.start < range.end && range.start < s.end) || line[range.clone()].contains(is_digit) {
                continue;
            }
            let before = line[range.clone()].to_owned();
            let range = range.start + from..range.end + from;
            let line = first_line + i;
            edits.push(Edit {
                range,
                line,
                before,
                after,
                kind: EditKind::Encoding,
                confidence: CERTAIN,
                alternatives: Vec::new(),
            });
        }
    }
    let words = || text.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()).count();
    // Entities and bytes in programs are as their writers meant them.
    if !edits.is_empty() && Technical::of(text).is_code(words()) {
        edits.clear();
    }
    edits
}

/// Digits are protected, those of a numeric entity not: they count no thing.
fn is_digit(c: char) -> bool {
    c.is_numeric() && !c.is_ascii_digit()
}
