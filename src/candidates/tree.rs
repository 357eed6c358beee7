//! Words as a tree that grows where walks come to.

use super::moves::Direction;
use super::node::{Automaton, Node, NodeId, OTHER, bit_of};

/// Words, one behind the other, as they are read in one direction.
#[derive(Debug)]
pub(super) struct Words {
    direction: Direction,
    text: Vec<u8>,
    /// Where each ends, and the lists that hold it.
    ends: Vec<(u32, u8)>,
}

impl Words {
    /// No words so far.
    pub fn new(direction: Direction) -> Words {
        Words { direction, text: Vec::new(), ends: Vec::new() }
    }

    /// Adds a word with the lists that hold it.
    pub fn add(&mut self, word: &[u8], lists: u8) {
        match (self.direction, std::str::from_utf8(word)) {
            (Direction::Backward, Ok(text)) if !word.is_ascii() => self.text.extend(self.direction.turned(text).bytes()),
            // What is not UTF-8 no string is read as.
            (Direction::Backward, _) => self.text.extend(word.iter().rev()),
            (Direction::Forward, _) => self.text.extend_from_slice(word),
        }
        self.ends.push((self.text.len() as u32, lists));
    }

    /// Gives back the room that no more words need.
    pub fn settle(&mut self) {
        self.text.shrink_to_fit();
        self.ends.shrink_to_fit();
    }

    /// What comes behind the first bytes of a word.
    #[inline]
    fn rest(&self, number: u32, depth: u16) -> &[u8] {
        let from = if number == 0 { 0 } else { self.ends[number as usize - 1].0 };
        &self.text[from as usize + usize::from(depth)..self.ends[number as usize].0 as usize]
    }
}

/// The root of a tree.
pub(super) const ROOT: NodeId = 0;

/// A tree of words.
#[derive(Debug)]
pub(super) struct Tree {
    /// The numbers of the words; those below a node stand in a row.
    order: Vec<u32>,
    branches: Vec<Branch>,
    /// A buffer.
    ranks: Vec<u8>,
}

/// A node, or the words below it as long as no walk came there; and the byte that leads there.
#[derive(Debug, Clone, Copy)]
enum Branch {
    Bud { byte: u8, depth: u16, from: u32, to: u32 },
    Grown { byte: u8, finals: u8, count: u8, bits: u32, below: u32, first: u32 },
}

impl Tree {
    /// The tree of some words.
    pub fn new(words: &Words) -> Tree {
        let count = words.ends.len() as u32;
        let root = Branch::Bud { byte: 0, depth: 0, from: 0, to: count };
        Tree { order: (0..count).collect(), branches: vec![root], ranks: Vec::new() }
    }

    /// The tree for walks; the words are the same always.
    pub fn open<'a>(&'a mut self, words: &'a Words) -> Opened<'a> {
        Opened { tree: self, words }
    }

    #[cold]
    fn grow(&mut self, words: &Words, id: NodeId) -> Node {
        let Branch::Bud { byte: leading, depth, from, to } = self.branches[id as usize] else { return self.node(words, id) };
        let mut node = Node { id, first: self.branches.len() as u32, ..Node::default() };
        let here = &mut self.order[from as usize..to as usize];
        self.ranks.clear();
        for number in &*here {
            let rest = words.rest(*number, depth);
            self.ranks.push(rest.first().map_or(0, |byte| RANKS[*byte as usize]));
            if depth >= 2 {
                rest.iter().for_each(|byte| node.below |= bit_of(*byte));
            }
        }
        if depth < 2 {
            // Below the first letters of words there is everything.
            node.below = u32::MAX;
        }
        sort(here, &mut self.ranks);
        let mut at = 0;
        for alike in self.ranks.chunk_by(|a, b| a == b) {
            let here = &here[at..at + alike.len()];
            match words.rest(here[0], depth).first() {
                None => node.finals = here.iter().fold(0, |lists, number| lists | words.ends[*number as usize].1),
                Some(byte) => {
                    node.bits |= bit_of(*byte);
                    node.count += 1;
                    let from = from + at as u32;
                    self.branches.push(Branch::Bud { byte: *byte, depth: depth + 1, from, to: from + alike.len() as u32 });
                }
            }
            at += alike.len();
        }
        let Node { bits, below, first, count, finals, .. } = node;
        self.branches[id as usize] = Branch::Grown { byte: leading, finals, count: count as u8, bits, below, first };
        node
    }

    /// A node, grown if that is still to do.
    #[inline]
    fn node(&mut self, words: &Words, id: NodeId) -> Node {
        match self.branches[id as usize] {
            Branch::Grown { finals, count, bits, below, first, .. } => {
                Node { id, bits, below, first, count: u16::from(count), finals }
            }
            Branch::Bud { .. } => self.grow(words, id),
        }
    }
}

