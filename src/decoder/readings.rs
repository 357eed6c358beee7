//! What the best path says: one arc for one expression, and how likely the words of each arc are, whichever arcs give them.

use super::Decoded;
use crate::candidates::{Lattice, Source};
use crate::language_model::WordId;

/// Sums, for each arc of the best path, the posteriors of all arcs that say the same of its tokens: a phrase, its words one by
/// one, and phrases that reach across its ends are different paths to one text.
pub(super) fn confidences(lattice: &Lattice, out: &mut Decoded) {
    const INSIDE: usize = usize::MAX;
    let n = lattice.positions();
    let mut text = Vec::new();
    // Where in `text` each position begins; unknown inside arcs whose words do not line up with the tokens.
    let mut boundary = vec![INSIDE; n + 1];
    // The part of `text` that the arc over each position puts down.
    let mut part = vec![(0usize, 0usize); n + 1];
    for index in &out.path {
        let arc = &lattice.arcs()[*index as usize];
        let words = lattice.symbols(arc);
        let (start, end) = (arc.start as usize, arc.end as usize);
        boundary[start] = text.len();
        if words.len() == end - start {
            for k in 0..words.len() {
                boundary[start + k] = text.len() + k;
            }
        } else if words.is_empty() {
            boundary[start..end].fill(text.len());
        }
        part[start..end].fill((text.len(), text.len() + words.len()));
        text.extend_from_slice(words);
    }
    boundary[n] = text.len();
    let mut support = vec![0f32; n];
    for (arc, posterior) in lattice.arcs().iter().zip(&out.posteriors) {
        if *posterior < 1e-4 {
            continue;
        }
        let (start, end) = (arc.start as usize, arc.end as usize);
        let symbols = lattice.symbols(arc);
        let agrees = match (boundary[start], boundary[end]) {
            (INSIDE, INSIDE) => false,
            // An arc that ends where nothing lines up agrees if it puts down what stands there, up to somewhere in that place.
            (from, INSIDE) => {
                let (low, high) = part[end - 1];
                let to = from + symbols.len();
                low <= to && to <= high && text[from..to] == *symbols
            }
            (INSIDE, to) => {
                let (low, high) = part[start];
                to.checked_sub(symbols.len()).is_some_and(|from| low <= from && from <= high && text[from..to] == *symbols)
            }
            (from, to) => text[from..to] == *symbols,
        };
        if agrees {
            support[start..end].iter_mut().for_each(|s| *s += posterior);
        }
    }
    out.confidences.clear();
    for index in &out.path {
        let arc = &lattice.arcs()[*index as usize];
        let least = support[arc.start as usize..arc.end as usize].iter().copied().fold(1.0, f32::min);
        out.confidences.push(least);
    }
}

/// Puts the longest expressions of the table in the place of arcs in a row that say the same: one edit for "convention name",
/// not two.
pub(super) fn join_expressions(lattice: &Lattice, path: &mut Vec<u32>) {
    let swapped = |index: u32| matches!(lattice.arcs()[index as usize].source, Source::Substitute { .. });
    let mut out: Vec<u32> = Vec::with_capacity(path.len());
    let mut text: Vec<WordId> = Vec::new();
    let mut i = 0;
    while i < path.len() {
        let first = &lattice.arcs()[path[i] as usize];
        let mut best = (path[i], i + 1);
        text.clear();
        text.extend_from_slice(lattice.symbols(first));
        for (j, next) in path.iter().enumerate().skip(i + 1).take(4) {
            // Words that stay are no part of an edit.
            if !swapped(path[i]) || !swapped(*next) {
                break;
            }
            let arc = &lattice.arcs()[*next as usize];
            text.extend_from_slice(lattice.symbols(arc));
            let whole = lattice.starting_at(first.start as usize).find(|candidate| {
                let c = &lattice.arcs()[*candidate];
                c.end == arc.end && swapped(*candidate as u32) && lattice.symbols(c) == text
            });
            if let Some(whole) = whole {
                best = (whole as u32, j + 1);
            }
        }
        out.push(best.0);
        i = best.1;
    }
    *path = out;
}
