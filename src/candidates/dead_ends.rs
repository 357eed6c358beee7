//! The memory of a search: from where its walks lead to no word.
//!
//! Walks come to the same node at the same place of the string by many ways, since accidents make up for each other in any order.
//! A walk that leads nowhere leads nowhere with less of the bound left either.

use super::node::Node;
use super::plan::Place;

/// How many dead ends are remembered at once, at most.
const PLACES: usize = 1 << 11;

/// A node, a place in the string, and whether the unlisted accident has happened.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct State {
    node: u32,
    at: u32,
}

/// Dead ends of one search; later ones take the places of earlier ones.
#[derive(Debug, Default)]
pub(super) struct DeadEnds {
    /// States with the number of the search and the least weight that is known to lead nowhere.
    places: Vec<(State, u32, f32)>,
    search: u32,
}

impl DeadEnds {
    /// Begins another search: what was known of the last one does not count any more.
    pub fn begin(&mut self) {
        self.search = self.search.wrapping_add(1);
        if self.places.is_empty() || self.search == 0 {
            self.places.clear();
            self.places.resize(PLACES, (State::default(), 0, 0.0));
            self.search = 1;
        }
    }

    /// What the rest of a walk depends on, its weight aside.
    #[inline]
    pub fn state(place: &Place, node: &Node) -> State {
        State { node: node.id, at: place.at << 1 | u32::from(place.unlisted) }
    }

    #[inline]
    fn slot(state: State) -> usize {
        let mixed = (state.node ^ state.at << 20).wrapping_mul(0x9E37_79B1);
        (mixed >> (u32::BITS - PLACES.trailing_zeros())) as usize
    }

    /// Whether a walk with this weight or less came here before and led nowhere.
    #[inline]
    pub fn holds(&self, state: State, weight: f32) -> bool {
        let (known, search, least) = self.places[Self::slot(state)];
        known == state && search == self.search && least <= weight
    }

    /// Remembers that a walk with this weight leads nowhere.
    #[inline]
    pub fn add(&mut self, state: State, weight: f32) {
        self.places[Self::slot(state)] = (state, self.search, weight);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dead_end_is_one_for_walks_as_heavy_until_another_search_begins() {
        let (here, there) = (State { node: 7, at: 2 }, State { node: 7, at: 4 });
        let mut ends = DeadEnds::default();
        ends.begin();
        ends.add(here, 3.0);
        assert!(ends.holds(here, 3.0) && ends.holds(here, 4.5));
        assert!(!ends.holds(here, 2.5), "a lighter walk may get further");
        assert!(!ends.holds(there, 3.0));
        ends.begin();
        assert!(!ends.holds(here, 3.0), "the string is another one");
    }

    #[test]
    fn numbers_of_searches_may_come_round_again() {
        let here = State { node: 7, at: 2 };
        let mut ends = DeadEnds::default();
        ends.begin();
        ends.add(here, 3.0);
        ends.search = u32::MAX;
        ends.begin();
        assert!(!ends.holds(here, 3.0));
    }
}
