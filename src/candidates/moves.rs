//! The table of confusions as walks need it: what may have stood where some characters were read, by its first byte.

use rustc_hash::FxHashMap;

use super::node::{OTHER, bit_of};
use crate::dictionary::{Confusions, START};

/// The bit of moves that put nothing down.
pub(super) const NOTHING: u32 = OTHER << 1;

/// How many kinds of first bytes there are, [`NOTHING`] included.
const KINDS: usize = NOTHING.trailing_zeros() as usize + 1;

/// Levels of weight for which a row knows what it has within them; there are two to a unit.
const LEVELS: usize = 32;

/// Longest string of the table that was read, in characters.
pub(super) const LONGEST_READ: usize = 3;

/// Longest original in bytes.
const LONGEST: usize = 12;

/// The direction in which strings are walked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Direction {
    #[default]
    Forward,
    Backward,
}

impl Direction {
    /// Puts a string down as it is walked.
    pub fn turn(self, text: &str, out: &mut String) {
        match self {
            Direction::Forward => out.push_str(text),
            Direction::Backward => out.extend(text.chars().rev()),
        }
    }

    /// A string as it is walked.
    pub fn turned(self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        self.turn(text, &mut out);
        out
    }
}

/// Something else that may have stood at a place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Move {
    pub weight: f32,
    /// How many characters were read instead.
    pub read: u8,
    /// Whether the walk and the word end with it: what befalls the start of a word comes last on the way back.
    pub last: bool,
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
pub(super) struct Row {
    /// By kind of first byte, then cheapest first.
    moves: Vec<Move>,
    /// Where the moves of each kind begin.
    groups: [u16; KINDS + 1],
    /// The bits of the first bytes within each level of weight.
    pub bits: [u32; LEVELS],
    /// What the cheapest of them costs.
    pub least: f32,
}

impl Row {
    fn new(mut moves: Vec<Move>) -> Row {
        moves.sort_by(|a, b| a.kind().cmp(&b.kind()).then(a.weight.total_cmp(&b.weight)));
        let (mut groups, mut bits) = ([0; KINDS + 1], [0; LEVELS]);
        for m in &moves {
            groups[m.kind() + 1] += 1;
            let within = (0..LEVELS).find(|at| m.weight <= ceiling(*at)).unwrap_or(LEVELS - 1);
            bits[within] |= 1 << m.kind();
        }
        // What is within a level is within all that follow.
        (1..=KINDS).for_each(|kind| groups[kind] += groups[kind - 1]);
        (1..LEVELS).for_each(|at| bits[at] |= bits[at - 1]);
        let least = moves.iter().map(|m| m.weight).fold(f32::INFINITY, f32::min);
        Row { moves, groups, bits, least }
    }

    /// The moves whose first byte has a bit, by the number of the bit; cheapest first.
    #[inline]
    pub fn group(&self, kind: usize) -> &[Move] {
        &self.moves[self.groups[kind] as usize..self.groups[kind + 1] as usize]
    }

    /// All moves.
    pub fn moves(&self) -> &[Move] {
        &self.moves
    }
}

/// The level that is sure to hold all moves up to a weight.
#[inline]
pub(super) fn level(weight: f32) -> usize {
    usize::from((weight * 2.0) as u16).min(LEVELS - 1)
}

/// A weight that nothing within a level passes.
#[inline]
fn ceiling(level: usize) -> f32 {
    if level + 1 < LEVELS { (level + 1) as f32 / 2.0 } else { f32::INFINITY }
}

/// How many levels, of as many as there may be, hold less than a weight.
#[inline]
pub(super) fn under(weight: f32) -> usize {
    let whole = (weight * 2.0) as u16;
    usize::from(whole).saturating_sub(usize::from(f32::from(whole) == weight * 2.0))
}

/// The rows for what was read from one place on: nothing, and the next characters, as many as the table knows at once.
pub(super) type RowsHere = [u16; LONGEST_READ + 1];

/// The number of no row; behind it come no others.
const NONE: u16 = u16::MAX;

/// The moves of a table for walks in one direction.
#[derive(Debug)]
pub(super) struct Moves {
    pub direction: Direction,
    rows: Vec<Row>,
    /// What is known by what was read; of all that a string of the table begins with.
    numbers: FxHashMap<u64, Known>,
}

/// What is known of a string.
#[derive(Debug, Clone, Copy)]
struct Known {
    /// The number of its row, or [`NONE`].
    row: u16,
    /// Whether there are rows of longer strings that begin with it.
    longer: bool,
}

/// The key of a string that is longer by a character; that of the empty string is 0.
#[inline]
fn longer(key: u64, next: char) -> u64 {
    key << (u64::BITS as usize / LONGEST_READ) | (u64::from(next) + 1)
}

