//! Two finite-state lists as one automaton, laid out for walks that ask for the same nodes again and again.
//!
//! A node stands for a node of either list, or of one alone where the other has gone its own way. Nodes are taken out of the lists'
//! compact form when a walk first comes to them, so that only what is walked is paid for.

use fst::raw::Fst;
use rustc_hash::FxHashMap;

use super::node::{Automaton, FIRST, Node, NodeId, SECOND, bit_of};

/// The root of both lists, and of the first alone.
pub(super) const BOTH: NodeId = 0;
pub(super) const FIRST_ONLY: NodeId = 1;

/// Where a list has no node.
const NOWHERE: u32 = u32::MAX;

/// A node, and whether it was taken out of the lists.
#[derive(Debug, Clone, Copy, Default)]
struct Known {
    node: Node,
    known: bool,
}

/// The automaton.
#[derive(Debug, Default)]
pub(super) struct Union {
    nodes: Vec<Known>,
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

impl Union {
    /// The automaton for walks. A union is of the same lists always.
    pub fn open<'a, A: AsRef<[u8]>, B: AsRef<[u8]>>(&'a mut self, first: &'a Fst<A>, second: &'a Fst<B>) -> Opened<'a, A, B> {
        if self.nodes.is_empty() {
            let (first, second) = (first.root().addr() as u32, second.root().addr() as u32);
            self.number((first, second));
            self.number((first, NOWHERE));
        }
        Opened { union: self, first, second }
    }

    fn number(&mut self, addresses: (u32, u32)) -> NodeId {
        *self.numbers.entry(addresses).or_insert_with(|| {
            self.nodes.push(Known::default());
            self.addresses.push(addresses);
            self.nodes.len() as u32 - 1
        })
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
        let mut node = Node { id, bits: 0, below: 0, first: from, count, finals };
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
        self.nodes[id as usize] = Known { node, known: true };
        node
    }
}

/// The automaton with the lists that it is taken out of.
pub(super) struct Opened<'a, A, B> {
    union: &'a mut Union,
    first: &'a Fst<A>,
    second: &'a Fst<B>,
}

impl<A: AsRef<[u8]>, B: AsRef<[u8]>> Automaton for Opened<'_, A, B> {
    /// A node, taken out of the lists if that is still to do.
    #[inline]
    fn node(&mut self, id: NodeId) -> Node {
        let Known { node, known } = self.union.nodes[id as usize];
        if known { node } else { self.union.expand(self.first, self.second, id) }
    }

    #[inline]
    fn edge(&self, place: usize) -> (u8, NodeId) {
        self.union.children[place]
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
        let mut finals = |root: NodeId, word: &str| {
            let mut union = union.open(first, second);
            let mut node = union.node(root);
            for byte in word.bytes() {
                let id = union.child(&node, byte)?;
                node = union.node(id);
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
