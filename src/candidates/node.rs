//! Automata as walks need them, whatever they are made of.

/// Number of a node.
pub(super) type NodeId = u32;

/// The lists that a string was walked in to the end of a word.
pub(super) const FIRST: u8 = 1;
pub(super) const SECOND: u8 = 2;

/// A node as walks need it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Node {
    /// Its number.
    pub id: NodeId,
    /// The bits of the bytes that lead on ([`bit_of`]).
    pub bits: u32,
    /// The bits of all bytes on any way from here to the end of a word.
    pub below: u32,
    /// The place of its first child; they stand in order of their bits.
    pub first: u32,
    /// How many children there are.
    pub count: u16,
    /// In which lists a word ends here.
    pub finals: u8,
}

/// An automaton.
pub(super) trait Automaton {
    /// A node.
    fn node(&mut self, id: NodeId) -> Node;

    /// The byte that leads to the child at a place, and the child.
    fn edge(&self, place: usize) -> (u8, NodeId);

    /// The places of a node's children.
    #[inline]
    fn edges(&self, node: &Node) -> std::ops::Range<usize> {
        node.first as usize..node.first as usize + node.count as usize
    }

    /// The byte and the child behind one of the node's bits, which must not be [`OTHER`].
    #[inline(always)]
    fn behind(&self, node: &Node, bit: u32) -> (u8, NodeId) {
        self.edge(node.first as usize + (node.bits & (bit - 1)).count_ones() as usize)
    }

    /// Where a byte leads.
    #[inline(always)]
    fn child(&self, node: &Node, byte: u8) -> Option<NodeId> {
        let bit = bit_of(byte);
        if node.bits & bit == 0 {
            return None;
        }
        if bit != OTHER {
            return Some(self.behind(node, bit).1);
        }
        self.edges(node).rev().map(|place| self.edge(place)).find(|edge| edge.0 == byte).map(|edge| edge.1)
    }
}

/// The bit that all bytes share which have none of their own.
pub(super) const OTHER: u32 = 1 << 29;

/// The bit of a byte that words are made of; all other bytes share one.
#[inline]
pub(super) const fn bit_of(byte: u8) -> u32 {
    BITS[byte as usize]
}

const BITS: [u32; 256] = {
    let mut bits = [OTHER; 256];
    let mut letter = 0;
    while letter < 26 {
        bits[b'a' as usize + letter] = 1 << letter;
        letter += 1;
    }
    bits[b'\'' as usize] = 1 << 26;
    bits[b'-' as usize] = 1 << 27;
    bits[b'.' as usize] = 1 << 28;
    bits
};
