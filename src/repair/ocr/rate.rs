//! How often accidents befell each line: its own count, its neighbours' and the document's.

use super::super::screen::Glance;
use super::page::Page;

/// Suspicious tokens in a thousand that a stretch of a page must have to be looked at.
const FEWEST: f32 = 8.0;

/// Misread words in a thousand tokens that must be found on a page of another kind: its writers' own slips are fewer, and their
/// terms look like misread words now and then.
const SLIPS: f32 = 2.0;

/// How many tokens of the document's rates a line's own rates start from.
const TRUST: f32 = 40.0;

/// Specks in all for each one in a form that gives it away.
const SPECKS_PER_SUSPECT: f32 = 1.6;

/// Misread words in all for each one that makes no word.
const MISREAD_PER_UNKNOWN: f32 = 1.3;

/// Accidents a token of a document of which nothing is known, and how many tokens that is worth.
const USUAL: (f32, f32) = (0.004, 150.0);

/// Probabilities that an accident befell a token.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Rates {
    pub misread: f32,
    pub speck: f32,
}

/// Rates of each line: from its marks, and from the misread words that were found, or before any were looked for from the words
/// that no list holds.
pub(super) fn rates(page: &Page, misread: Option<&[f32]>) -> Vec<Rates> {
    let sizes: Vec<f32> = page.lines.iter().map(|l| l.tokens.len() as f32).collect();
    let specks: Vec<f32> = page.lines.iter().map(|l| l.specks * SPECKS_PER_SUSPECT).collect();
    let misread: Vec<f32> = match misread {
        Some(found) => found.iter().map(|f| f * MISREAD_PER_UNKNOWN).collect(),
        None => page.lines.iter().map(|l| l.strange * 0.5).collect(),
    };
    let (misread, specks) = (smoothed(&sizes, &misread), smoothed(&sizes, &specks));
    misread.into_iter().zip(specks).map(|(misread, speck)| Rates { misread, speck }).collect()
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
    let suspects: f32 = glances.iter().map(|g| g.suspects).sum();
    let tokens: usize = glances.iter().map(|g| g.tokens).sum();
    tokens > 0 && suspects * 1000.0 >= FEWEST * tokens as f32
}

/// Whether a page was scanned at all, after what was found: where the words that no list holds are hardly ever explained by what
/// engines confuse, they are the terms and slips of its writer.
pub(super) fn is_scanned(page: &Page, misread: &[f32]) -> bool {
    let tokens: usize = page.lines.iter().map(|l| l.tokens.len()).sum();
    !page.foreign || misread.iter().sum::<f32>() * 1000.0 >= SLIPS * tokens as f32
}

#[cfg(test)]
mod tests {
    use super::{Page, is_scanned};
    use crate::repair::ocr::page::Line;

    #[test]
    fn a_slip_or_two_make_no_scan_of_a_page_from_another_field() {
        let mut line = Line::default();
        crate::text::tokenize("word ".repeat(1000).as_bytes(), &mut line.tokens);
        let mut page = Page { lines: vec![line], foreign: true, ..Page::default() };
        assert!(!is_scanned(&page, &[1.0]));
        assert!(is_scanned(&page, &[3.0]));
        page.foreign = false;
        assert!(is_scanned(&page, &[1.0]));
    }
}
