//! The table of confusions as walks need it: what may have stood where some characters were read, by its first byte.

use rustc_hash::FxHashMap;

use super::union::{OTHER, bit_of};
use crate::dictionary::Confusions;

/// The bit of moves that put nothing down.
pub(super) const NOTHING: u32 = OTHER << 1;

/// How many kinds of first bytes there are, [`NOTHING`] included.
pub(super) const KINDS: usize = NOTHING.trailing_zeros() as usize + 1;

/// Levels of weight for which a row knows what it has within them; there are two to a unit.
const LEVELS: usize = 40;

/// Longest original in bytes.
const LONGEST: usize = 12;

/// Something else that may have stood at a place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Move {
    pub weight: f32,
    /// How many characters were read instead, or the place behind them.
    pub to: u16,
    length: u8,
    bytes: [u8; LONGEST],
}

impl Move {
    /// The move made from a place.
    pub fn from(self, at: usize) -> Move {
        Move { to: at as u16 + self.to, ..self }
    }

    /// What stood there.
    #[inline]
    pub fn original(&self) -> &[u8] {
        &self.bytes[..self.length as usize]
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
    bits: [u32; LEVELS],
    least: f32,
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

impl Row {
    fn new(read: &str, originals: &[(String, f32)]) -> Row {
        let kind = |bytes: &[u8]| bytes.first().map_or(NOTHING, |b| bit_of(*b)).trailing_zeros() as usize;
        let mut moves: Vec<Move> = Vec::new();
        for (original, weight) in originals.iter().filter(|o| o.0.len() <= LONGEST) {
            let mut bytes = [0; LONGEST];
            bytes[..original.len()].copy_from_slice(original.as_bytes());
            moves.push(Move { weight: *weight, to: read.chars().count() as u16, length: original.len() as u8, bytes });
        }
        moves.sort_by(|a, b| kind(a.original()).cmp(&kind(b.original())).then(a.weight.total_cmp(&b.weight)));
        let mut row = Row { moves, groups: [0; KINDS + 1], bits: [0; LEVELS], least: f32::INFINITY };
        for m in &row.moves {
            let kind = kind(m.original());
            row.least = row.least.min(m.weight);
            row.groups[kind + 1..].iter_mut().for_each(|g| *g += 1);
            for (at, bits) in row.bits.iter_mut().enumerate() {
                if m.weight <= ceiling(at) {
                    *bits |= 1 << kind;
                }
            }
        }
        row
    }

    /// For each level the bits of the first bytes of its moves within it.
    #[inline]
    pub fn bits(&self) -> &[u32; LEVELS] {
        &self.bits
    }

    /// The weight of the cheapest move.
    #[inline]
    pub fn least(&self) -> f32 {
        self.least
    }

    /// The moves whose first byte has a bit, by its number; cheapest first.
    #[inline]
    pub fn group(&self, kind: usize) -> &[Move] {
        &self.moves[self.groups[kind] as usize..self.groups[kind + 1] as usize]
    }

    /// All moves.
    pub fn moves(&self) -> &[Move] {
        &self.moves
    }
}

/// The rows of a table.
#[derive(Debug, Default)]
pub(super) struct Moves {
    rows: Vec<Row>,
    numbers: FxHashMap<Box<str>, u32>,
}

impl Moves {
    pub fn new(confusions: &Confusions) -> Moves {
        let mut out = Moves::default();
        for (read, originals) in confusions.rows() {
            out.numbers.insert(read.into(), out.rows.len() as u32);
            out.rows.push(Row::new(read, originals));
        }
        out
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// What may have stood where `read` was read.
    pub fn row(&self, read: &str) -> Option<&Row> {
        self.numbers.get(read).map(|n| &self.rows[*n as usize])
    }
}
