//! A single word as an automaton.

use super::node::{Automaton, Node, NodeId, bit_of};

/// A single word as an automaton.
#[derive(Debug, Default)]
pub(super) struct Chain {
    word: Vec<u8>,
    /// For each place in the word the bits of what comes.
    below: Vec<u32>,
    lists: u8,
}

impl Chain {
    /// Takes another word.
    pub fn set(&mut self, word: &[u8], lists: u8) {
        self.word.clear();
        self.word.extend_from_slice(word);
        self.below.clear();
        self.below.resize(word.len() + 1, 0);
        for at in (0..word.len()).rev() {
            self.below[at] = self.below[at + 1] | bit_of(word[at]);
        }
        self.lists = lists;
    }
}

impl Automaton for &Chain {
    #[inline]
    fn node(&mut self, id: NodeId) -> Node {
        let at = id as usize;
        let (bits, count, finals) = match self.word.get(at) {
            Some(byte) => (bit_of(*byte), 1, 0),
            None => (0, 0, self.lists),
        };
        Node { id, bits, below: self.below[at], first: id, count, finals }
    }

    #[inline]
    fn edge(&self, place: usize) -> (u8, NodeId) {
        (self.word[place], place as NodeId + 1)
    }
}
