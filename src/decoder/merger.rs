//! Which node stands for a context at a position: a hash table that is emptied in no time.

/// Nodes by position and context.
#[derive(Debug, Default)]
pub(super) struct Merger {
    slots: Vec<Slot>,
    used: usize,
    /// Slots with another stamp are empty.
    stamp: u32,
}

#[derive(Debug, Clone, Copy, Default)]
struct Slot {
    key: u64,
    position: u32,
    node: u32,
    stamp: u32,
}

/// Slots at first; a sentence of usual length needs no more.
const SLOTS: usize = 1024;

impl Merger {
    /// Forgets all nodes.
    pub fn clear(&mut self) {
        self.used = 0;
        self.stamp = self.stamp.wrapping_add(1);
        // Stamps come round after four thousand million sentences; slots of that age are no longer told apart.
        if self.stamp == 0 || self.slots.is_empty() {
            self.slots.clear();
            self.slots.resize(SLOTS, Slot::default());
            self.stamp = 1;
        }
    }

    /// The node of a context at a position: `fresh`, unless there is one.
    #[inline]
    pub fn node(&mut self, position: usize, key: u64, fresh: u32) -> u32 {
        if 2 * (self.used + 1) > self.slots.len() {
            self.grow();
        }
        let position = position as u32;
        let at = self.find(position, key);
        let slot = &mut self.slots[at];
        if slot.stamp != self.stamp {
            *slot = Slot { key, position, node: fresh, stamp: self.stamp };
            self.used += 1;
        }
        slot.node
    }

    /// The slot of a context, or the empty one where it belongs.
    #[inline]
    fn find(&self, position: u32, key: u64) -> usize {
        let mask = self.slots.len() - 1;
        // Fibonacci hashing (Knuth): the high bits of the product depend on all bits of the key.
        let hash = (key ^ (position as u64) << 40).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let mut at = (hash >> 32) as usize & mask;
        while self.slots[at].stamp == self.stamp && (self.slots[at].key, self.slots[at].position) != (key, position) {
            at = (at + 1) & mask;
        }
        at
    }

    fn grow(&mut self) {
        let empty = vec![Slot::default(); 2 * self.slots.len()];
        let old = std::mem::replace(&mut self.slots, empty);
        for slot in old.into_iter().filter(|s| s.stamp == self.stamp) {
            let at = self.find(slot.position, slot.key);
            self.slots[at] = slot;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Merger;

    #[test]
    fn equal_contexts_at_a_position_are_one_node_until_all_is_forgotten() {
        let mut merger = Merger::default();
        for round in 0..3 {
            merger.clear();
            for i in 0..5_000u32 {
                assert_eq!(merger.node(i as usize / 7, (i % 7) as u64, i), i, "round {round}");
            }
            for i in 0..5_000u32 {
                assert_eq!(merger.node(i as usize / 7, (i % 7) as u64, u32::MAX), i, "round {round}");
            }
        }
    }
}
