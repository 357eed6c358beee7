//! Searching finite-state lists for the words that an OCR engine may have read as a given string.
//!
//! The automaton is walked along the string; at every place the walk may also follow what the table of confusions says stood where
//! the next one to three characters were read, or, once a word, any other character at the price of an accident nobody has
//! listed. Walks end where their weight passes a bound.

use fst::raw::Fst;

use super::dead_ends::DeadEnds;
use super::moves::{LONGEST_READ, Moves, NOTHING, ceiling, level};
use super::union::{BOTH, FIRST_ONLY, Node, NodeId, OTHER, Union, bit_of};
use crate::dictionary::START;

pub(super) use super::union::{FIRST, SECOND};

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
    /// How many walks have come to the end of the string and of a word.
    ends: usize,
    dead: DeadEnds,
}

/// A word in the list of those found, with the weight of the walk that led to it.
#[derive(Debug, Clone, Copy)]
struct Found {
    from: usize,
    to: usize,
    weight: f32,
    lists: u8,
}

/// The bit of places where nothing need come.
const END: u32 = NOTHING << 1;

/// More than sums of weights differ when they are taken in another order.
const SLACK: f32 = 1e-3;

/// What is wanted of a node at a place, so that a walk may go on with some weight.
#[derive(Debug, Clone, Copy, Default)]
struct Want {
    /// The bits of bytes of which one must come next.
    next: u32,
    /// The bits of characters that must come sooner or later: that something else stood there is too dear.
    below: u32,
}

impl Want {
    #[inline]
    fn is_met(self, node: &Node) -> bool {
        (node.bits | NOTHING | END) & self.next != 0 && self.below & !node.below == 0
    }
}

/// What stays the same during a walk.
struct Walk<'a, A, B> {
    first: &'a Fst<A>,
    second: &'a Fst<B>,
    read: &'a [u8],
    moves: &'a Moves,
    /// For each place what may have stood where the next characters were read.
    windows: Vec<u32>,
    /// For each place and every level of what is left of the bound, what is wanted of a node.
    wants: Vec<Want>,
    /// How many levels there are.
    levels: usize,
    /// For each character its bit and what it costs at least that something else stood there.
    costs: Vec<(u32, f32)>,
    /// For each place the bits of all characters from there on.
    rest: Vec<u32>,
    bound: f32,
    /// Weight of a change, loss or addition of any one character.
    unlisted: f32,
}

/// Where a walk is in the string.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub at: u32,
    /// Bytes spelled.
    length: u32,
    weight: f32,
    /// Whether the one unlisted accident has happened.
    pub unlisted: bool,
}

impl<A, B> Walk<'_, A, B> {
    #[inline]
    fn want(&self, place: Place) -> Want {
        self.wants[place.at as usize * self.levels + level(self.bound - place.weight)]
    }

    /// Whether the characters that no word below has cost more than what is left of the bound.
    #[inline(never)]
    fn is_too_dear(&self, place: Place, node: &Node) -> bool {
        let missing = self.costs[place.at as usize..].iter().map(|(bit, cost)| if bit & node.below == 0 { *cost } else { 0.0 });
        place.weight + missing.sum::<f32>() > self.bound + SLACK
    }
}

