//! What stays the same during a walk: what may have stood at each place of a string, and what must come where little of the bound is
//! left.

use super::moves::{Direction, LONGEST_READ, Move, Moves, NOTHING, RowsHere, level, under};
use super::node::{Node, bit_of};
use crate::dictionary::START;

/// The bit of places where nothing need come.
const END: u32 = NOTHING << 1;

/// More than sums of weights differ when they are taken in another order.
pub(super) const SLACK: f32 = 1e-3;

/// What is wanted of a node at a place, so that a walk may go on with some weight.
#[derive(Debug, Clone, Copy)]
pub(super) struct Want {
    /// The bits of bytes of which one must come next.
    pub next: u32,
    /// The bits of characters that must come sooner or later: that something else stood there is too dear.
    pub below: u32,
}

impl Want {
    #[inline]
    pub fn is_met(self, node: &Node) -> bool {
        (node.bits | NOTHING | END) & self.next != 0 && self.below & !node.below == 0
    }
}

/// Where a walk is in the string.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub at: u32,
    /// Bytes spelled.
    pub length: u32,
    pub weight: f32,
    /// Whether the one unlisted accident has happened.
    pub unlisted: bool,
}

impl Place {
    /// Where a move leads.
    #[inline(always)]
    pub fn after(self, m: &Move) -> Place {
        Place { at: self.at + u32::from(m.read), weight: self.weight + m.weight, ..self }
    }
}

/// How dear walks may be.
///
/// Cut anywhere, a string was misread at half the bound at most on one side of the cut. So walks from either end that may cost half
/// the bound up to the cut, and all of it by the other end, find all words that a walk from one end finds that may cost all of it anywhere,
/// and have not much to choose from where there are most ways to go.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    /// The whole.
    pub bound: f32,
    /// Weight of a change, loss or addition of any one character.
    pub unlisted: f32,
}

/// What is planned for a place.
#[derive(Debug, Clone, Copy)]
struct Spot {
    /// What a walk may cost that leaves from there.
    limit: f32,
    /// The bits of all characters from there on.
    rest: u32,
    /// What may have stood there.
    rows: RowsHere,
}

/// The plan of a walk.
#[derive(Debug, Default)]
pub(super) struct Plan {
    pub direction: Direction,
    /// The string in the direction of the walk.
    pub read: String,
    /// Byte offsets of its characters, its length at the end.
    pub starts: Vec<usize>,
    /// Its characters; on the way back the start of the word comes last.
    characters: Vec<char>,
    spots: Vec<Spot>,
    /// For each place and every level of what is left of the bound, what is wanted of a node.
    wants: Vec<Want>,
    /// How many levels there are.
    levels: usize,
    /// For each character its bit and what it costs at least that something else stood there.
    costs: Vec<(u32, f32)>,
    pub bound: f32,
    pub unlisted: f32,
    /// What walks may cost in the first half.
    half: f32,
    /// All steps from places before this one are steps of the first half.
    turn: u32,
    /// On the way back those to places before this one are.
    reach: u32,
}

impl Plan {
    /// Plans walks along a string; `halved` says whether no more than half of the bound is for the half of it that comes first.
    pub fn lay_out(&mut self, read: &str, moves: &Moves, bounds: Bounds, halved: bool) {
        self.read.clear();
        self.starts.clear();
        self.direction = moves.direction;
        self.direction.turn(read, &mut self.read);
        self.starts.extend(self.read.char_indices().map(|(i, _)| i));
        self.starts.push(self.read.len());
        let count = self.starts.len() - 1;
        (self.bound, self.unlisted) = (bounds.bound, bounds.unlisted);
        self.split(count, halved);
        self.look_up(moves, count);
        self.sum_up(count);
    }

    /// Says where the halves meet: a step over the cut is one of the half with the start of the string, whichever way it is walked.
    fn split(&mut self, count: usize, halved: bool) {
        let cut = count.div_ceil(2);
        self.half = if halved { self.bound / 2.0 + SLACK } else { self.bound };
        (self.turn, self.reach) = match (halved, self.direction) {
            (false, _) => (0, 0),
            (true, Direction::Forward) => (cut as u32, 0),
            (true, Direction::Backward) => {
                let reach = count - cut + 1;
                (reach.saturating_sub(LONGEST_READ) as u32, reach as u32)
            }
        };
    }

