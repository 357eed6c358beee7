//! Searching lists of words for those that an OCR engine may have read as a given string.
//!
//! An automaton is walked along the string; at every place the walk may also follow what the table of confusions says stood where
//! the next one to three characters were read, or, once a word, any other character at the price of an accident nobody has
//! listed. Walks end where their weight passes a bound.
//!
//! Most ways lead on from the first letters, and nearly all of them to nothing. So a search that can walks the string from both its
//! ends (Mihov and Schulz 2004): see [`Bounds`].

use super::chain::Chain;
use super::dead_ends::DeadEnds;
use super::moves::{BothMoves, Direction, LONGEST_READ, Move, Moves, NOTHING, Row};
use super::node::{Automaton, Node, NodeId, OTHER};
use super::plan::{Bounds, Place, Plan, SLACK};
use super::tree::ROOT;
use crate::dictionary::START;

/// A word that may have stood where something else was read.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Hit {
    /// The word.
    pub word: String,
    /// Negative natural logarithm of the probability that it was read so, once it was misread.
    pub weight: f32,
    /// The lists that hold the word: [`FIRST`](super::node::FIRST), [`SECOND`](super::node::SECOND).
    pub lists: u8,
}

/// A search and its buffers.
#[derive(Debug, Default)]
pub(super) struct Search {
    forward: Plan,
    backward: Plan,
    found: Findings,
    chain: Chain,
}

/// What walks have found so far, and what they remember.
#[derive(Debug, Default)]
struct Findings {
    /// What the walk has spelled, and bytes of walks that were given up.
    spelled: Vec<u8>,
    hits: Hits,
    /// What walks on the way back have found.
    apart: Hits,
    /// How many walks have come to the end of the string and of a word.
    ends: usize,
    /// How many steps walks have taken.
    steps: u32,
    dead: DeadEnds,
}

/// Words that were found.
#[derive(Debug, Default)]
struct Hits {
    /// The words, one behind the other.
    words: Vec<u8>,
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

impl Search {
    /// Words of an automaton that may have been read as `read`, cheapest first; the string itself is not among them.
    pub fn forward(&mut self, words: impl Automaton, root: NodeId, read: &str, moves: &BothMoves, bounds: Bounds) -> Vec<Hit> {
        let Search { forward, found, .. } = self;
        forward.lay_out(read, &moves.forward, bounds, false);
        walk(words, root, &moves.forward, forward, found);
        found.take()
    }

    /// How many steps were taken since somebody asked.
    pub fn take_steps(&mut self) -> u32 {
        std::mem::take(&mut self.found.steps)
    }

    /// The same of words that are at hand in both directions, `back` from their ends.
    pub fn both_ways(
        &mut self,
        words: (impl Automaton, NodeId),
        back: impl Automaton,
        read: &str,
        moves: &BothMoves,
        bounds: Bounds,
    ) -> Vec<Hit> {
        let Search { forward, backward, found, chain } = self;
        backward.lay_out(read, &moves.backward, Bounds { bound: bounds.bound + SLACK, ..bounds }, true);
        walk(back, ROOT, &moves.backward, backward, found);
        found.keep_apart();
        forward.lay_out(read, &moves.forward, bounds, true);
        walk(words.0, words.1, &moves.forward, forward, found);
        // The weight of a word is the sum from its start: sums in another order may differ in their last digits.
        forward.unite();
        for at in 0..found.apart.hits.len() {
            let hit = found.apart.hits[at];
            chain.set(&found.apart.words[hit.from..hit.to], hit.lists);
            walk(&*chain, ROOT, &moves.forward, forward, found);
        }
        found.take()
    }
}

impl Findings {
    /// Puts what was found apart, each word once.
    fn keep_apart(&mut self) {
        self.apart.words.clear();
        self.apart.hits.clear();
        std::mem::swap(&mut self.hits, &mut self.apart);
        self.apart.unite();
    }

