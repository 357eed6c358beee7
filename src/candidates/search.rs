//! Searching finite-state lists for the words that an OCR engine may have read as a given string.
//!
//! The automaton is walked along the string; at every place the walk may also follow what the table of confusions says stood where
//! the next one to three characters were read, or, once a word, any other character at the price of an accident nobody has
//! listed. Walks end where their weight passes a bound.

use fst::raw::Fst;

use super::union::{BOTH, FIRST_ONLY, Node, NodeId, Union, bit_of};
use crate::dictionary::{Confusions, START};

pub(super) use super::union::{FIRST, SECOND};

/// Longest string of the table, in characters.
const LONGEST: usize = 3;

/// A word that may have stood where something else was read.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Hit {
    /// The word.
    pub word: String,
    /// Negative natural logarithm of the probability that it was read so, once it was misread.
    pub weight: f32,
    /// The lists that hold the word: [`FIRST`], [`SECOND`].
    pub lists: u8,
}

/// A search; what it keeps is of two lists that are always the same.
#[derive(Debug, Default)]
pub(super) struct Search {
    union: Union,
    /// Byte offsets of the characters of the string, its length at the end.
    starts: Vec<usize>,
    /// What the walk has spelled, and bytes of walks that were given up.
    spelled: Vec<u8>,
    /// The words found, one behind the other.
    found: Vec<u8>,
    hits: Vec<Found>,
}

/// A word in the list of those found, with the weight of the walk that led to it.
#[derive(Debug, Clone, Copy)]
struct Found {
    from: usize,
    to: usize,
    weight: f32,
    lists: u8,
}

/// Something else that may have stood at a place.
struct Move<'a> {
    original: &'a [u8],
    /// The bit of its first byte; all bits where it has none.
    bit: u32,
    /// The place behind what was read.
    to: usize,
    weight: f32,
}

/// The first bytes of everything that may come next at a place: all bits where nothing need come.
const ANYTHING: u32 = u32::MAX;

/// Steps of weight in which it is known what may come next.
const STEPS: f32 = 2.0;

/// What stays the same during a walk.
struct Walk<'a, A, B> {
    first: &'a Fst<A>,
    second: &'a Fst<B>,
    read: &'a [u8],
    moves: Vec<Move<'a>>,
    /// Where the moves of each place begin, and one more; cheapest first.
    ranges: Vec<usize>,
    /// For each place and every step of what is left of the bound, the bits of what may come next.
    next: Vec<u32>,
    /// How many steps there are.
    steps: usize,
    bound: f32,
    /// Weight of a change, loss or addition of any one character.
    unlisted: f32,
}

/// Where a walk is.
#[derive(Clone, Copy)]
struct Place {
    at: usize,
    node: NodeId,
    /// Bytes spelled.
    length: usize,
    weight: f32,
    /// Whether the one unlisted accident has happened.
    unlisted: bool,
}

impl Search {
    /// Words of two lists, or of the first alone, that may have been read as `read`, cheapest first; the string itself is not among
    /// them.
    pub fn run<A: AsRef<[u8]>, B: AsRef<[u8]>>(
        &mut self,
        lists: (&Fst<A>, &Fst<B>),
        both: bool,
        read: &str,
        confusions: &Confusions,
        bound: f32,
        unlisted: f32,
    ) -> Vec<Hit> {
        self.starts.clear();
        self.starts.extend(read.char_indices().map(|(i, _)| i));
        self.starts.push(read.len());
        self.found.clear();
        self.hits.clear();
        self.union.open(lists.0, lists.1);
        let walk = self.lay_out(lists, read, confusions, bound, unlisted);
        let root = Place { at: 0, node: if both { BOTH } else { FIRST_ONLY }, length: 0, weight: 0.0, unlisted: false };
        self.begin(&walk, root, read, confusions);
        self.enter(&walk, root);
        let word = |hit: &Found| &self.found[hit.from..hit.to];
        self.hits.sort_unstable_by(|a, b| word(a).cmp(word(b)).then(a.weight.total_cmp(&b.weight)));
        self.hits.dedup_by(|b, a| word(a) == word(b));
        self.hits.sort_by(|a, b| a.weight.total_cmp(&b.weight));
        let text = |hit: &Found| String::from_utf8_lossy(word(hit)).into_owned();
        self.hits.iter().map(|hit| Hit { word: text(hit), weight: hit.weight, lists: hit.lists }).collect()
    }

