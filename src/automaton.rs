//! Whether a finite-state map that somebody else made can be followed.
//!
//! `fst` trusts the bytes it reads: an address that leads out of them ends in a panic, and a map of a kilobyte can stand for more
//! keys than a computer can hold. A checksum guards against neither, since whoever writes the map writes the checksum too.

use fst::raw::{Fst, Node};

/// Nodes begin behind version and type.
const FIRST: usize = 16;
/// Number of keys, address of the root and checksum stand behind the nodes.
const BEHIND: usize = 20;
/// Nodes with more transitions than this have an index of all bytes.
const INDEXED: usize = 32;
/// No key is longer, in bytes.
const LONGEST_KEY: usize = 64 << 10;

/// How much a file may stand for, spelled out: many times its length, since maps share beginnings and ends, but not endlessly much.
pub(crate) struct Allowance(usize);

impl Allowance {
    /// The allowance of a file of so many bytes.
    pub fn of(bytes: usize) -> Allowance {
        Allowance(bytes.saturating_mul(64).max(16 << 20))
    }

    /// Takes some bytes of it.
    pub fn spend(&mut self, bytes: usize) -> Result<(), &'static str> {
        self.0 = self.0.checked_sub(bytes).ok_or("it stands for far more than a file of its length can hold")?;
        Ok(())
    }
}

/// A node on the way to a key.
struct Step<'a> {
    node: Node<'a>,
    /// Sum of the outputs up to here.
    value: u64,
    /// The transition that is followed next.
    next: usize,
}

/// Goes through the keys of a map in order, with their values, and looks at every node on the way; an error says what is wrong.
///
/// A map that has passed can be followed by any means of `fst`.
pub(crate) fn each_key<D: AsRef<[u8]>>(
    map: &Fst<D>,
    allowance: &mut Allowance,
    mut visit: impl FnMut(&[u8], u64, &mut Allowance) -> Result<(), &'static str>,
) -> Result<(), &'static str> {
    map.verify().map_err(|_| "the checksum of a map is wrong")?;
    let data = map.as_bytes();
    let nodes = &data[..data.len() - BEHIND];
    let root = u64::from_le_bytes(data[nodes.len() + 8..][..8].try_into().expect("eight bytes"));
    let mut key = Vec::new();
    let mut steps: Vec<Step<'_>> = Vec::new();
    let mut enter = Some((root, 0u64));
    loop {
        if let Some((address, before)) = enter.take() {
            let address = usize::try_from(address).ok().filter(|a| is_sound(nodes, *a)).ok_or("a map leads out of its bytes")?;
            let node = map.node(address);
            if node.is_empty() && !node.is_final() && !steps.is_empty() {
                return Err("a map leads nowhere");
            }
            let value = before.checked_add(node.final_output().value()).ok_or("a value of a map is out of range")?;
            if node.is_final() {
                visit(&key, value, allowance)?;
            }
            steps.push(Step { node, value: before, next: 0 });
        }
        let Some(step) = steps.last_mut() else { return Ok(()) };
        if step.next == step.node.len() {
            steps.pop();
            key.pop();
            continue;
        }
        let (node, i) = (step.node, step.next);
        step.next += 1;
        let taken = node.transition(i);
        let in_order = i == 0 || node.transition(i - 1).inp < taken.inp;
        if !in_order || !is_indexed(&node, i) {
            return Err("the transitions of a map are out of order");
        }
        if key.len() == LONGEST_KEY {
            return Err("a key of a map is too long");
        }
        allowance.spend(1)?;
        key.push(taken.inp);
        let value = step.value.checked_add(taken.out.value()).ok_or("a value of a map is out of range")?;
        enter = Some((taken.addr as u64, value));
    }
}

/// Whether the transition is found by its byte and, seen once a node, no other byte finds any.
fn is_indexed(node: &Node<'_>, i: usize) -> bool {
    let others = || (0..=u8::MAX).filter(|b| node.find_input(*b).is_some()).count() == node.len();
    node.find_input(node.transition(i).inp) == Some(i) && (i > 0 || node.len() <= INDEXED || others())
}

