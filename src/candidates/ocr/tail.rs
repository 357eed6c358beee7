//! Scraps behind the end of a line: what an engine makes of specks and edges up to the margin.

use super::{OcrResources, Seen, Standing, ends_sentence};
use crate::candidates::lattice::{Accident, Lattice, Source};

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
    let (scrap, each) = costs.scrap;
    let mut log_weight = match before {
        _ if again => costs.scrap_again,
        Some(t) if ends_sentence(t.kind) && token.beyond => 0.0,
        Some(t) if t.standing == Standing::Mark || token.beyond => costs.scrap_later,
        _ => costs.scrap_inside,
    };
    let mut end = at;
    while tokens.get(end).is_some_and(may_go) {
        log_weight += scrap + each * tokens[end].text.chars().count() as f32;
        end += 1;
    }
    if !token.beyond && end < tokens.len() {
        return;
    }
    let accident = if again { Accident::None } else { Accident::Tail };
    lattice.push(at, end, Source::Reading { reading: texts.len() as u32, accident, log_weight }, 0, []);
    texts.push(String::new());
}

fn may_go(token: &Seen<'_>) -> bool {
    token.tail && !token.protected && token.standing != Standing::Number
}