    /// What was found, each word once, cheapest first.
    fn take(&mut self) -> Vec<Hit> {
        self.hits.unite();
        let Hits { words, hits } = &mut self.hits;
        hits.sort_by(|a, b| a.weight.total_cmp(&b.weight));
        let text = |hit: &Found| String::from_utf8_lossy(&words[hit.from..hit.to]).into_owned();
        let out = hits.iter().map(|hit| Hit { word: text(hit), weight: hit.weight, lists: hit.lists }).collect();
        words.clear();
        hits.clear();
        out
    }
}

impl Hits {
    /// Sorts the words and leaves each once, with its least weight.
    fn unite(&mut self) {
        let Hits { words, hits } = self;
        let word = |hit: &Found| &words[hit.from..hit.to];
        hits.sort_unstable_by(|a, b| word(a).cmp(word(b)).then(a.weight.total_cmp(&b.weight)));
        hits.dedup_by(|b, a| word(a) == word(b));
    }
}

/// Walks an automaton.
fn walk(words: impl Automaton, root: NodeId, moves: &Moves, plan: &Plan, found: &mut Findings) {
    found.dead.begin();
    let mut walk = Walk { words, moves, plan, found };
    let place = Place { at: 0, length: 0, weight: 0.0, unlisted: false };
    let node = walk.words.node(root);
    if plan.direction == Direction::Forward {
        walk.begin(place, node);
    }
    walk.enter(place, node, &[]);
}

/// A walk.
struct Walk<'a, W> {
    words: W,
    moves: &'a Moves,
    plan: &'a Plan,
    found: &'a mut Findings,
}