/// Whether the node that ends at `address` lies within the nodes, and all that it leads to in front of it.
///
/// From its end to its start a node is a byte of state, one more where that has no room for the input or the number of
/// transitions, the sizes of addresses and outputs, an index, the inputs, the addresses as distances, the outputs.
fn is_sound(nodes: &[u8], address: usize) -> bool {
    // The node that has no bytes: a key ends there.
    if address == 0 {
        return true;
    }
    if !(FIRST..nodes.len()).contains(&address) {
        return false;
    }
    let (single, flag, low) = (nodes[address] & 0x80 != 0, nodes[address] & 0x40 != 0, nodes[address] & 0x3F);
    let mut at = address - usize::from(low == 0);
    if single && flag {
        // It leads to the node in front of it.
        return at > FIRST;
    }
    let count = match (single, low, nodes[at]) {
        (true, ..) => 1,
        (_, 0, 1) => 256,
        (_, 0, count) | (_, count, _) => usize::from(count),
    };
    at -= 1;
    let (distance, output) = (usize::from(nodes[at] >> 4), usize::from(nodes[at] & 0xF));
    if distance > 8 || output > 8 || (distance == 0 && count > 0) {
        return false;
    }
    let inputs = if single { 0 } else { count + if count > INDEXED { 256 } else { 0 } };
    let outputs = output * (count + usize::from(!single && flag));
    let Some(start) = at.checked_sub(inputs + count * distance + outputs).filter(|start| *start >= FIRST) else { return false };
    let mut distances = nodes[start + outputs..][..count * distance].chunks_exact(distance.max(1));
    distances.all(|bytes| {
        let distance = bytes.iter().rev().fold(0u64, |n, b| n << 8 | u64::from(*b));
        distance == 0 || (start as u64).checked_sub(distance).is_some_and(|to| to >= FIRST as u64)
    })
}

#[cfg(test)]
pub(crate) mod tests {
    use fst::MapBuilder;

    use super::*;

