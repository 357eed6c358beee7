//! Scraps behind the end of a line: what an engine makes of specks and edges up to the margin.

use super::marks::is_of_an_amount;
use super::{OcrResources, Seen, Standing, ends_sentence, nothing};
use crate::candidates::lattice::{Accident, Lattice};

/// The length of most scraps, at most.
const SHORT: usize = 3;

/// The length of strings of which scraps have one, at most: text of another language is made of such.
const LONG: usize = 4;

/// The tokens from `at` on, up to the end of the line or to what is nobody's to take out, may all be scraps.
pub(super) fn tails<D>(
    resources: &OcrResources<'_, D>,
    tokens: &[Seen<'_>],
    at: usize,
    lattice: &mut Lattice,
    texts: &mut Vec<String>,
) {
    let token = &tokens[at];
    if resources.foreign || !may_go(token) || token.glued {
        return;
    }
    let costs = resources.costs;
    let before = at.checked_sub(1).map(|p| &tokens[p]);
    // What scraps leave standing, such as a number, does not end them.
    let again = before.is_some_and(|t| t.tail && t.beyond && !may_go(t));
    let mut log_weight = match before {
        _ if again => costs.scrap_again,
        Some(t) if ends_sentence(t.kind) && token.beyond => 0.0,
        Some(t) if t.standing == Standing::Mark || token.beyond => costs.scrap_later,
        _ => costs.scrap_inside,
    };
    let (mut end, mut words, mut short, mut long) = (at, 0, 0, 0);
    while let Some(scrap) = tokens.get(end).filter(|t| may_go(t)) {
        let length = scrap.text.chars().count();
        let more = length.saturating_sub(SHORT);
        log_weight += costs.scrap.0 + costs.scrap.1 * (length - more) as f32 + costs.scrap_long * more as f32;
        if scrap.standing != Standing::Mark {
            words += 1;
            short += (more == 0 || (scrap.standing == Standing::Unknown && !scrap.capital)) as usize;
            long += (length > LONG) as usize;
        }
        end += 1;
    }
    // Names, credits and headings end in no full stop either, but engines see short strings in specks.
    if (words > 0 && 2 * short <= words) || long > 1 || (!token.beyond && end < tokens.len()) {
        return;
    }
    let accident = if again { Accident::None } else { Accident::Tail };
    nothing(lattice, texts, at..end, accident, log_weight);
}

fn may_go(token: &Seen<'_>) -> bool {
    token.tail && !token.protected && !is_of_an_amount(token.text) && token.standing != Standing::Number
}
