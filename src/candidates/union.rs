//! Two finite-state lists as one automaton, laid out for walks that ask for the same nodes again and again.
//!
//! A node stands for a node of either list, or of one alone where the other has gone its own way. Nodes are taken out of the lists'
//! compact form when a walk first comes to them, so that only what is walked is paid for.

use fst::raw::Fst;
use rustc_hash::FxHashMap;

/// Number of a node.
pub(super) type NodeId = u32;

/// The lists that a string was walked in to the end of a word.
pub(super) const FIRST: u8 = 1;
pub(super) const SECOND: u8 = 2;

/// The root of both lists, and of the first alone.
pub(super) const BOTH: NodeId = 0;
pub(super) const FIRST_ONLY: NodeId = 1;

/// Where a list has no node.
const NOWHERE: u32 = u32::MAX;

/// A node as walks need it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Node {
    /// Its number.
    pub id: NodeId,
    /// The bits of the bytes that lead on ([`bit_of`]).
    pub bits: u32,
    /// The bits of all bytes on any way from here to the end of a word.
    pub below: u32,
    /// Where its children begin, in order of their bits.
    first: u32,
    /// How many children there are.
    count: u16,
    /// In which lists a word ends here.
    pub finals: u8,
    /// Whether the node was taken out of the lists.
    known: bool,
}

/// The automaton.
#[derive(Debug, Default)]
pub(super) struct Union {
    nodes: Vec<Node>,
    /// For each node its addresses in the lists.
    addresses: Vec<(u32, u32)>,
    numbers: FxHashMap<(u32, u32), NodeId>,
    /// For the nodes of each list, by address, what is known of all that comes below.
    below: [FxHashMap<u32, u32>; 2],
    /// The bytes that lead to children, with the children.
    children: Vec<(u8, NodeId)>,
    /// A buffer: bit, byte, addresses.
    edges: Vec<(u32, u8, u32, u32)>,
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

impl Union {
    /// Makes sure that the roots are there. A union is of the same lists always.
    pub fn open<A: AsRef<[u8]>, B: AsRef<[u8]>>(&mut self, first: &Fst<A>, second: &Fst<B>) {
        if self.nodes.is_empty() {
            let (first, second) = (first.root().addr() as u32, second.root().addr() as u32);
            self.number((first, second));
            self.number((first, NOWHERE));
        }
    }

    fn number(&mut self, addresses: (u32, u32)) -> NodeId {
        *self.numbers.entry(addresses).or_insert_with(|| {
            self.nodes.push(Node::default());
            self.addresses.push(addresses);
            self.nodes.len() as u32 - 1
        })
    }

    /// A node, taken out of the lists if that is still to do.
    #[inline]
    pub fn node<A: AsRef<[u8]>, B: AsRef<[u8]>>(&mut self, first: &Fst<A>, second: &Fst<B>, id: NodeId) -> Node {
        let node = self.nodes[id as usize];
        if node.known { node } else { self.expand(first, second, id) }
    }

    #[cold]
    fn expand<A: AsRef<[u8]>, B: AsRef<[u8]>>(&mut self, first: &Fst<A>, second: &Fst<B>, id: NodeId) -> Node {
        let (a, b) = self.addresses[id as usize];
        let mut edges = std::mem::take(&mut self.edges);
        edges.clear();
        let mut finals = 0;
        if a != NOWHERE {
            let node = first.node(a as usize);
            finals |= if node.is_final() { FIRST } else { 0 };
            edges.extend(node.transitions().map(|t| (bit_of(t.inp), t.inp, t.addr as u32, NOWHERE)));
        }
        if b != NOWHERE {
            let node = second.node(b as usize);
            finals |= if node.is_final() { SECOND } else { 0 };
            for t in node.transitions() {
                match edges.iter_mut().find(|e| e.1 == t.inp) {
                    Some(edge) => edge.3 = t.addr as u32,
                    None => edges.push((bit_of(t.inp), t.inp, NOWHERE, t.addr as u32)),
                }
            }
        }
        edges.sort_unstable();
        let (from, count) = (self.children.len() as u32, edges.len() as u16);
        let mut node = Node { id, bits: 0, below: 0, first: from, count, finals, known: true };
        // Below the first letters of words there is everything.
        let deep = id > FIRST_ONLY;
        node.below = match deep {
            true => below(first, a, &mut self.below[0]) | below(second, b, &mut self.below[1]),
            false => u32::MAX,
        };
        for (_, byte, a, b) in edges.drain(..) {
            node.bits |= bit_of(byte);
            let child = self.number((a, b));
            self.children.push((byte, child));
        }
        self.edges = edges;
        self.nodes[id as usize] = node;
        node
    }

    /// Where a byte leads.
    #[inline(always)]
    pub fn child(&self, node: &Node, byte: u8) -> Option<NodeId> {
        let bit = bit_of(byte);
        if node.bits & bit == 0 {
            return None;
        }
        let place = node.first as usize + (node.bits & (bit - 1)).count_ones() as usize;
        if bit != OTHER {
            return Some(self.children[place].1);
        }
        let others = place..node.first as usize + node.count as usize;
        self.children[others].iter().find(|child| child.0 == byte).map(|child| child.1)
    }

    /// The places of a node's children, for [`Union::edge`].
    #[inline]
    pub fn edges(&self, node: &Node) -> std::ops::Range<usize> {
        node.first as usize..node.first as usize + node.count as usize
    }

    /// A byte and the child it leads to.
    #[inline]
    pub fn edge(&self, place: usize) -> (u8, NodeId) {
        self.children[place]
    }
}

/// The bits of all bytes below a node of a list.
fn below<D: AsRef<[u8]>>(list: &Fst<D>, address: u32, known: &mut FxHashMap<u32, u32>) -> u32 {
    if address == NOWHERE {
        return 0;
    }
    if let Some(bits) = known.get(&address) {
        return *bits;
    }
    let node = list.node(address as usize);
    let bits = node.transitions().fold(0, |bits, t| bits | bit_of(t.inp) | below(list, t.addr as u32, known));
    known.insert(address, bits);
    bits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn walks_end_in_the_lists_that_hold_the_word() {
        let first = fst::Set::from_iter(["cat", "cats", "x.y"]).unwrap();
        let second = fst::Set::from_iter(["car", "cats", "naïve"]).unwrap();
        let (first, second) = (first.as_fst(), second.as_fst());
        let mut union = Union::default();
        union.open(first, second);
        let mut finals = |root: NodeId, word: &str| {
            let mut node = union.node(first, second, root);
            for byte in word.bytes() {
                let id = union.child(&node, byte)?;
                node = union.node(first, second, id);
            }
            Some(node.finals)
        };
        for _ in 0..2 {
            assert_eq!(finals(BOTH, "cat"), Some(FIRST));
            assert_eq!(finals(BOTH, "car"), Some(SECOND));
            assert_eq!(finals(BOTH, "cats"), Some(FIRST | SECOND));
            assert_eq!(finals(BOTH, "naïve"), Some(SECOND));
            assert_eq!(finals(BOTH, "x.y"), Some(FIRST));
            assert_eq!(finals(BOTH, "ca"), Some(0));
            assert_eq!(finals(BOTH, "cb"), None);
            assert_eq!(finals(FIRST_ONLY, "car"), None);
            assert_eq!(finals(FIRST_ONLY, "cats"), Some(FIRST));
        }
    }
}