    /// Puts the right checksum behind the bytes of a map: CRC-32C, rotated and offset as `fst` wants it.
    pub(crate) fn sign(map: &mut [u8]) {
        let (nodes, sum) = map.split_at_mut(map.len() - 4);
        let crc = !nodes.iter().fold(!0u32, |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0x82F6_3B78 & (crc & 1).wrapping_neg()))
        });
        sum.copy_from_slice(&crc.rotate_right(15).wrapping_add(0xA282_EAD8).to_le_bytes());
    }

    /// A map of these nodes, the last of them its root.
    pub(crate) fn map_of(nodes: &[u8]) -> Vec<u8> {
        let mut map = [3u64.to_le_bytes(), 0u64.to_le_bytes()].concat();
        map.extend(nodes);
        let root = map.len() as u64 - 1;
        map.extend([1u64.to_le_bytes(), root.to_le_bytes()].concat());
        map.extend([0; 4]);
        sign(&mut map);
        map
    }

    /// Nodes with two ways each to the next one: two to the power of `levels` keys.
    pub(crate) fn doubling(levels: usize) -> Vec<u8> {
        let last = [0, 0, b'b', b'a', 0x10, 2];
        let other = [1, 1, b'b', b'a', 0x10, 2];
        map_of(&[&last[..], &other.repeat(levels - 1)].concat())
    }

    fn verdict(map: Vec<u8>) -> Result<Vec<(Vec<u8>, u64)>, &'static str> {
        let mut keys = Vec::new();
        let map = Fst::new(map).map_err(|_| "no map")?;
        let mut allowance = Allowance(1 << 16);
        each_key(&map, &mut allowance, |key, value, _| {
            keys.push((key.to_vec(), value));
            Ok(())
        })?;
        Ok(keys)
    }

    fn built(keys: impl IntoIterator<Item = (Vec<u8>, u64)>) -> Vec<u8> {
        let mut builder = MapBuilder::memory();
        keys.into_iter().for_each(|(key, value)| builder.insert(key, value).unwrap());
        builder.into_inner().unwrap()
    }

    #[test]
    fn keys_come_out_as_they_went_in() {
        let words: Vec<(Vec<u8>, u64)> = ["", "call", "calls", "net", "net income", "net incomes"]
            .iter()
            .zip(7u64..)
            .map(|(w, n)| (w.as_bytes().to_vec(), n * n * 1000))
            .collect();
        // Nodes with all numbers of transitions, those with an index included.
        let bytes: Vec<(Vec<u8>, u64)> =
            (0..=255).flat_map(|a: u8| (0..=a).map(move |b| (vec![a, b], u64::from(a) << 8 | u64::from(b)))).collect();
        for keys in [vec![], vec![(Vec::new(), 0)], words, bytes] {
            assert_eq!(verdict(built(keys.clone())), Ok(keys));
        }
    }

    #[test]
    fn a_map_with_a_wrong_byte_and_the_right_checksum_is_refused_or_safe() {
        let keys: Vec<(Vec<u8>, u64)> =
            (0..=99u8).map(|b| (vec![b'x', b], u64::from(b))).chain([(b"yellow".to_vec(), 7)]).collect();
        let whole = built(keys);
        let mut safe = 0;
        for at in 16..whole.len() - 4 {
            for byte in 0..=255 {
                let mut map = whole.clone();
                map[at] = byte;
                sign(&mut map);
                if let Ok(keys) = verdict(map.clone()) {
                    // By other ways too the same is found.
                    let map = fst::Map::new(map).unwrap();
                    assert!(keys.iter().all(|(key, value)| map.get(key) == Some(*value)));
                    assert_eq!(map.stream().into_byte_vec(), keys);
                    safe += 1;
                }
            }
        }
        assert!(safe > 0, "another letter or value is no mistake");
    }

    #[test]
    fn maps_that_lead_astray_are_refused() {
        assert_eq!(verdict(doubling(3)).unwrap().len(), 8);
        let out = Err("a map leads out of its bytes");
        // More keys than there is room for.
        assert_eq!(verdict(doubling(60)), Err("it stands for far more than a file of its length can hold"));
        // Distances to before the first node, and so far that the address comes round again.
        assert_eq!(verdict(map_of(&[0, 0, b'b', b'a', 0x10, 2, 9, 1, b'b', b'a', 0x10, 2])), out);
        let round = (-6i64).to_le_bytes();
        assert_eq!(verdict(map_of(&[&round[..], &[0x80, b'a', 0x80]].concat())), out);
        // A node in front of the first one; a root that is nowhere; a node without end.
        assert_eq!(verdict(map_of(&[b'a', 0xC0])), out);
        let mut map = doubling(3);
        let root = map.len() - 12;
        map[root..root + 8].copy_from_slice(&u64::MAX.to_le_bytes());
        sign(&mut map);
        assert_eq!(verdict(map), out);
        assert_eq!(verdict(map_of(&[b'a', 0x11, 0xBF, 0])), out);
        // Sizes that no number has.
        assert_eq!(verdict(map_of(&[&[0; 24][..], &[0x99, b'a', 0x80]].concat())), out);
        // An end that is no key; letters in the wrong order.
        assert_eq!(verdict(map_of(&[0x00, 0, 0, 1, b'a', 0x10, 1])), Err("a map leads nowhere"));
        assert_eq!(verdict(map_of(&[0, 0, b'a', b'b', 0x10, 2])), Err("the transitions of a map are out of order"));
        // Values that together are too large.
        let large = [&u64::MAX.to_le_bytes()[..], &[0, b'a', 0x18, 1]].concat();
        let node = [&u64::MAX.to_le_bytes()[..], &[1, b'a', 0x18, 1]].concat();
        assert_eq!(verdict(map_of(&[large, node].concat())), Err("a value of a map is out of range"));
        // A key without end.
        let letters = [&[0u8, b'a', 0x10, 1][..], &[b'a', 0xC0].repeat(LONGEST_KEY)].concat();
        assert_eq!(verdict(map_of(&letters)), Err("a key of a map is too long"));
        // A wrong checksum.
        let mut map = doubling(3);
        *map.last_mut().unwrap() ^= 1;
        assert_eq!(verdict(map), Err("the checksum of a map is wrong"));
    }
}
