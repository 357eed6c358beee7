//! The table of confusions as walks need it: what may have stood where some characters were read, by its first byte.

use std::ops::Range;

use rustc_hash::FxHashMap;

use super::union::{OTHER, bit_of};
use crate::dictionary::Confusions;

/// The bit of moves that put nothing down.
pub(super) const NOTHING: u32 = OTHER << 1;

/// How many kinds of first bytes there are, [`NOTHING`] included.
const KINDS: usize = NOTHING.trailing_zeros() as usize + 1;

/// Levels of weight for which a window knows what it has within them; there are two to a unit.
const LEVELS: usize = 40;

/// Longest string of the table that was read, in characters.
pub(super) const LONGEST_READ: usize = 3;

/// Windows that are remembered at once, at most: about a megabyte for each table.
const MOST_WINDOWS: usize = 1 << 11;

/// Longest original in bytes.
const LONGEST: usize = 12;

/// Something else that may have stood at a place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Move {
    pub weight: f32,
    /// How many characters were read instead.
    pub read: u16,
    length: u8,
    bytes: [u8; LONGEST],
}

impl Move {
    /// What stood there.
    #[inline]
    pub fn original(&self) -> &[u8] {
        &self.bytes[..self.length as usize]
    }

    /// The number of the bit of its first byte.
    fn kind(&self) -> usize {
        self.original().first().map_or(NOTHING, |b| bit_of(*b)).trailing_zeros() as usize
    }
}

/// What may have stood where one string was read.
#[derive(Debug)]
struct Row {
    /// The numbers of its moves.
    moves: Range<u32>,
    least: f32,
}

/// What may have stood where the next characters of a string were read, up to as many as the table knows at once.
#[derive(Debug)]
pub(super) struct Window {
    /// The numbers of the moves, by kind of first byte, then cheapest first.
    moves: Box<[u32]>,
    /// Where the moves of each kind begin.
    groups: [u16; KINDS + 1],
    /// The bits of the first bytes within each level of weight.
    pub bits: [u32; LEVELS],
    /// What each of the first one, two and three characters costs at least if they were misread together.
    pub shares: [f32; LONGEST_READ],
}

impl Window {
    /// The numbers of the moves whose first byte has a bit, by the number of the bit; cheapest first.
    #[inline]
    pub fn group(&self, kind: usize) -> &[u32] {
        &self.moves[self.groups[kind] as usize..self.groups[kind + 1] as usize]
    }
}

/// The level that is sure to hold all moves up to a weight.
#[inline]
pub(super) fn level(weight: f32) -> usize {
    usize::from((weight * 2.0) as u16).min(LEVELS - 1)
}

/// A weight that nothing within a level passes.
#[inline]
pub(super) fn ceiling(level: usize) -> f32 {
    if level + 1 < LEVELS { (level + 1) as f32 / 2.0 } else { f32::INFINITY }
}

/// The moves of a table.
#[derive(Debug)]
pub(super) struct Moves {
    /// All of them, row by row.
    all: Vec<Move>,
    rows: FxHashMap<Box<str>, Row>,
    /// The windows met so far.
    windows: Vec<Window>,
    numbers: FxHashMap<Box<str>, u32>,
}

impl Moves {
    pub fn new(confusions: &Confusions) -> Moves {
        let (mut all, mut rows) = (Vec::new(), FxHashMap::default());
        for (read, originals) in confusions.rows() {
            let first = all.len();
            for (original, weight) in originals.iter().filter(|o| o.0.len() <= LONGEST) {
                let mut bytes = [0; LONGEST];
                bytes[..original.len()].copy_from_slice(original.as_bytes());
                all.push(Move { weight: *weight, read: read.chars().count() as u16, length: original.len() as u8, bytes });
            }
            let least = all[first..].iter().map(|m| m.weight).fold(f32::INFINITY, f32::min);
            rows.insert(read.into(), Row { moves: first as u32..all.len() as u32, least });
        }
        Moves { all, rows, windows: Vec::new(), numbers: FxHashMap::default() }
    }

    /// A move by its number.
    #[inline]
    pub fn get(&self, number: u32) -> &Move {
        &self.all[number as usize]
    }

