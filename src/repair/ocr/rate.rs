//! How often accidents befell each line: its own count, its neighbours' and the document's.

use super::page::Page;

/// Suspicious tokens in a thousand that a stretch of a page must have to be looked at.
const FEWEST: f32 = 4.0;

/// How many tokens of the document's rate a line's own rate starts from.
const TRUST: f32 = 60.0;

/// Accidents a token of a document of which nothing is known, and how many tokens that is worth.
const USUAL: (f32, f32) = (0.004, 150.0);

/// Which lines are worth decoding.
pub(super) fn suspicious(page: &Page) -> Vec<bool> {
    let suspects: Vec<f32> = page.lines.iter().map(|l| l.suspects).collect();
    let sizes: Vec<f32> = page.lines.iter().map(|l| l.tokens.len() as f32).collect();
    let (all, tokens) = (suspects.iter().sum::<f32>(), sizes.iter().sum::<f32>());
    if all * 1000.0 < FEWEST * tokens {
        return vec![false; page.lines.len()];
    }
    sizes.iter().map(|s| *s > 0.0).collect()
}

/// Rates of accidents a token, line by line, from the accidents that were found.
pub(super) fn rates(page: &Page, found: &[f32]) -> Vec<f32> {
    let (all, tokens) = (found.iter().sum::<f32>(), page.lines.iter().map(|l| l.tokens.len() as f32).sum::<f32>());
    let document = (all + USUAL.0 * USUAL.1) / (tokens + USUAL.1);
    page.lines
        .iter()
        .zip(found)
        .map(|(line, found)| {
            // One accident is no witness for itself.
            let others = (found - 1.0).max(0.0);
            ((others + document * TRUST) / (line.tokens.len() as f32 + TRUST)).clamp(1e-5, 0.3)
        })
        .collect()
}