impl<W: Automaton> Walk<'_, W> {
    /// Accidents that befall the start of a word.
    fn begin(&mut self, root: Place, node: Node) {
        for at in 0..LONGEST_READ.min(self.plan.starts.len()) {
            let read = std::iter::once(START).chain(self.plan.read.chars().take(at));
            for m in self.moves.of(read).iter().filter(|m| m.weight <= self.plan.limit(0)) {
                self.follow(m, 0, root.after(m), node);
            }
        }
    }

    /// Goes on from a place behind what was `put` down last, if there is anywhere to go: four times in five there is not, so this much
    /// stands in line.
    #[inline(always)]
    fn enter(&mut self, place: Place, node: Node, put: &[u8]) {
        let plan = self.plan;
        let free = !place.unlisted && place.weight + plan.unlisted <= plan.limit(place.at);
        if (!free && !plan.want(&place).is_met(&node)) || !plan.allows(&place) || plan.is_too_dear(&place, &node) {
            return;
        }
        let length = self.spell(place, put);
        self.visit(Place { length, ..place }, node);
    }

    /// Takes steps from a place, unless it is known that they lead to no word.
    #[inline(never)]
    fn visit(&mut self, place: Place, node: Node) {
        let (state, ends) = (DeadEnds::state(&place, &node), self.found.ends);
        if self.found.dead.holds(state, place.weight) {
            return;
        }
        self.found.steps = self.found.steps.wrapping_add(1);
        self.step(place, node);
        if self.found.ends == ends {
            self.found.dead.add(state, place.weight);
        }
    }

    fn step(&mut self, place: Place, node: Node) {
        let (plan, moves) = (self.plan, self.moves);
        let count = plan.starts.len() as u32 - 1;
        if place.at == count && node.finals != 0 {
            self.end(place, node.finals);
        }
        let (limit, level) = (plan.limit(place.at), plan.level(&place));
        for row in plan.rows(place.at).iter().map_while(|number| moves.row(*number)) {
            let mut bits = row.bits[level] & node.bits & !OTHER;
            while bits != 0 {
                let bit = bits & bits.wrapping_neg();
                bits ^= bit;
                let (_, child) = self.words.behind(&node, bit);
                let child = self.words.node(child);
                for m in row.group(bit.trailing_zeros() as usize).iter().take_while(|m| place.weight + m.weight <= limit) {
                    self.follow(m, 1, place.after(m), child);
                }
            }
            // What begins with nothing, or with a byte that shares its bit with others.
            let bits = row.bits[level] & (node.bits & OTHER | NOTHING);
            if bits != 0 {
                self.others(row, bits, place, node);
            }
        }
        if !place.unlisted && place.weight + plan.unlisted <= limit {
            self.unlisted(Place { weight: place.weight + plan.unlisted, unlisted: true, ..place }, node);
        }
        if place.at < count {
            let character = &plan.read.as_bytes()[plan.starts[place.at as usize]..plan.starts[place.at as usize + 1]];
            if let Some(node) = self.behind(node, character) {
                self.enter(Place { at: place.at + 1, ..place }, node, character);
            }
        }
    }

    /// Follows moves that begin with nothing, or with a byte that shares its bit with others.
    fn others(&mut self, row: &Row, bits: u32, place: Place, node: Node) {
        let limit = self.plan.limit(place.at);
        for bit in [OTHER, NOTHING].into_iter().filter(|bit| bit & bits != 0) {
            for m in row.group(bit.trailing_zeros() as usize).iter().take_while(|m| place.weight + m.weight <= limit) {
                self.follow(m, 0, place.after(m), node);
            }
        }
    }

    /// Follows what no table lists: a character that was lost, made up or taken for another.
    fn unlisted(&mut self, place: Place, node: Node) {
        let plan = self.plan;
        let inside = (place.at as usize) < plan.starts.len() - 1;
        let next = Place { at: place.at + u32::from(inside), ..place };
        if inside {
            self.enter(next, node, &[]);
        }
        // The same is wanted of all nodes that an added or changed character leads to, and few have it.
        let [want, want_next] = [place, next].map(|place| plan.want(&place));
        for edge in self.words.edges(&node) {
            let (byte, node) = self.words.edge(edge);
            // A character outside ASCII takes several bytes: no single step leads over it.
            if byte >= 0x80 {
                continue;
            }
            let node = self.words.node(node);
            if want.is_met(&node) {
                self.enter(place, node, &[byte]);
            }
            if inside && want_next.is_met(&node) {
                self.enter(next, node, &[byte]);
            }
        }
    }

    /// Goes on behind what a move puts down, if the automaton does; `known` of its bytes lead to the node.
    #[inline(always)]
    fn follow(&mut self, m: &Move, known: usize, place: Place, node: Node) {
        let original = m.original();
        // Most are of one byte.
        let node = if original.len() == known {
            node
        } else {
            match self.behind(node, &original[known..]) {
                Some(node) => node,
                None => return,
            }
        };
        if !m.last {
            self.enter(place, node, original);
        } else if node.finals != 0 {
            let length = self.spell(place, original);
            self.end(Place { length, ..place }, node.finals);
        }
    }

    /// The node behind some bytes.
    #[inline(always)]
    fn behind(&mut self, mut node: Node, bytes: &[u8]) -> Option<Node> {
        for byte in bytes {
            let next = self.words.child(&node, *byte)?;
            node = self.words.node(next);
        }
        Some(node)
    }

    /// Notes that a walk has spelled a word.
    #[cold]
    fn end(&mut self, place: Place, lists: u8) {
        let Findings { spelled, hits: Hits { words, hits }, ends, .. } = &mut *self.found;
        *ends += 1;
        let word = &spelled[..place.length as usize];
        if place.weight > 0.0 && word != self.plan.read.as_bytes() {
            let from = words.len();
            match self.plan.direction {
                Direction::Forward => words.extend_from_slice(word),
                Direction::Backward if word.is_ascii() => words.extend(word.iter().rev()),
                Direction::Backward => words.extend(Direction::Backward.turned(&String::from_utf8_lossy(word)).bytes()),
            }
            hits.push(Found { from, to: words.len(), weight: place.weight, lists });
        }
    }

    /// Puts bytes down behind what the walk has spelled, and returns how many these are then.
    #[inline]
    fn spell(&mut self, place: Place, bytes: &[u8]) -> u32 {
        let (from, spelled) = (place.length as usize, &mut self.found.spelled);
        let to = from + bytes.len();
        if to > spelled.len() {
            spelled.resize(2 * to + 64, 0);
        }
        spelled[from..to].copy_from_slice(bytes);
        to as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::candidates::node::{FIRST, SECOND};
    use crate::candidates::tree::{Tree, Words};
    use crate::candidates::union::{BOTH, Union};
    use crate::dictionary::{Confusion, Confusions};
    use crate::random::Random;

    fn row(read: &str, original: &str, weight: f32) -> Confusion {
        Confusion { read: read.into(), original: original.into(), weight }
    }

    /// What is found of two sorted lists: the same from one end and from both.
    fn found(lists: [&[&str]; 2], rows: &[Confusion], read: &str, bound: f32, unlisted: f32) -> Vec<Hit> {
        let [first, second] = lists.map(|list| fst::Set::from_iter(list).unwrap());
        let moves = BothMoves::new(&Confusions::new(rows.iter().cloned()));
        let words = [Direction::Forward, Direction::Backward].map(|direction| {
            let mut words = Words::new(direction);
            lists[0].iter().for_each(|word| words.add(word.as_bytes(), FIRST));
            lists[1].iter().for_each(|word| words.add(word.as_bytes(), SECOND));
            words
        });
        let [mut tree, mut back] = [&words[0], &words[1]].map(Tree::new);
        let (mut search, mut union) = (Search::default(), Union::default());
        let bounds = Bounds { bound, unlisted };
        let (first, second) = (first.as_fst(), second.as_fst());
        let hits = search.forward(union.open(first, second), BOTH, read, &moves, bounds);
        let both = search.both_ways((union.open(first, second), BOTH), back.open(&words[1]), read, &moves, bounds);
        assert_eq!(both, hits, "{read} {rows:?}");
        assert_eq!(
            search.both_ways((tree.open(&words[0]), ROOT), back.open(&words[1]), read, &moves, bounds),
            hits,
            "{read} {rows:?}"
        );
        hits
    }

    fn search(read: &str, bound: f32) -> Vec<String> {
        let rows = [row("m", "rn", 1.0), row("il", "h", 2.0), row("cl", "d", 2.5), row("", "i", 3.0), row("⟨", "⟨c", 1.5)];
        let lists: [&[&str]; 2] = [&["claim", "earnings", "modern", "the", "tile"], &["earring", "modern"]];
        let hits = found(lists, &rows, read, bound, 7.0);
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
        // Two ways lead to the node behind "aa"; the dearer one comes there first and has too little left for the last character,
        // which looks cheap since it may have been another one.
        let x = [row("", "a", 1.5), row("x", "a", 2.5), row("x", "aa", 2.0)];
        let rest = [row("y", "b", 0.5), row("z", "c", 3.0), row("z", "q", 0.1)];
        let hits = found([&["aabc"], &[]], &[&x[..], &rest].concat(), "xyz", 6.0, f32::INFINITY);
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

    #[test]
    fn from_both_ends_the_same_is_found_as_from_one() {
        let mut random = Random::new(7);
        let text = |most: usize, random: &mut Random| -> String {
            let letters = ['a', 'b', 'c', 'é', '-'];
            (0..random.below(most + 1)).map(|_| letters[random.below(letters.len())]).collect()
        };
        let mut count = 0;
        for _ in 0..300 {
            let mut words: Vec<String> = (0..30).map(|_| text(8, &mut random)).collect();
            words.sort();
            words.dedup();
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            let (first, second) = words.split_at(random.below(words.len()));
            let mut rows: Vec<Confusion> =
                (0..12).map(|_| row(&text(3, &mut random), &text(3, &mut random), random.below(40) as f32 / 10.0)).collect();
            for _ in 0..3 {
                let [read, original] = [0, 1].map(|_| format!("{START}{}", text(2, &mut random)));
                rows.push(row(&read, &original, random.share() * 3.0));
            }
            rows.retain(|row| row.read != row.original);
            let unlisted = if random.below(3) == 0 { f32::INFINITY } else { 2.5 };
            for _ in 0..5 {
                count += found([first, second], &rows, &text(8, &mut random), 4.8, unlisted).len();
            }
        }
        assert!(count > 1000, "there is something to find: {count}");
    }
}
