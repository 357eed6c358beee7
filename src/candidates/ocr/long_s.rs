//! The long s of old prints, which engines read as f: "fhall", "moft", "paffed".

use super::{OcrResources, Seen, Standing};
use crate::candidates::lattice::{Accident, Lattice, Source};
use crate::text::Kind;

/// Letters of a word that may be long s, at most.
const MOST: usize = 4;

/// What a word costs that has an s for an f which was read, where the page is set in long s: next to nothing.
const COST: f32 = -0.5;

/// Lower-case strings that have an s for one f or more of `text`, from the character at `from` on; a last letter is never long.
pub fn with_short_s(text: &str, from: usize) -> impl Iterator<Item = String> + '_ {
    let end = text.char_indices().next_back().map_or(0, |(last, _)| last);
    let places: Vec<usize> = text.match_indices('f').map(|(at, _)| at).filter(|at| (from..end).contains(at)).take(MOST).collect();
    (1..1usize << places.len()).map(move |chosen| {
        let long = |at: usize| places.iter().position(|p| *p == at).is_some_and(|n| chosen >> n & 1 == 1);
        text.char_indices().map(|(at, c)| if long(at) { 's' } else { c }).collect()
    })
}

/// Words that a word was if each f may be a long s.
pub(super) fn long_s<D: AsRef<[u8]>>(
    resources: &OcrResources<'_, D>,
    token: &Seen<'_>,
    at: usize,
    lattice: &mut Lattice,
    texts: &mut Vec<String>,
) {
    if !resources.long_s || token.kind != Kind::Word {
        return;
    }
    // A capital S is none.
    for text in with_short_s(token.text, token.capital as usize) {
        let (log_weight, symbol) = match (resources.word)(&text) {
            Some(symbol) => (COST, symbol),
            // A word that may well stand is not given up for one that the model does not know, or only as a name.
            None if token.standing == Standing::Word => continue,
            None if resources.vocabulary.contains_key(&text) => (COST + resources.costs.name, resources.classes[1]),
            None if resources.wide.contains_key(&text) => (COST + resources.costs.wide, resources.classes[0]),
            None => continue,
        };
        let source = Source::Reading { reading: texts.len() as u32, accident: Accident::None, log_weight };
        lattice.push(at, at + 1, source, 0, [symbol]);
        texts.push(text);
    }
}

#[cfg(test)]
mod tests {
    use super::with_short_s;

    #[test]
    fn an_s_may_stand_for_any_f_but_a_last_one() {
        let all = |text, from| with_short_s(text, from).collect::<Vec<_>>();
        assert_eq!(all("moft", 0), ["most"]);
        assert_eq!(all("paff", 0), ["pasf"]);
        assert_eq!(all("fuff\u{e9}", 0).len(), 7);
        assert_eq!(all("fame", 1), [""; 0]);
        assert_eq!(all("of", 0), [""; 0]);
        assert_eq!(all("", 0), [""; 0]);
    }
}
