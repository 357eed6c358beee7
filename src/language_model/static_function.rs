//! A static function: keys to small values in little more than the bytes of the values.
//!
//! Three slots, chosen by the hash of a key, are combined by exclusive or (Talbot & Brants 2008, on randomised language
//! models); the slots are laid out as in binary fuse filters (Graf & Lemire 2022), so that 1.13 slots a key suffice and the
//! three reads fall close together. Every slot has three bytes. What the value leaves of them is a fingerprint: with twelve bits
//! a key that was never stored is taken for a stored one once in 4,096 times.

/// Bits of a slot.
pub(super) const SLOT: u32 = 24;

/// Where the slots of a table are and how to find a key's three.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Layout {
    pub seed: u64,
    pub segment: u32,
    pub segments: u32,
}

impl Layout {
    /// Number of slots.
    pub fn slots(&self) -> usize {
        (self.segments as usize + 2) * self.segment as usize
    }

    /// The three slots of a key and its fingerprint, which is as long as a slot.
    #[inline]
    pub fn locate(&self, key: u64) -> ([usize; 3], u32) {
        let hash = mix(key ^ self.seed);
        let span = self.segments as u64 * self.segment as u64;
        let h0 = ((hash as u128 * span as u128) >> 64) as u64;
        let mask = self.segment as u64 - 1;
        let h1 = (h0 + self.segment as u64) ^ ((hash >> 18) & mask);
        let h2 = (h0 + 2 * self.segment as u64) ^ (hash & mask);
        let print = mix(hash) as u32 & ((1 << SLOT) - 1);
        ([h0 as usize, h1 as usize, h2 as usize], print)
    }
}

/// The finaliser of MurmurHash3 (Appleby): every bit of the key reaches every bit of the hash.
#[inline]
fn mix(mut x: u64) -> u64 {
    x ^= x >> 33;
    x = x.wrapping_mul(0xff51_afd7_ed55_8ccd);
    x ^= x >> 33;
    x = x.wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    x ^ (x >> 33)
}

/// Builds the slots for distinct `keys` with their `values` of so many `bits`: the value in the low ones, and above it as much of the
/// fingerprint as there is room for.
pub(super) fn build(keys: &[u64], values: &[u16], bits: u32) -> (Layout, Vec<u32>) {
    let n = keys.len().max(1) as f64;
    let segment = 1u32 << ((n.ln() / 3.33f64.ln() + 2.25).floor() as u32).min(18);
    let factor = (0.875 + 0.25 * 1e6f64.ln() / n.max(2.0).ln()).max(1.125);
    let capacity = (n * factor).round() as u32;
    let segments = capacity.div_ceil(segment).saturating_sub(2).max(1);
    for seed in 1.. {
        // Rarely the graph of a seed has a cycle; the next seed then does.
        let layout = Layout { seed: mix(seed), segment, segments };
        if let Some(slots) = solve(layout, keys, values, bits) {
            return (layout, slots);
        }
    }
    unreachable!("seeds do not run out")
}

/// Peels the hypergraph of keys and fills the slots in reverse order.
fn solve(layout: Layout, keys: &[u64], values: &[u16], bits: u32) -> Option<Vec<u32>> {
    let slots = layout.slots();
    let mut degree = vec![0u32; slots];
    let mut which = vec![0u32; slots];
    for (i, key) in keys.iter().enumerate() {
        for s in layout.locate(*key).0 {
            degree[s] += 1;
            which[s] ^= i as u32;
        }
    }
    let mut queue: Vec<usize> = (0..slots).filter(|s| degree[*s] == 1).collect();
    let mut peeled = Vec::with_capacity(keys.len());
    while let Some(slot) = queue.pop() {
        if degree[slot] != 1 {
            continue;
        }
        let i = which[slot];
        peeled.push((i, slot));
        for s in layout.locate(keys[i as usize]).0 {
            degree[s] -= 1;
            which[s] ^= i;
            if degree[s] == 1 {
                queue.push(s);
            }
        }
    }
    if peeled.len() < keys.len() {
        return None;
    }
    let mut out = vec![0u32; slots];
    for (i, slot) in peeled.into_iter().rev() {
        let (at, print) = layout.locate(keys[i as usize]);
        let mut value = print >> bits << bits | values[i as usize] as u32;
        for s in at {
            if s != slot {
                value ^= out[s];
            }
        }
        out[slot] = value;
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stored_keys_come_back_and_others_hardly_ever() {
        for (n, bits) in [0u64, 1, 7, 1000, 50_000].into_iter().flat_map(|n| [(n, 8), (n, 12)]) {
            let keys: Vec<u64> = (0..n).map(|i| i * 7919 + 3).collect();
            let values: Vec<u16> = (0..n).map(|i| (i * 31 % (1 << bits)) as u16).collect();
            let (layout, slots) = build(&keys, &values, bits);
            assert!(slots.iter().all(|slot| *slot < 1 << SLOT));
            let get = |key| {
                let (at, print) = layout.locate(key);
                let v = at.iter().fold(0, |v, s| v ^ slots[*s]);
                (v >> bits == print >> bits).then_some((v & ((1 << bits) - 1)) as u16)
            };
            for (k, v) in keys.iter().zip(&values) {
                assert_eq!(get(*k), Some(*v));
            }
            let strangers = (0..100_000u64).filter(|i| get(i * 7919 + 4).is_some()).count();
            // One in 65,536, and one in 4,096.
            assert!(strangers < if bits == 8 { 20 } else { 50 }, "{strangers} false hits");
            if n >= 50_000 {
                assert!((slots.len() as f64) < 1.25 * n as f64);
            }
        }
    }
}
