//! Searching finite-state lists for the words that an OCR engine may have read as a given string.
//!
//! The automaton is walked along the string; at every place the walk may also follow what the table of confusions says stood where
//! the next one to three characters were read, or, once a word, any other character at the price of an accident nobody has
//! listed. Walks end where their weight passes a bound.

use fst::raw::Fst;

use super::union::{BOTH, FIRST_ONLY, NodeId, Union, bit_of};
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
    spelled: Vec<u8>,
    /// The words found, one behind the other.
    found: Vec<u8>,
    /// Where each of them is, its weight and lists.
    hits: Vec<(usize, usize, f32, u8)>,
}

/// Something else that may have stood at a place.
struct Move<'a> {
    original: &'a [u8],
    /// The bit of its first byte; all bits where that has none.
    bit: u32,
    /// The place behind what was read.
    to: usize,
    weight: f32,
}

/// What stays the same during a walk.
struct Walk<'a, A, B> {
    first: &'a Fst<A>,
    second: &'a Fst<B>,
    read: &'a str,
    moves: Vec<Move<'a>>,
    /// Where the moves of each place begin, and one more; cheapest first.
    ranges: Vec<usize>,
    bound: f32,
    /// Weight of a change, loss or addition of any one character.
    unlisted: f32,
}

/// Where a walk is.
#[derive(Clone, Copy)]
struct Place {
    at: usize,
    node: NodeId,
    weight: f32,
    /// Whether the one unlisted accident has happened.
    unlisted: bool,
}

impl Search {
    /// Words of two lists, or of the first alone, that may have been read as `read`, cheapest first; the string itself is not among
    /// them.
    #[allow(clippy::too_many_arguments)]
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
        self.spelled.clear();
        self.found.clear();
        self.hits.clear();
        let (first, second) = lists;
        self.union.open(first, second);
        let mut walk = Walk { first, second, read, moves: Vec::new(), ranges: Vec::new(), bound, unlisted };
        self.lay_out(&mut walk, confusions);
        let root = Place { at: 0, node: if both { BOTH } else { FIRST_ONLY }, weight: 0.0, unlisted: false };
        self.begin(&walk, root, confusions);
        self.step(&walk, root);
        let word = |hit: &(usize, usize, f32, u8)| &self.found[hit.0..hit.1];
        self.hits.sort_unstable_by(|a, b| word(a).cmp(word(b)).then(a.2.total_cmp(&b.2)));
        self.hits.dedup_by(|b, a| word(a) == word(b));
        self.hits.sort_by(|a, b| a.2.total_cmp(&b.2));
        let text = |hit: &(usize, usize, f32, u8)| String::from_utf8_lossy(word(hit)).into_owned();
        self.hits.iter().map(|hit| Hit { word: text(hit), weight: hit.2, lists: hit.3 }).collect()
    }

    /// Looks up what may have stood at each place within the bound.
    fn lay_out<'a, A, B>(&self, walk: &mut Walk<'a, A, B>, confusions: &'a Confusions) {
        let count = self.starts.len() - 1;
        for at in 0..=count {
            let from = walk.moves.len();
            walk.ranges.push(from);
            for length in 0..=LONGEST.min(count - at) {
                let originals = confusions.originals(&walk.read[self.starts[at]..self.starts[at + length]]);
                for (original, weight) in originals.iter().take_while(|o| o.1 <= walk.bound) {
                    let bit = original.bytes().next().map_or(0, bit_of);
                    let bit = if bit == 0 { u32::MAX } else { bit };
                    walk.moves.push(Move { original: original.as_bytes(), bit, to: at + length, weight: *weight });
                }
            }
            walk.moves[from..].sort_by(|a, b| a.weight.total_cmp(&b.weight));
        }
        walk.ranges.push(walk.moves.len());
    }

    /// Accidents that befall the start of a word.
    fn begin<A: AsRef<[u8]>, B: AsRef<[u8]>>(&mut self, walk: &Walk<'_, A, B>, root: Place, confusions: &Confusions) {
        let mut read = String::from(START);
        for length in 0..LONGEST.min(self.starts.len()) {
            read.truncate(START.len_utf8());
            read.push_str(&walk.read[..self.starts[length]]);
            for (original, weight) in confusions.originals(&read).iter().take_while(|o| o.1 <= walk.bound) {
                let next = Place { at: length, weight: *weight, ..root };
                self.follow(walk, original.trim_start_matches(START).as_bytes(), next);
            }
        }
    }

    fn step<A: AsRef<[u8]>, B: AsRef<[u8]>>(&mut self, walk: &Walk<'_, A, B>, mut place: Place) {
        let count = self.starts.len() - 1;
        let before = self.spelled.len();
        // Once round for every character that was read as it stood.
        loop {
            let node = self.union.node(walk.first, walk.second, place.node);
            if place.at == count && place.weight > 0.0 && node.finals != 0 && self.spelled != walk.read.as_bytes() {
                let from = self.found.len();
                self.found.extend_from_slice(&self.spelled);
                self.hits.push((from, self.found.len(), place.weight, node.finals));
            }
            for m in &walk.moves[walk.ranges[place.at]..walk.ranges[place.at + 1]] {
                let weight = place.weight + m.weight;
                if weight > walk.bound {
                    break;
                }
                if node.common & m.bit != 0 || m.bit == u32::MAX {
                    self.follow(walk, m.original, Place { at: m.to, weight, ..place });
                }
            }
            let weight = place.weight + walk.unlisted;
            if !place.unlisted && weight <= walk.bound {
                let dear = Place { weight, unlisted: true, ..place };
                if place.at < count {
                    self.step(walk, Place { at: place.at + 1, ..dear });
                }
                for edge in self.union.edges(&node) {
                    let (byte, node) = self.union.edge(edge);
                    // A character outside ASCII takes several bytes: no single step leads over it.
                    if byte >= 0x80 {
                        continue;
                    }
                    self.spelled.push(byte);
                    self.step(walk, Place { node, ..dear });
                    if place.at < count {
                        self.step(walk, Place { at: place.at + 1, node, ..dear });
                    }
                    self.spelled.pop();
                }
            }
            if place.at == count {
                break;
            }
            let character = &walk.read.as_bytes()[self.starts[place.at]..self.starts[place.at + 1]];
            let Some(next) = self.lead(walk, character, place.node) else { break };
            self.spelled.extend_from_slice(character);
            place = Place { at: place.at + 1, node: next, ..place };
        }
        self.spelled.truncate(before);
    }

    /// Goes on behind `bytes`, if the automaton does.
    fn follow<A: AsRef<[u8]>, B: AsRef<[u8]>>(&mut self, walk: &Walk<'_, A, B>, bytes: &[u8], place: Place) {
        let Some(node) = self.lead(walk, bytes, place.node) else { return };
        let length = self.spelled.len();
        self.spelled.extend_from_slice(bytes);
        self.step(walk, Place { node, ..place });
        self.spelled.truncate(length);
    }

    /// Where some bytes lead.
    #[inline]
    fn lead<A: AsRef<[u8]>, B: AsRef<[u8]>>(&mut self, walk: &Walk<'_, A, B>, bytes: &[u8], mut id: NodeId) -> Option<NodeId> {
        for byte in bytes {
            let node = self.union.node(walk.first, walk.second, id);
            id = self.union.child(&node, *byte)?;
        }
        Some(id)
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