    /// Allows walks to cost the whole bound from the first step on.
    pub fn unite(&mut self) {
        // What was wanted of the first half is wanted all the more where more is left.
        (self.half, self.turn, self.reach) = (self.bound, 0, 0);
        self.spots.iter_mut().for_each(|spot| spot.limit = self.bound);
    }

    /// Looks up what may have stood at each place.
    fn look_up(&mut self, moves: &Moves, count: usize) {
        let Plan { read, starts, characters, spots, wants, costs, levels, .. } = self;
        characters.clear();
        characters.extend(read.chars());
        if self.direction == Direction::Backward {
            characters.push(START);
        }
        *levels = level(self.bound) + 1;
        spots.clear();
        wants.clear();
        costs.clear();
        costs.extend(starts[..count].iter().map(|at| (bit_of(read.as_bytes()[*at]), self.unlisted)));
        for at in 0..=count {
            let from = wants.len();
            wants.resize(from + *levels, Want { next: costs.get(at).map_or(END, |c| c.0), below: 0 });
            let rows = moves.here(&characters[at..characters.len().min(at + LONGEST_READ)], |length, row| {
                wants[from..].iter_mut().zip(&row.bits).for_each(|(want, bits)| want.next |= bits);
                // Several characters share the cost of what befell them.
                let share = row.least / length as f32;
                costs.iter_mut().skip(at).take(length).for_each(|c| c.1 = c.1.min(share));
            });
            let limit = if at < self.turn as usize { self.half } else { self.bound };
            spots.push(Spot { limit, rest: 0, rows });
        }
    }

    /// Says which characters must come: those of which it is too dear that something else stood there.
    fn sum_up(&mut self, count: usize) {
        let Plan { wants, costs, spots, levels, .. } = self;
        let (turn, levels) = (self.turn as usize, *levels);
        // How many levels hold less than a weight.
        let under = |weight: f32| under(weight).min(levels);
        for at in (0..count).rev() {
            let (bit, cost) = costs[at];
            spots[at].rest = spots[at + 1].rest | bit;
            let (here, behind) = wants[at * levels..].split_at_mut(levels);
            if at + 1 == turn {
                // The second half may cost what the first one leaves of its own half, and the other half.
                for (bit, cost) in &costs[turn..] {
                    here[..under(*cost - (self.bound - self.half))].iter_mut().for_each(|want| want.below |= bit);
                }
            } else {
                here.iter_mut().zip(behind).for_each(|(want, behind)| want.below = behind.below);
            }
            here[..under(cost)].iter_mut().for_each(|want| want.below |= bit);
        }
    }

    /// What a walk may cost that leaves from a place.
    #[inline]
    pub fn limit(&self, at: u32) -> f32 {
        self.spots[at as usize].limit
    }

    /// Whether a walk may come to a place.
    #[inline]
    pub fn allows(&self, place: &Place) -> bool {
        place.at >= self.reach || place.weight <= self.half
    }

    /// How much a walk may still cost before it leaves the half of the string where the place is, as a level.
    #[inline]
    pub fn level(&self, place: &Place) -> usize {
        level(self.limit(place.at) - place.weight)
    }

    /// What is wanted of a node at a place.
    #[inline]
    pub fn want(&self, place: &Place) -> Want {
        self.wants[place.at as usize * self.levels + self.level(place)]
    }

    /// What may have stood at a place.
    #[inline]
    pub fn rows(&self, at: u32) -> &RowsHere {
        &self.spots[at as usize].rows
    }

    /// Whether the characters that no word below has cost more than what is left of the bound.
    #[inline]
    pub fn is_too_dear(&self, place: &Place, node: &Node) -> bool {
        self.spots[place.at as usize].rest & !node.below != 0 && self.is_missed(place, node)
    }

    #[inline(never)]
    fn is_missed(&self, place: &Place, node: &Node) -> bool {
        let missing = |from: u32, to: usize| -> f32 {
            let costs = self.costs[from as usize..to].iter();
            costs.map(|(bit, cost)| if bit & node.below == 0 { *cost } else { 0.0 }).sum()
        };
        place.weight + missing(place.at, self.costs.len()) > self.bound + SLACK
            || place.at < self.turn && place.weight + missing(place.at, self.turn as usize) > self.half + SLACK
    }
}
