//! The page's own words: what a string was that is too badly misread for a search of all words.
//!
//! Writers come back to their words, so a page of some length holds most of them once more where they were read well. There are few
//! enough to look at each, and a string that is long enough looks like few of them.

use super::{OcrResources, WordId};
use crate::candidates::moves::LONGEST_READ;
use crate::dictionary::{Confusions, START};

/// Shortest string that is looked for, and shortest word that is found.
const SHORTEST: usize = 6;

/// Longest string and word, and how far their lengths may be apart.
const LONGEST: usize = 24;
const LONGER: usize = 3;

/// Different letters that only one of the two has, at most.
const UNSHARED: u32 = 2;

/// Words found for a string, at most.
const MOST: usize = 4;

/// The words of a page that the language model knows, without the short ones.
#[derive(Debug, Default)]
pub struct OwnWords(Vec<OwnWord>);

#[derive(Debug)]
struct OwnWord {
    text: Box<str>,
    symbol: WordId,
    letters: u32,
}

/// A bit for each letter that a string has.
fn letters(text: &str) -> u32 {
    text.bytes().filter(u8::is_ascii_lowercase).fold(0, |bits, b| bits | 1 << (b - b'a'))
}

impl OwnWords {
    /// Takes the words of a page, in lower case, once each, with their numbers in the language model.
    pub fn new(mut words: Vec<(&str, WordId)>) -> OwnWords {
        words.retain(|(text, _)| (SHORTEST..=LONGEST).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_lowercase()));
        let word = |(text, symbol): (&str, WordId)| OwnWord { text: text.into(), symbol, letters: letters(text) };
        OwnWords(words.into_iter().map(word).collect())
    }

    /// The words that a string may have been, the likeliest first, with what it takes to read them so: no more than `bound`.
    pub(super) fn near<D>(&self, resources: &OcrResources<'_, D>, read: &str, bound: f32) -> Vec<(f32, &str, WordId)> {
        let count = read.chars().count();
        if !(SHORTEST..=LONGEST).contains(&count) {
            return Vec::new();
        }
        let own = letters(read);
        let alike = |word: &&OwnWord| {
            word.text.len().abs_diff(count) <= LONGER
                && (word.letters & !own).count_ones() <= UNSHARED
                && (own & !word.letters).count_ones() <= UNSHARED
        };
        let mut distance = None;
        let mut found = Vec::new();
        for word in self.0.iter().filter(alike) {
            let distance = distance.get_or_insert_with(|| Misreading::new(resources.confusions, read, -resources.costs.unlisted));
            let weight = distance.weigh(&word.text, bound);
            if weight <= bound {
                found.push((weight, &*word.text, word.symbol));
            }
        }
        found.sort_by(|a, b| a.0.total_cmp(&b.0).then_with(|| a.1.cmp(b.1)));
        found.truncate(MOST);
        found
    }
}

/// What it takes to read words as one string.
pub(super) struct Misreading<'a> {
    read: Vec<char>,
    /// For each place of the string what may have stood there.
    moves: Vec<Vec<Move<'a>>>,
    /// For a character that no table lists.
    unlisted: f32,
    costs: Vec<f32>,
}

/// Characters that may have been others.
struct Move<'a> {
    /// How many.
    length: usize,
    /// What stood there.
    stood: &'a [u8],
    weight: f32,
}

