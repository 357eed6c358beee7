//! From best paths to edits: case, and the spaces around what goes.

use std::ops::Range;

use super::super::edit::{Edit, EditKind};
use super::line::Line;
use super::{Piece, Reading};
use crate::candidates::{Accident, KEPT, Lattice, Source, Standing};
use crate::channel::{OcrRepair, Weights};
use crate::text::{Casing, Kind};

/// How many unknown words of a sentence were misread, in expectation.
pub(super) fn misread(lattice: &Lattice, posteriors: &[f32], unknown: &[bool]) -> f32 {
    let mut sum = 0.0;
    for (arc, p) in lattice.arcs().iter().zip(posteriors) {
        let doubtful = unknown[arc.start as usize..arc.end as usize].contains(&true);
        if doubtful && matches!(arc.source, Source::Reading { accident: Accident::Misread, .. }) {
            sum += p;
        }
    }
    sum
}

/// How likely a line has scraps behind its end.
pub(super) fn tail(lattice: &Lattice, posteriors: &[f32]) -> f32 {
    let tail = |source: Source| matches!(source, Source::Reading { accident: Accident::Tail, .. });
    lattice.arcs().iter().zip(posteriors).filter(|(arc, _)| tail(arc.source)).map(|(_, p)| p).sum::<f32>().min(1.0)
}

/// A stretch of tokens that goes, or is replaced.
struct Change<'a> {
    tokens: Range<usize>,
    text: &'a str,
    confidence: f32,
}

/// The edits of a line that are right with a probability of `least` or more, with ranges within it.
pub(super) fn edits(line: &Line, bytes: &[u8], reading: &Reading, weights: &Weights, least: f32, out: &mut Vec<Edit>) {
    let mut changes: Vec<Change<'_>> = Vec::new();
    for piece in &reading.pieces {
        gather(line, piece, weights, least, &mut changes);
    }
    for change in &changes {
        if change.text.is_empty() {
            out.extend(deletion(line, bytes, change));
            continue;
        }
        let first = line.tokens[change.tokens.start];
        let last = line.tokens[change.tokens.end - 1];
        let range = first.start as usize..last.end as usize;
        let before = String::from_utf8_lossy(&bytes[range.clone()]).into_owned();
        let after = recased(&before, change.text, starts_sentence(line, bytes, change.tokens.start));
        if before == after {
            continue;
        }
        let torn = |text: &str| text.split_whitespace().count();
        let kind = match torn(&before).cmp(&torn(&after)) {
            std::cmp::Ordering::Less => EditKind::Split,
            std::cmp::Ordering::Greater => EditKind::Join,
            std::cmp::Ordering::Equal => EditKind::Ocr,
        };
        out.push(Edit { range, line: 0, before, after, kind, confidence: change.confidence, alternatives: Vec::new() });
    }
}

/// The changes of a best path; what goes together is one change.
fn gather<'a>(line: &Line, piece: &'a Piece, weights: &Weights, least: f32, out: &mut Vec<Change<'a>>) {
    for (index, confidence) in &piece.path {
        let arc = &piece.lattice.arcs()[*index as usize];
        let Source::Reading { reading, .. } = arc.source else { continue };
        if reading == KEPT {
            continue;
        }
        let text = piece.texts[reading as usize].as_str();
        let tokens = piece.from + arc.start as usize..piece.from + arc.end as usize;
        let kind = kind(&line.standings[tokens.clone()], text);
        let confidence = weights.ocr_confidence(*confidence, kind);
        let of_marks = matches!(kind, OcrRepair::MarkGone | OcrRepair::OtherMark);
        if confidence < if of_marks { least.max(weights.ocr_mark_certainty) } else { least } {
            continue;
        }
        match out.last_mut() {
            Some(last) if text.is_empty() && last.text.is_empty() && last.tokens.end == tokens.start => {
                last.tokens.end = tokens.end;
                last.confidence = last.confidence.min(confidence);
            }
            _ => out.push(Change { tokens, text, confidence }),
        }
    }
}

/// What putting a text in the place of tokens does.
fn kind(tokens: &[Standing], text: &str) -> OcrRepair {
    let marks = tokens.iter().all(|s| *s == Standing::Mark);
    match (marks, text) {
        (true, "") => OcrRepair::MarkGone,
        (false, "") => OcrRepair::WordGone,
        (true, _) if !text.contains(char::is_alphabetic) => OcrRepair::OtherMark,
        _ if tokens.iter().all(|s| matches!(s, Standing::Word | Standing::Wide | Standing::Mark)) && !marks => OcrRepair::Listed,
        _ => OcrRepair::Unlisted,
    }
}

