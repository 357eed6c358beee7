//! How often accidents befell each line: its own count, its neighbours' and the document's.

use super::super::screen::{self, Glance};
use super::page::Page;
use super::seen::LONGEST_TAIL;

/// Suspicious tokens in a thousand that a stretch of a page must have to be looked at.
const FEWEST: f32 = 8.0;

/// Misread words in a thousand tokens that must be found on a page of another kind: its writers' own slips are fewer, and their
/// terms look like misread words now and then.
const SLIPS: f32 = 2.0;

/// How many tokens of the document's rates a line's own rates start from.
const TRUST: f32 = 80.0;

/// Specks in all for each one in a form that gives it away.
const SPECKS_PER_SUSPECT: f32 = 1.6;

/// Misread words in all for each one that makes no word.
const MISREAD_PER_UNKNOWN: f32 = 1.3;

/// Accidents a token of a document of which nothing is known, and how many tokens that is worth.
const USUAL: (f32, f32) = (0.004, 150.0);

/// Scraps behind the ends of lines of which nothing is known, and how many lines that is worth; lines that end inside a sentence likewise.
const USUAL_TAILS: (f32, f32) = (0.02, 5.0);
const USUAL_UNFINISHED: (f32, f32) = (0.5, 5.0);

/// Probabilities that an accident befell a token.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Rates {
    pub misread: f32,
    pub speck: f32,
    /// Log-odds that a line has scraps behind its end rather than that it ends inside a sentence; one for the document.
    pub tail: f32,
}

/// What decoding found in a line, in expectation.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Found {
    /// Misread words that no list holds.
    pub misread: f32,
    /// Scraps behind its end: how likely there are any.
    pub tail: f32,
}

/// Rates of each line: from its marks, and from the misread words that were found, or before any were looked for from the words
/// that no list holds.
pub(super) fn rates(page: &Page, found: Option<&[Found]>) -> Vec<Rates> {
    let sizes: Vec<f32> = page.lines.iter().map(|l| l.tokens.len() as f32).collect();
    let specks: Vec<f32> = page.lines.iter().map(|l| l.specks * SPECKS_PER_SUSPECT).collect();
    let misread: Vec<f32> = match found {
        Some(found) => found.iter().map(|f| f.misread * MISREAD_PER_UNKNOWN).collect(),
        None => page.lines.iter().map(|l| l.strange * 0.5).collect(),
    };
    let (misread, specks) = (smoothed(&sizes, &misread), smoothed(&sizes, &specks));
    let tail = tail(page, found);
    misread.into_iter().zip(specks).map(|(misread, speck)| Rates { misread, speck, tail }).collect()
}

/// Log-odds of scraps behind the end of a line against an end inside a sentence, from what the lines of the document do.
fn tail(page: &Page, found: Option<&[Found]>) -> f32 {
    let (mut lines, mut tails, mut unfinished) = (0.0f32, 0.0f32, 0.0f32);
    for (i, line) in page.lines.iter().enumerate().filter(|(_, l)| l.tokens.len() > LONGEST_TAIL) {
        lines += 1.0;
        let (from, beyond) = line.tail();
        if from == line.tokens.len() {
            continue;
        }
        let tail = found.map_or(if beyond < line.tokens.len() { 0.5 } else { 0.0 }, |f| f[i].tail);
        tails += tail;
        unfinished += 1.0 - tail;
    }
    let rate = |count: f32, usual: (f32, f32)| (count + usual.0 * usual.1) / (lines + usual.1);
    (rate(tails, USUAL_TAILS) / rate(unfinished, USUAL_UNFINISHED)).ln()
}

/// Counts over sizes, line by line, drawn to the rate of all lines together.
fn smoothed(sizes: &[f32], counts: &[f32]) -> Vec<f32> {
    let (all, tokens) = (counts.iter().sum::<f32>(), sizes.iter().sum::<f32>());
    let document = (all + USUAL.0 * USUAL.1) / (tokens + USUAL.1);
    let rate = |(size, count): (&f32, &f32)| {
        // One accident is no witness for itself.
        let others = (count - 1.0).max(0.0);
        ((others + document * TRUST) / (size + TRUST)).clamp(1e-5, 0.3)
    };
    sizes.iter().zip(counts).map(rate).collect()
}

/// Whether a document is worth a closer look.
pub(super) fn is_suspicious(glances: &[Glance]) -> bool {
    let suspects: f32 = glances.iter().flat_map(|g| &g.scanned).map(|line| line.strange + line.specks).sum();
    let tokens = screen::tokens(glances);
    tokens > 0 && suspects * 1000.0 >= FEWEST * tokens as f32
}

/// Whether a page was scanned at all, after what was found: where the words that no list holds are hardly ever explained by what
/// engines confuse, they are the terms and slips of its writer.
pub(super) fn is_scanned(page: &Page, found: &[Found]) -> bool {
    let tokens: usize = page.lines.iter().map(|l| l.tokens.len()).sum();
    !page.foreign || found.iter().map(|f| f.misread).sum::<f32>() * 1000.0 >= SLIPS * tokens as f32
}

#[cfg(test)]
mod tests {
    use super::{Found, Page, is_scanned};
    use crate::repair::ocr::line::Line;

    #[test]
    fn a_slip_or_two_make_no_scan_of_a_page_from_another_field() {
        let found = |misread| Found { misread, tail: 0.0 };
        let mut line = Line::default();
        crate::text::tokenize("word ".repeat(1000).as_bytes(), &mut line.tokens);
        let mut page = Page { lines: vec![line], foreign: true, ..Page::default() };
        assert!(!is_scanned(&page, &[found(1.0)]));
        assert!(is_scanned(&page, &[found(3.0)]));
        page.foreign = false;
        assert!(is_scanned(&page, &[found(1.0)]));
    }
}