impl Search {
    /// Words of two lists, or of the first alone, that may have been read as `read`, cheapest first; the string itself is not among
    /// them.
    pub fn run<A: AsRef<[u8]>, B: AsRef<[u8]>>(
        &mut self,
        lists: (&Fst<A>, &Fst<B>),
        both: bool,
        read: &str,
        moves: &mut Moves,
        bound: f32,
        unlisted: f32,
    ) -> Vec<Hit> {
        self.starts.clear();
        self.starts.extend(read.char_indices().map(|(i, _)| i));
        self.starts.push(read.len());
        self.found.clear();
        self.hits.clear();
        self.dead.begin();
        self.union.open(lists.0, lists.1);
        let walk = self.lay_out(lists, read, moves, bound, unlisted);
        let root = Place { at: 0, length: 0, weight: 0.0, unlisted: false };
        let node = self.union.node(lists.0, lists.1, if both { BOTH } else { FIRST_ONLY });
        self.begin(&walk, root, node, read);
        self.enter(&walk, root, node);
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
        moves: &'a mut Moves,
        bound: f32,
        unlisted: f32,
    ) -> Walk<'a, A, B> {
        let count = self.starts.len() - 1;
        let (read, levels) = (text.as_bytes(), level(bound) + 1);
        moves.make_room(count + 1);
        let window = |at: usize| moves.number(&text[self.starts[at]..self.starts[count.min(at + LONGEST_READ)]]);
        let windows: Vec<u32> = (0..=count).map(window).collect();
        let mut wants = Vec::with_capacity(levels * (count + 1));
        let mut costs: Vec<(u32, f32)> = self.starts[..count].iter().map(|at| (bit_of(read[*at]), unlisted)).collect();
        for (at, number) in windows.iter().enumerate() {
            let window = moves.window(*number);
            let read = read.get(self.starts[at]).map_or(END, |b| bit_of(*b));
            wants.extend(window.bits[..levels].iter().map(|bits| Want { next: bits | read, below: 0 }));
            for (length, share) in (1..).zip(window.shares) {
                costs.iter_mut().skip(at).take(length).for_each(|c| c.1 = c.1.min(share));
            }
        }
        let mut rest = vec![0; count + 1];
        for (at, (bit, cost)) in costs.iter().enumerate().rev() {
            rest[at] = rest[at + 1] | bit;
            for level in 0..levels {
                let dear = *cost > ceiling(level);
                wants[at * levels + level].below = wants[(at + 1) * levels + level].below | if dear { *bit } else { 0 };
            }
        }
        Walk { first, second, read, moves, windows, wants, levels, costs, rest, bound, unlisted }
    }

    /// Accidents that befall the start of a word.
    fn begin<A, B>(&mut self, walk: &Walk<'_, A, B>, root: Place, node: Node, text: &str)
    where
        A: AsRef<[u8]>,
        B: AsRef<[u8]>,
    {
        let mut read = String::from(START);
        for at in 0..LONGEST_READ.min(self.starts.len()) {
            read.truncate(START.len_utf8());
            read.push_str(&text[..self.starts[at]]);
            for m in walk.moves.of(&read).iter().filter(|m| m.weight <= walk.bound) {
                // The start stands in both columns.
                let original = &m.original()[START.len_utf8()..];
                self.follow(walk, original, Place { at: at as u32, weight: m.weight, ..root }, node);
            }
        }
    }

    /// Goes on from a place, if there is anywhere to go: four times in five there is not, so this much stands in line.
    #[inline(always)]
    fn enter<A: AsRef<[u8]>, B: AsRef<[u8]>>(&mut self, walk: &Walk<'_, A, B>, place: Place, node: Node) {
        if (place.unlisted || place.weight + walk.unlisted > walk.bound) && !walk.want(place).is_met(&node) {
            return;
        }
        if walk.rest[place.at as usize] & !node.below != 0 && walk.is_too_dear(place, &node) {
            return;
        }
        self.visit(walk, place, node);
    }

    /// Takes steps from a place, unless it is known that they lead to no word.
    #[inline(never)]
    fn visit<A: AsRef<[u8]>, B: AsRef<[u8]>>(&mut self, walk: &Walk<'_, A, B>, place: Place, node: Node) {
        let (state, ends) = (DeadEnds::state(&place, &node), self.ends);
        if self.dead.holds(state, place.weight) {
            return;
        }
        self.step(walk, place, node);
        if self.ends == ends {
            self.dead.add(state, place.weight);
        }
    }

    fn step<A: AsRef<[u8]>, B: AsRef<[u8]>>(&mut self, walk: &Walk<'_, A, B>, place: Place, node: Node) {
        let count = self.starts.len() as u32 - 1;
        let at = place.at as usize;
        if place.at == count && node.finals != 0 {
            self.ends += 1;
            if place.weight > 0.0 {
                self.note(walk, place, node.finals);
            }
        }
        let want = walk.want(place);
        if want.below & !node.below != 0 {
            return;
        }
        let window = walk.moves.window(walk.windows[at]);
        // Where the character leads that was read, if it is of one byte.
        let read = walk.read.get(self.starts[at]).copied().filter(|b| bit_of(*b) != OTHER);
        let mut as_read = None;
        // Children come in the order of their bits; those of bytes that share one come last.
        let mut bits = node.bits & !OTHER;
        for edge in self.union.edges(&node) {
            if bits & want.next == 0 {
                break;
            }
            let bit = bits & bits.wrapping_neg();
            if bit & want.next != 0 {
                let (byte, child) = self.union.edge(edge);
                if Some(byte) == read {
                    as_read = Some(child);
                }
                self.moves(walk, window.group(bit.trailing_zeros() as usize), place, byte, child);
            }
            bits ^= bit;
        }
        for bit in [OTHER & node.bits, NOTHING] {
            if bit & want.next != 0 {
                self.whole_moves(walk, window.group(bit.trailing_zeros() as usize), place, node);
            }
        }
        if !place.unlisted && place.weight + walk.unlisted <= walk.bound {
            self.unlisted(walk, Place { weight: place.weight + walk.unlisted, unlisted: true, ..place }, node);
        }
        if place.at == count {
            return;
        }
        // The character stood there as it was read.
        match (read, as_read) {
            (Some(_), None) => {}
            (Some(byte), Some(child)) => {
                self.spell(place.length, byte);
                let node = self.union.node(walk.first, walk.second, child);
                self.enter(walk, Place { at: place.at + 1, length: place.length + 1, ..place }, node);
            }
            (None, _) => {
                let character = &walk.read[self.starts[at]..self.starts[at + 1]];
                self.follow(walk, character, Place { at: place.at + 1, ..place }, node);
            }
        }
    }

    /// Follows moves whose originals all begin with one byte, which leads to `child`.
    #[inline]
    fn moves<A, B>(&mut self, walk: &Walk<'_, A, B>, moves: &[u32], place: Place, byte: u8, child: NodeId)
    where
        A: AsRef<[u8]>,
        B: AsRef<[u8]>,
    {
        if moves.is_empty() {
            return;
        }
        let node = self.union.node(walk.first, walk.second, child);
        // What lies below spells behind this byte.
        self.spell(place.length, byte);
        for m in moves.iter().map(|m| walk.moves.get(*m)).take_while(|m| place.weight + m.weight <= walk.bound) {
            let (at, weight) = (place.at + u32::from(m.read), place.weight + m.weight);
            self.follow(walk, &m.original()[1..], Place { at, weight, length: place.length + 1, ..place }, node);
        }
    }

    /// Follows moves whose originals begin with nothing or with any byte.
    #[inline]
    fn whole_moves<A, B>(&mut self, walk: &Walk<'_, A, B>, moves: &[u32], place: Place, node: Node)
    where
        A: AsRef<[u8]>,
        B: AsRef<[u8]>,
    {
        for m in moves.iter().map(|m| walk.moves.get(*m)).take_while(|m| place.weight + m.weight <= walk.bound) {
            let next = Place { at: place.at + u32::from(m.read), weight: place.weight + m.weight, ..place };
            self.follow(walk, m.original(), next, node);
        }
    }

    /// Follows what no table lists: a character that was lost, made up or taken for another.
    fn unlisted<A: AsRef<[u8]>, B: AsRef<[u8]>>(&mut self, walk: &Walk<'_, A, B>, place: Place, node: Node) {
        let inside = (place.at as usize) < self.starts.len() - 1;
        let next = Place { at: place.at + u32::from(inside), ..place };
        if inside {
            self.enter(walk, next, node);
        }
        // The same is wanted of all nodes that an added or changed character leads to, and few have it.
        let (want, want_next) = (walk.want(place), walk.want(next));
        for edge in self.union.edges(&node) {
            let (byte, node) = self.union.edge(edge);
            // A character outside ASCII takes several bytes: no single step leads over it.
            if byte >= 0x80 {
                continue;
            }
            let node = self.union.node(walk.first, walk.second, node);
            self.spell(place.length, byte);
            if want.is_met(&node) {
                self.enter(walk, Place { length: place.length + 1, ..place }, node);
            }
            if inside && want_next.is_met(&node) {
                self.enter(walk, Place { length: place.length + 1, ..next }, node);
            }
        }
    }

    /// Goes on behind `bytes`, if the automaton does.
    #[inline(always)]
    fn follow<A, B>(&mut self, walk: &Walk<'_, A, B>, bytes: &[u8], mut place: Place, mut node: Node)
    where
        A: AsRef<[u8]>,
        B: AsRef<[u8]>,
    {
        for byte in bytes {
            let Some(next) = self.union.child(&node, *byte) else { return };
            self.spell(place.length, *byte);
            place.length += 1;
            node = self.union.node(walk.first, walk.second, next);
        }
        self.enter(walk, place, node);
    }

    /// Notes that a walk has spelled a word.
    #[cold]
    fn note<A, B>(&mut self, walk: &Walk<'_, A, B>, place: Place, lists: u8) {
        let word = &self.spelled[..place.length as usize];
        if word != walk.read {
            let from = self.found.len();
            self.found.extend_from_slice(word);
            self.hits.push(Found { from, to: self.found.len(), weight: place.weight, lists });
        }
    }

    #[inline]
    fn spell(&mut self, at: u32, byte: u8) {
        let at = at as usize;
        if at >= self.spelled.len() {
            self.spelled.resize(2 * at + 64, 0);
        }
        self.spelled[at] = byte;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dictionary::{Confusion, Confusions};

    fn search(read: &str, bound: f32) -> Vec<String> {
        let fst = fst::Set::from_iter(["claim", "earnings", "modern", "the", "tile"]).unwrap();
        let wide = fst::Set::from_iter(["earring", "modern"]).unwrap();
        let row = |read: &str, original: &str, weight| Confusion { read: read.into(), original: original.into(), weight };
        let rows = [row("m", "rn", 1.0), row("il", "h", 2.0), row("cl", "d", 2.5), row("", "i", 3.0), row("⟨", "⟨c", 1.5)];
        let confusions = Confusions::new(rows);
        let hits = Search::default().run((fst.as_fst(), wide.as_fst()), true, read, &mut Moves::new(&confusions), bound, 7.0);
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
    fn what_a_heavy_walk_did_not_reach_a_lighter_one_finds() {
        let fst = fst::Set::from_iter(["aabc"]).unwrap();
        let row = |read: &str, original: &str, weight| Confusion { read: read.into(), original: original.into(), weight };
        // Two ways lead to the node behind "aa"; the dearer one comes there first and has too little left for the last character,
        // which looks cheap since it may have been another one.
        let x = [row("", "a", 1.5), row("x", "a", 2.5), row("x", "aa", 2.0)];
        let rest = [row("y", "b", 0.5), row("z", "c", 3.0), row("z", "q", 0.1)];
        let confusions = Confusions::new(x.into_iter().chain(rest));
        let hits =
            Search::default().run((fst.as_fst(), fst.as_fst()), false, "xyz", &mut Moves::new(&confusions), 6.0, f32::INFINITY);
        let hits: Vec<_> = hits.into_iter().map(|h| (h.word, h.weight)).collect();
        assert_eq!(hits, [("aabc".to_owned(), 5.5)]);
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