/// Takes tokens out, with the space that only they needed; `None` where something between them is nobody's to take.
fn deletion(line: &Line, bytes: &[u8], change: &Change<'_>) -> Option<Edit> {
    let (first, last) = (change.tokens.start, change.tokens.end - 1);
    let blank = |from: u32, to: u32| bytes[from as usize..to as usize].iter().all(|b| matches!(b, b' ' | b'\t'));
    if !(first..last).all(|t| blank(line.tokens[t].end, line.tokens[t + 1].start)) {
        return None;
    }
    let (mut start, mut end) = (line.tokens[first].start as usize, line.tokens[last].end as usize);
    let before = first.checked_sub(1).map(|t| line.tokens[t].end as usize);
    let after = line.tokens.get(last + 1).map(|t| t.start as usize);
    let spoken = |t: usize| line.standings[t] != Standing::Mark;
    let mut put = "";
    match (before, after) {
        (Some(b), Some(a)) if b < start && end < a => start = b,
        (Some(b), None) => start = b,
        (None, Some(a)) => end = a,
        // A speck in place of a space, or several with the space among them.
        (Some(b), Some(a)) if b == start && end == a => {
            let spaced = bytes[start..end].iter().any(|b| matches!(b, b' ' | b'\t'));
            if spaced || (spoken(first - 1) && spoken(last + 1)) {
                put = " ";
            }
        }
        _ => {}
    }
    // Control characters and invisible marks between tokens belong to nobody: they stay.
    if !bytes[start..line.tokens[first].start as usize].iter().all(|b| matches!(b, b' ' | b'\t')) {
        start = line.tokens[first].start as usize;
    }
    if !bytes[line.tokens[last].end as usize..end].iter().all(|b| matches!(b, b' ' | b'\t')) {
        end = line.tokens[last].end as usize;
    }
    Some(Edit {
        range: start..end,
        line: 0,
        before: String::from_utf8_lossy(&bytes[start..end]).into_owned(),
        after: put.to_owned(),
        kind: EditKind::Stray,
        confidence: change.confidence,
        alternatives: Vec::new(),
    })
}

/// Whether a sentence begins with this token, marks aside.
fn starts_sentence(line: &Line, bytes: &[u8], at: usize) -> bool {
    for t in line.tokens[..at].iter().rev() {
        match t.kind {
            Kind::SentenceEnd => return true,
            Kind::Transparent if !matches!(&bytes[t.range()], b"-" | b"/") => {}
            _ => return false,
        }
    }
    true
}

/// A reading in the case of what was read.
///
/// Where the first letter is another than the one that was read, its case is an accident as well: the place in the sentence says
/// what it is to be.
fn recased(read: &str, text: &str, starts_sentence: bool) -> String {
    let letters = |s: &str| s.chars().filter(|c| c.is_alphabetic()).flat_map(char::to_lowercase).collect::<String>();
    if text.contains(' ') && letters(read) == letters(text) {
        // Nothing but spaces changes: every letter stays as it is.
        let mut own = read.chars().filter(|c| c.is_alphabetic());
        return text.chars().map(|c| if c.is_alphabetic() { own.next().unwrap_or(c) } else { c }).collect();
    }
    let curly = |s: String| if read.contains('’') { s.replace('\'', "’") } else { s };
    let count = |case: fn(char) -> bool| read.chars().filter(|c| case(*c)).count();
    let capitals = count(char::is_uppercase);
    // A misread letter among capitals may be a small one: OPERATlNG.
    let in_capitals = capitals > 2 && capitals >= 3 * count(char::is_lowercase);
    if in_capitals || Casing::of(read.as_bytes()) == Casing::Upper && count(char::is_alphabetic) > 1 {
        return curly(text.to_uppercase());
    }
    let first_read = read.chars().next().unwrap_or_default();
    let first = text.chars().next().unwrap_or_default();
    let same = first_read.to_lowercase().eq(first.to_lowercase());
    let capital = if same { first_read.is_uppercase() } else { starts_sentence || first.is_uppercase() };
    if first.is_uppercase() && read.chars().count() == text.chars().count() {
        // Names have capitals inside, and more letters stay than change.
        let cased = |(r, c): (char, char)| if r.to_lowercase().eq(c.to_lowercase()) { r } else { c };
        return read.chars().zip(text.chars()).map(cased).collect();
    }
    let text = text.to_lowercase();
    let mut out = String::with_capacity(text.len());
    for (i, word) in text.split(' ').enumerate() {
        if i > 0 {
            out.push(' ');
        }
        let alone = word == "i" || word.starts_with("i'");
        if alone || (i == 0 && capital) {
            let mut rest = word.chars();
            out.extend(rest.next().into_iter().flat_map(char::to_uppercase));
            out.push_str(rest.as_str());
        } else {
            out.push_str(word);
        }
    }
    curly(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_says_the_case_of_a_misread_first_letter() {
        assert_eq!(recased("Jevel", "level", false), "level");
        assert_eq!(recased("lnstructions", "instructions", true), "Instructions");
        assert_eq!(recased("Eamings", "earnings", false), "Earnings");
        assert_eq!(recased("eamings", "earnings", true), "earnings");
        assert_eq!(recased("EAMINGS", "earnings", false), "EARNINGS");
        assert_eq!(recased("OPERATlNG", "operating", false), "OPERATING");
        assert_eq!(recased("NETlNC0ME", "net income", false), "NET INCOME");
        assert_eq!(recased("AIs", "as", false), "As");
        assert_eq!(recased("Thatseemed", "that seemed", false), "That seemed");
        assert_eq!(recased("|", "i", false), "I");
        assert_eq!(recased("l’ll", "i'll", false), "I’ll");
        assert_eq!(recased("HarvicsMill", "Harvicemill", false), "HarviceMill");
    }
}