    /// Looks up what may have stood at each place within the bound.
    fn lay_out<'a, A, B>(
        &self,
        (first, second): (&'a Fst<A>, &'a Fst<B>),
        text: &'a str,
        confusions: &'a Confusions,
        bound: f32,
        unlisted: f32,
    ) -> Walk<'a, A, B> {
        let count = self.starts.len() - 1;
        let (read, steps) = (text.as_bytes(), (bound * STEPS) as usize + 1);
        let mut moves: Vec<Move<'a>> = Vec::with_capacity(32 * (count + 1));
        let (mut ranges, mut next) = (Vec::with_capacity(count + 2), Vec::with_capacity(steps * (count + 1)));
        for at in 0..=count {
            let from = moves.len();
            ranges.push(from);
            for length in 0..=LONGEST.min(count - at) {
                let originals = confusions.originals(&text[self.starts[at]..self.starts[at + length]]);
                for (original, weight) in originals.iter().take_while(|o| o.1 <= bound) {
                    let bit = original.bytes().next().map_or(ANYTHING, bit_of);
                    moves.push(Move { original: original.as_bytes(), bit, to: at + length, weight: *weight });
                }
            }
            moves[from..].sort_by(|a, b| a.weight.total_cmp(&b.weight));
            // Where the string ends words may end: nothing need come.
            let mut bits = read.get(self.starts[at]).map_or(ANYTHING, |b| bit_of(*b));
            let mut rest = moves[from..].iter().peekable();
            for step in 1..=steps {
                while let Some(m) = rest.next_if(|m| m.weight <= step as f32 / STEPS) {
                    bits |= m.bit;
                }
                next.push(bits);
            }
        }
        ranges.push(moves.len());
        Walk { first, second, read, moves, ranges, next, steps, bound, unlisted }
    }

    /// Accidents that befall the start of a word.
    fn begin<A, B>(&mut self, walk: &Walk<'_, A, B>, root: Place, text: &str, confusions: &Confusions)
    where
        A: AsRef<[u8]>,
        B: AsRef<[u8]>,
    {
        let mut read = String::from(START);
        for at in 0..LONGEST.min(self.starts.len()) {
            read.truncate(START.len_utf8());
            read.push_str(&text[..self.starts[at]]);
            for (original, weight) in confusions.originals(&read).iter().take_while(|o| o.1 <= walk.bound) {
                let next = Place { at, weight: *weight, ..root };
                self.follow(walk, original.trim_start_matches(START).as_bytes(), next);
            }
        }
    }

    /// Goes on from a place, if there is anywhere to go.
    #[inline]
    fn enter<A: AsRef<[u8]>, B: AsRef<[u8]>>(&mut self, walk: &Walk<'_, A, B>, place: Place) {
        let node = self.union.node(walk.first, walk.second, place.node);
        if place.unlisted || place.weight + walk.unlisted > walk.bound {
            let step = ((walk.bound - place.weight) * STEPS) as usize;
            let next = walk.next[place.at * walk.steps + step];
            if next != ANYTHING && node.bits & next == 0 {
                return;
            }
        }
        self.step(walk, place, node);
    }

    fn step<A: AsRef<[u8]>, B: AsRef<[u8]>>(&mut self, walk: &Walk<'_, A, B>, mut place: Place, mut node: Node) {
        let count = self.starts.len() - 1;
        // Once round for every character that was read as it stood.
        loop {
            if place.at == count && place.weight > 0.0 && node.finals != 0 && self.spelled[..place.length] != *walk.read {
                let from = self.found.len();
                self.found.extend_from_slice(&self.spelled[..place.length]);
                self.hits.push(Found { from, to: self.found.len(), weight: place.weight, lists: node.finals });
            }
            for m in &walk.moves[walk.ranges[place.at]..walk.ranges[place.at + 1]] {
                let weight = place.weight + m.weight;
                if weight > walk.bound {
                    break;
                }
                if node.bits & m.bit != 0 || m.bit == ANYTHING {
                    self.follow(walk, m.original, Place { at: m.to, weight, ..place });
                }
            }
            let weight = place.weight + walk.unlisted;
            if !place.unlisted && weight <= walk.bound {
                let dear = Place { weight, unlisted: true, ..place };
                if place.at < count {
                    self.enter(walk, Place { at: place.at + 1, ..dear });
                }
                for edge in self.union.edges(&node) {
                    let (byte, node) = self.union.edge(edge);
                    // A character outside ASCII takes several bytes: no single step leads over it.
                    if byte >= 0x80 {
                        continue;
                    }
                    self.spell(place.length, byte);
                    let dear = Place { node, length: place.length + 1, ..dear };
                    self.enter(walk, dear);
                    if place.at < count {
                        self.enter(walk, Place { at: place.at + 1, ..dear });
                    }
                }
            }
            if place.at == count {
                return;
            }
            for i in self.starts[place.at]..self.starts[place.at + 1] {
                let Some(next) = self.union.child(&node, walk.read[i]) else { return };
                self.spell(place.length, walk.read[i]);
                (place.node, place.length) = (next, place.length + 1);
                node = self.union.node(walk.first, walk.second, next);
            }
            place.at += 1;
        }
    }

    /// Goes on behind `bytes`, if the automaton does.
    #[inline]
    fn follow<A: AsRef<[u8]>, B: AsRef<[u8]>>(&mut self, walk: &Walk<'_, A, B>, bytes: &[u8], mut place: Place) {
        for byte in bytes {
            let node = self.union.node(walk.first, walk.second, place.node);
            let Some(next) = self.union.child(&node, *byte) else { return };
            self.spell(place.length, *byte);
            (place.node, place.length) = (next, place.length + 1);
        }
        self.enter(walk, place);
    }

    #[inline]
    fn spell(&mut self, at: usize, byte: u8) {
        if at >= self.spelled.len() {
            self.spelled.resize(2 * at + 64, 0);
        }
        self.spelled[at] = byte;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dictionary::Confusion;

    fn search(read: &str, bound: f32) -> Vec<String> {
        let fst = fst::Set::from_iter(["claim", "earnings", "modern", "the", "tile"]).unwrap();
        let wide = fst::Set::from_iter(["earring", "modern"]).unwrap();
        let row = |read: &str, original: &str, weight| Confusion { read: read.into(), original: original.into(), weight };
        let rows = [row("m", "rn", 1.0), row("il", "h", 2.0), row("cl", "d", 2.5), row("", "i", 3.0), row("⟨", "⟨c", 1.5)];
        let confusions = Confusions::new(rows);
        let hits = Search::default().run((fst.as_fst(), wide.as_fst()), true, read, &confusions, bound, 7.0);
        hits.into_iter().map(|h| format!("{} {} {}", h.word, h.weight, h.lists)).collect()
    }

    #[test]
    fn listed_confusions_are_followed_and_add_up() {
        assert_eq!(search("eamings", 6.0), ["earnings 1 1"]);
        assert_eq!(search("eamngs", 6.0), ["earnings 4 1"]);
        assert_eq!(search("tile", 6.0), ["the 2 1"]);
        assert_eq!(search("laim", 6.0), ["claim 1.5 1"]);
        assert!(search("earnings", 6.0).is_empty(), "nothing else is near");
    }

    #[test]
    fn one_unlisted_accident_is_allowed() {
        assert_eq!(search("nodern", 8.0), ["modern 7 3"]);
        assert_eq!(search("moderm", 9.0), ["modern 7 3"]);
        assert_eq!(search("earriag", 7.5), ["earring 7 2"]);
        assert!(search("nodem", 7.5).is_empty());
        assert_eq!(search("moden", 7.5), ["modern 7 3"]);
        assert_eq!(search("clxaim", 7.5), ["claim 7 1"]);
    }
}