impl<'a> Misreading<'a> {
    pub fn new(confusions: &'a Confusions, read: &str, unlisted: f32) -> Misreading<'a> {
        let read: Vec<char> = read.chars().collect();
        let mut window = String::new();
        let mut moves: Vec<Vec<Move<'a>>> = Vec::with_capacity(read.len() + 1);
        for at in 0..=read.len() {
            let mut here = Vec::new();
            for length in 0..=LONGEST_READ.min(read.len() - at) {
                for start in [Some(START), None].into_iter().skip((at > 0) as usize) {
                    window.clear();
                    window.extend(start.iter().chain(&read[at..at + length]));
                    let originals = confusions.originals(&window).iter();
                    // What costs as much as what no table lists need not be looked at.
                    let worth = |m: &Move| m.weight < unlisted * length.max(m.stood.len()) as f32;
                    let each = originals.map(|(o, w)| Move { length, stood: o.trim_start_matches(START).as_bytes(), weight: *w });
                    here.extend(each.filter(worth));
                }
            }
            moves.push(here);
        }
        Misreading { read, moves, unlisted, costs: Vec::new() }
    }

    /// What it takes to read `word`; infinity where that is more than `bound`.
    pub fn weigh(&mut self, word: &str, bound: f32) -> f32 {
        let Misreading { read, moves, unlisted, costs } = self;
        let word = word.as_bytes();
        let columns = word.len() + 1;
        costs.clear();
        costs.resize((read.len() + 1) * columns, f32::INFINITY);
        costs[0] = 0.0;
        let reach = |costs: &mut [f32], to: usize, weight: f32| costs[to] = costs[to].min(weight);
        for i in 0..=read.len() {
            let mut best = f32::INFINITY;
            for j in 0..columns {
                let at = i * columns + j;
                let here = costs[at];
                if here > bound {
                    continue;
                }
                best = best.min(here);
                let (more_read, more) = (i < read.len(), j < word.len());
                if more_read && more {
                    let same = read[i] == word[j] as char;
                    reach(costs, at + columns + 1, here + if same { 0.0 } else { *unlisted });
                }
                if more_read {
                    reach(costs, at + columns, here + *unlisted);
                }
                if more {
                    reach(costs, at + 1, here + *unlisted);
                }
                for m in &moves[i] {
                    if here + m.weight <= bound && word[j..].starts_with(m.stood) {
                        reach(costs, at + m.length * columns + m.stood.len(), here + m.weight);
                    }
                }
            }
            // No move is longer than what lies between this row and the ones that it reaches.
            let reached = costs[(i + 1) * columns..].iter().take(LONGEST_READ * columns);
            if best > bound && reached.copied().all(|c| c > bound) {
                return f32::INFINITY;
            }
        }
        costs[read.len() * columns + word.len()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dictionary::Confusion;

    fn weigh(read: &str, word: &str, bound: f32) -> f32 {
        let row = |read: &str, original: &str, weight| Confusion { read: read.into(), original: original.into(), weight };
        let confusions = Confusions::new([row("ri", "m", 2.0), row("⟨th", "⟨m", 1.0), row("", "e", 3.0), row("x", "s", 9.0)]);
        Misreading::new(&confusions, read, 5.0).weigh(word, bound)
    }

    #[test]
    fn words_are_weighed_by_the_cheapest_way_of_reading_them_so() {
        assert_eq!(weigh("iriprove", "improve", 20.0), 2.0);
        assert_eq!(weigh("theetings", "meetings", 20.0), 1.0, "at the start");
        assert_eq!(weigh("sutheeting", "sumeeting", 20.0), 10.0, "and nowhere else");
        assert_eq!(weigh("xhark", "shark", 20.0), 5.0, "what no table lists may cost less than what one does");
        assert_eq!(weigh("mtings", "meetings", 20.0), 6.0);
        assert_eq!(weigh("meetings", "meetings", 0.0), 0.0);
        assert_eq!(weigh("quarter", "meetings", 20.0), f32::INFINITY);
        assert_eq!(weigh("", "e", 20.0), 3.0);
    }

    #[test]
    fn short_words_and_those_with_other_letters_are_not_kept() {
        let words = OwnWords::new(vec![("margin", 1), ("cost", 2), ("caf\u{e9}teria", 3), ("o'clock", 4)]);
        assert_eq!(words.0.iter().map(|w| &*w.text).collect::<Vec<_>>(), ["margin"]);
    }
}