/// Sorts the numbers of words by their ranks.
fn sort(numbers: &mut [u32], ranks: &mut [u8]) {
    if ranks.is_sorted() {
        return;
    }
    if numbers.len() <= FEW {
        for end in 1..numbers.len() {
            let mut at = end;
            while at > 0 && ranks[at - 1] > ranks[at] {
                numbers.swap(at - 1, at);
                ranks.swap(at - 1, at);
                at -= 1;
            }
        }
        return;
    }
    // There are many words and few bytes: each takes its place by how many come before.
    let mut places = [0u32; 257];
    ranks.iter().for_each(|rank| places[*rank as usize + 1] += 1);
    (1..places.len()).for_each(|rank| places[rank] += places[rank - 1]);
    let unsorted: Vec<(u32, u8)> = numbers.iter().copied().zip(ranks.iter().copied()).collect();
    for (number, rank) in unsorted {
        let place = &mut places[rank as usize];
        (numbers[*place as usize], ranks[*place as usize]) = (number, rank);
        *place += 1;
    }
}

/// So many words are sorted by comparing them.
const FEW: usize = 32;

/// Where each byte stands in the order of bits; words that end have 0, and the last two bytes, which no text has, are not told apart.
const RANKS: [u8; 256] = {
    let (mut ranks, mut rank, mut bit) = ([u8::MAX; 256], 1, 0);
    while bit <= OTHER.trailing_zeros() {
        let mut byte = 0;
        while byte < 255 {
            if bit_of(byte).trailing_zeros() == bit && rank < u8::MAX {
                ranks[byte as usize] = rank;
                rank += 1;
            }
            byte += 1;
        }
        bit += 1;
    }
    ranks
};

/// A tree with its words.
pub(super) struct Opened<'a> {
    tree: &'a mut Tree,
    words: &'a Words,
}

impl Automaton for Opened<'_> {
    #[inline]
    fn node(&mut self, id: NodeId) -> Node {
        self.tree.node(self.words, id)
    }

    #[inline]
    fn edge(&self, place: usize) -> (u8, NodeId) {
        let (Branch::Bud { byte, .. } | Branch::Grown { byte, .. }) = self.tree.branches[place];
        (byte, place as NodeId)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::candidates::node::{FIRST, SECOND};

    #[test]
    fn words_are_found_with_their_lists_in_either_direction() {
        let listed = [("call", FIRST), ("can't", FIRST), ("cans", FIRST), ("café", SECOND), ("x.y", FIRST), ("call", SECOND)];
        for direction in [Direction::Forward, Direction::Backward] {
            let mut words = Words::new(direction);
            listed.iter().for_each(|(word, lists)| words.add(word.as_bytes(), *lists));
            let mut tree = Tree::new(&words);
            let mut lists = |word: &str| {
                let mut tree = tree.open(&words);
                let mut node = tree.node(ROOT);
                for byte in direction.turned(word).bytes() {
                    let id = tree.child(&node, byte)?;
                    node = tree.node(id);
                }
                Some(node.finals)
            };
            for _ in 0..2 {
                assert_eq!(lists("call"), Some(FIRST | SECOND));
                assert_eq!(lists("can't"), Some(FIRST));
                assert_eq!(lists("cans"), Some(FIRST));
                assert_eq!(lists("café"), Some(SECOND));
                assert_eq!(lists("x.y"), Some(FIRST));
                assert_eq!(lists("cat"), None);
                assert_eq!(lists(""), Some(0));
            }
        }
    }

    #[test]
    fn nodes_know_what_comes_below() {
        let mut words = Words::new(Direction::Forward);
        ["cals", "cabs", "cob"].iter().for_each(|word| words.add(word.as_bytes(), FIRST));
        let mut tree = Tree::new(&words);
        let mut tree = tree.open(&words);
        let mut node = tree.node(ROOT);
        for byte in *b"ca" {
            node = tree.child(&node, byte).map(|id| tree.node(id)).unwrap();
        }
        assert_eq!(node.below, bit_of(b'b') | bit_of(b'l') | bit_of(b's'));
        assert_eq!((node.bits, node.count), (bit_of(b'b') | bit_of(b'l'), 2));
    }

    #[test]
    fn many_words_are_sorted_like_few() {
        let ranks: Vec<u8> = (0..200u32).map(|n| (n * 37 % 23) as u8).collect();
        for count in [5, FEW, 200] {
            let (mut numbers, mut sorted) = ((0..count as u32).collect::<Vec<_>>(), ranks[..count].to_vec());
            sort(&mut numbers, &mut sorted);
            assert!(sorted.is_sorted());
            assert!(numbers.iter().zip(&sorted).all(|(number, rank)| ranks[*number as usize] == *rank));
        }
    }
}