impl Moves {
    pub fn new(confusions: &Confusions, direction: Direction) -> Moves {
        let (mut rows, mut numbers) = (Vec::new(), FxHashMap::default());
        for (read, originals) in confusions.rows() {
            let starts = read.starts_with(START);
            let last = starts && direction == Direction::Backward;
            let mut moves = Vec::new();
            for (original, weight) in originals {
                // The start stands in both columns.
                let original = direction.turned(original.trim_start_matches(START));
                let mut bytes = [0; LONGEST];
                let Some(place) = bytes.get_mut(..original.len()) else { continue };
                place.copy_from_slice(original.as_bytes());
                let read = (read.chars().count() - usize::from(starts)) as u8;
                moves.push(Move { weight: *weight, read, last, length: original.len() as u8, bytes });
            }
            let mut key = 0;
            for next in direction.turned(read).chars() {
                numbers.entry(key).or_insert(Known { row: NONE, longer: true }).longer = true;
                key = longer(key, next);
            }
            numbers.entry(key).or_insert(Known { row: NONE, longer: false }).row = rows.len() as u16;
            rows.push(Row::new(moves));
        }
        Moves { direction, rows, numbers }
    }

    /// What may have stood where just these characters were read.
    pub fn of(&self, read: impl IntoIterator<Item = char>) -> &[Move] {
        let known = self.numbers.get(&read.into_iter().fold(0, longer)).filter(|known| known.row != NONE);
        known.map_or(&[], |known| self.rows[known.row as usize].moves())
    }

    /// The rows for some characters, all that the string has left or as many as the table knows at once; `note` is told of each how many
    /// characters it is for.
    #[inline]
    pub fn here(&self, next: &[char], mut note: impl FnMut(usize, &Row)) -> RowsHere {
        let (mut out, mut count, mut key) = ([NONE; LONGEST_READ + 1], 0, 0);
        for length in 0..=next.len() {
            if length > 0 {
                key = longer(key, next[length - 1]);
            }
            let Some(Known { row, longer }) = self.numbers.get(&key) else { break };
            if *row != NONE {
                out[count] = *row;
                count += 1;
                note(length, &self.rows[*row as usize]);
            }
            if !longer {
                break;
            }
        }
        out
    }

    /// The row with a number of [`RowsHere`]; `None` behind the last one.
    #[inline]
    pub fn row(&self, number: u16) -> Option<&Row> {
        self.rows.get(usize::from(number))
    }
}

/// A table of confusions for walks in either direction.
#[derive(Debug)]
pub(super) struct BothMoves {
    pub forward: Moves,
    pub backward: Moves,
}

impl BothMoves {
    pub fn new(confusions: &Confusions) -> BothMoves {
        let moves = |direction| Moves::new(confusions, direction);
        BothMoves { forward: moves(Direction::Forward), backward: moves(Direction::Backward) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dictionary::Confusion;

    fn moves(direction: Direction) -> Moves {
        let row = |read: &str, original: &str, weight| Confusion { read: read.into(), original: original.into(), weight };
        let rows = [row("r", "n", 3.0), row("rn", "m", 1.0), row("rn", "ñx", 2.0), row("", "n", 4.0), row("⟨n", "⟨x", 0.3)];
        Moves::new(&Confusions::new(rows), direction)
    }

    fn told(moves: &Moves, next: &str) -> Vec<(usize, String, f32, bool)> {
        let mut lengths = Vec::new();
        let here = moves.here(&next.chars().collect::<Vec<_>>(), |length, _| lengths.push(length));
        let text = |m: &Move| String::from_utf8_lossy(m.original()).into_owned();
        let rows = here.iter().map_while(|number| moves.row(*number)).zip(lengths);
        rows.flat_map(|(row, n)| row.moves().iter().map(move |m| (n, text(m), m.weight, m.last))).collect()
    }

    #[test]
    fn rows_are_those_of_the_next_characters() {
        let all = [(0, "n", 4.0), (1, "n", 3.0), (2, "m", 1.0), (2, "ñx", 2.0)];
        let all = all.map(|(n, text, weight)| (n, text.to_owned(), weight, false));
        assert_eq!(told(&moves(Direction::Forward), "rne"), all);
        assert_eq!(told(&moves(Direction::Forward), "nr")[..], all[..1]);
    }

    #[test]
    fn on_the_way_back_all_is_turned_and_the_start_comes_last() {
        let moves = moves(Direction::Backward);
        let texts = |next| told(&moves, next).into_iter().map(|(_, text, ..)| text).collect::<Vec<_>>();
        assert_eq!(texts("nr"), ["n", "m", "xñ"]);
        assert_eq!(told(&moves, "n⟨")[1..], [(2, "x".to_owned(), 0.3, true)]);
    }

    #[test]
    fn levels_are_counted_that_hold_less() {
        for weight in [0.0, 0.1, 0.5, 0.7, 1.0, 4.8, 6.5, 9.0] {
            assert_eq!(under(weight), (0..LEVELS).filter(|level| ceiling(*level) < weight).count(), "{weight}");
        }
        assert!(under(f32::INFINITY) > LEVELS && under(-1.0) == 0);
    }

    #[test]
    fn groups_and_levels_say_where_a_first_byte_is() {
        let moves = moves(Direction::Forward);
        let here = moves.here(&['r', 'n'], |_, _| ());
        let rows: Vec<&Row> = here.iter().map_while(|number| moves.row(*number)).collect();
        let (m, other) = (bit_of(b'm'), OTHER);
        assert_eq!(rows[2].group(m.trailing_zeros() as usize).len(), 1);
        assert_eq!(rows[2].bits[level(1.0)], m);
        assert_eq!(rows[2].bits[level(2.0)], m | other);
        assert_eq!(rows[2].least, 1.0);
    }
}