    /// What may have stood where just these characters were read.
    pub fn of(&self, read: &str) -> &[Move] {
        self.rows.get(read).map_or(&[], |row| &self.all[row.moves.start as usize..row.moves.end as usize])
    }

    /// A window by its number.
    #[inline]
    pub fn window(&self, number: u32) -> &Window {
        &self.windows[number as usize]
    }

    /// Sees to it that so many more windows can be asked for before any is forgotten.
    pub fn make_room(&mut self, more: usize) {
        if self.windows.len() + more > MOST_WINDOWS {
            self.windows.clear();
            self.numbers.clear();
        }
    }

    /// The number of the window on some characters, all that the string has left or as many as the table knows at once.
    pub fn number(&mut self, next: &str) -> u32 {
        if let Some(number) = self.numbers.get(next) {
            return *number;
        }
        let window = self.look_through(next);
        self.windows.push(window);
        let number = self.windows.len() as u32 - 1;
        self.numbers.insert(next.into(), number);
        number
    }

    fn look_through(&self, next: &str) -> Window {
        let mut shares = [f32::INFINITY; LONGEST_READ];
        let mut moves: Vec<(usize, f32, u32)> = Vec::new();
        let ends = next.char_indices().map(|(at, _)| at).chain([next.len()]);
        for (length, end) in ends.enumerate() {
            let Some(row) = self.rows.get(&next[..end]) else { continue };
            moves.extend(row.moves.clone().map(|number| (self.get(number).kind(), self.get(number).weight, number)));
            if length > 0 {
                // Several characters share the cost of what befell them.
                shares[length - 1] = row.least / length as f32;
            }
        }
        moves.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)).then(a.2.cmp(&b.2)));
        let (mut groups, mut bits) = ([0; KINDS + 1], [0; LEVELS]);
        for (kind, weight, _) in &moves {
            groups[kind + 1] += 1;
            let within = (0..LEVELS).find(|at| *weight <= ceiling(*at)).unwrap_or(LEVELS - 1);
            bits[within] |= 1 << kind;
        }
        // What is within a level is within all that follow.
        (1..=KINDS).for_each(|kind| groups[kind] += groups[kind - 1]);
        (1..LEVELS).for_each(|at| bits[at] |= bits[at - 1]);
        Window { moves: moves.into_iter().map(|(.., number)| number).collect(), groups, bits, shares }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dictionary::Confusion;

    #[test]
    fn windows_hold_what_rows_do_cheapest_first_and_are_made_again_when_forgotten() {
        let row = |read: &str, original: &str, weight| Confusion { read: read.into(), original: original.into(), weight };
        let rows = [row("r", "n", 3.0), row("rn", "m", 1.0), row("rn", "nn", 2.0), row("", "n", 4.0), row("n", "x", 0.5)];
        let mut moves = Moves::new(&Confusions::new(rows));
        let told = |moves: &mut Moves, next: &str, first: u8| -> Vec<(String, u16)> {
            let number = moves.number(next);
            let group = moves.window(number).group(bit_of(first).trailing_zeros() as usize);
            let text = |m: &Move| String::from_utf8_lossy(m.original()).into_owned();
            group.iter().map(|number| moves.get(*number)).map(|m| (text(m), m.read)).collect()
        };
        let wanted = [("nn".to_owned(), 2), ("n".to_owned(), 1), ("n".to_owned(), 0)];
        assert_eq!(told(&mut moves, "rne", b'n'), wanted);
        assert_eq!(told(&mut moves, "rne", b'm'), [("m".to_owned(), 2)]);
        assert!(told(&mut moves, "rne", b'x').is_empty(), "that stood behind");
        let number = moves.number("rne");
        assert_eq!(moves.window(number).shares, [3.0, 0.5, f32::INFINITY]);
        for i in 0..2 * MOST_WINDOWS {
            moves.make_room(1);
            moves.number(&i.to_string());
        }
        assert!(moves.windows.len() <= MOST_WINDOWS && moves.numbers.len() == moves.windows.len());
        assert_eq!(told(&mut moves, "rne", b'n'), wanted);
    }
}
