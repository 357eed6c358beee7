//! Reading a compiled table in place.

mod merge;
mod verify;

use std::borrow::Cow;
use std::ops::Range;

use super::DictionaryError;
use super::compile::{ENTRY, HABITS, Habits, LEANING_SCALE, MAGIC, STYLE_SHIFT, TAKEN_OUT, VERSION, WEIGHT_SCALE};
use super::source::Style;

/// Number of an original in its table.
pub type OriginalId = u32;

/// An original that a spun form may stand for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Entry {
    /// The original.
    pub original: OriginalId,
    /// Place of the entry in the table: the number of the pair.
    pub pair: u32,
    /// Natural logarithm of P(spun form | original, spun).
    pub log_weight: f32,
    /// The kind of spinner.
    pub style: Style,
}

impl Entry {
    /// Whether the pair only says that it is not to be: see [`Table::merged`].
    pub fn is_taken_out(&self) -> bool {
        self.log_weight <= -(TAKEN_OUT as f32) / WEIGHT_SCALE
    }
}

#[derive(Debug, Clone)]
struct Slice(Cow<'static, [u8]>, Range<usize>);

impl AsRef<[u8]> for Slice {
    fn as_ref(&self) -> &[u8] {
        &self.0[self.1.clone()]
    }
}

/// A compiled substitution table.
///
/// ```
/// use degarble::dictionary::Table;
/// let table = Table::embedded();
/// let mut found = Vec::new();
/// table.walk(["web", "revenue"].into_iter(), |words, entries| {
///     found.extend(entries.map(|e| (words, table.original(e.original).to_owned())));
/// });
/// assert!(found.contains(&(1, "net".to_owned())));
/// ```
#[derive(Clone)]
pub struct Table {
    bytes: Cow<'static, [u8]>,
    spun: fst::raw::Fst<Slice>,
    originals: fst::Map<Slice>,
    ends: Range<usize>,
    text: Range<usize>,
    habits: Range<usize>,
    entries: Range<usize>,
    pairs: usize,
}

impl std::fmt::Debug for Table {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Table").field("originals", &self.originals()).field("pairs", &self.pairs()).finish_non_exhaustive()
    }
}

impl Table {
    /// The table that is part of the program, compiled from the text under `dictionaries/` by the build.
    ///
    /// # Panics
    /// Never in a build whose tests pass: they read the embedded bytes.
    pub fn embedded() -> Table {
        static BYTES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/substitutions.bin"));
        Self::read(Cow::Borrowed(BYTES)).expect("the embedded table is whole")
    }

    /// Reads a compiled table.
    ///
    /// # Errors
    /// [`DictionaryError::Damaged`] when the bytes are no compiled table or do not hold together.
    pub fn from_bytes(bytes: impl Into<Cow<'static, [u8]>>) -> Result<Table, DictionaryError> {
        let table = Self::read(bytes.into())?;
        table.verify()?;
        Ok(table)
    }

    /// Reads a table that is known to be whole.
    fn read(bytes: Cow<'static, [u8]>) -> Result<Table, DictionaryError> {
        let damaged = |at, what| DictionaryError::Damaged { at, what };
        const SECTIONS: usize = 6;
        let header = 8 + 8 * SECTIONS;
        if bytes.len() < header || &bytes[..4] != MAGIC {
            return Err(damaged(0, "not a compiled dictionary"));
        }
        let number = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().expect("four bytes"));
        if number(4) != VERSION {
            return Err(damaged(4, "compiled by another version"));
        }
        let mut at = header;
        let mut ranges: [Range<usize>; SECTIONS] = Default::default();
        for (i, range) in ranges.iter_mut().enumerate() {
            let end = at.checked_add(number(8 + 8 * i) as usize);
            let end = end.filter(|end| *end <= bytes.len()).ok_or(damaged(8 + 8 * i, "a section is longer than the file"))?;
            *range = at..end;
            at = end;
        }
        if at != bytes.len() {
            return Err(damaged(at, "the file is longer than its header says"));
        }
        let [ends, text, habits, spun, originals, entries] = ranges;
        if ends.len() % 4 != 0 || ends.len() / 4 * HABITS != habits.len() {
            return Err(damaged(ends.start, "the lists of originals differ in length"));
        }
        let fst =
            |r: &Range<usize>, what| fst::raw::Fst::new(Slice(bytes.clone(), r.clone())).map_err(|_| damaged(r.start, what));
        let spun = fst(&spun, "the map of spun forms is damaged")?;
        let originals = fst::Map::from(fst(&originals, "the map of originals is damaged")?);
        let pairs = number(8 + 8 * 5 + 4) as usize;
        Ok(Table { pairs, spun, originals, ends, text, habits, entries, bytes })
    }

    /// Number of originals.
    pub fn originals(&self) -> usize {
        self.habits.len() / HABITS
    }

    /// Number of pairs.
    pub fn pairs(&self) -> usize {
        self.pairs
    }

    /// The text of an original, tokens separated by single spaces; empty for a number that is not one.
    pub fn original(&self, id: OriginalId) -> &str {
        let ends = &self.bytes[self.ends.clone()];
        let end = |i: usize| ends.get(4 * i..4 * i + 4).map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]) as usize);
        let id = id as usize;
        let from = if id == 0 { Some(0) } else { end(id - 1) };
        let text = from.zip(end(id)).and_then(|(from, to)| self.bytes[self.text.clone()].get(from..to));
        text.and_then(|t| std::str::from_utf8(t).ok()).unwrap_or_default()
    }

    /// The number of an original.
    pub fn original_id(&self, text: &str) -> Option<OriginalId> {
        self.originals.get(text).map(|i| i as OriginalId)
    }

    /// Share of the occurrences of an original that spinners leave alone, by the table.
    pub fn kept(&self, id: OriginalId) -> f32 {
        Self::kept_of(self.kept_code(id))
    }

    /// That share as the table stores it; 0 for a number that is no original's.
    pub fn kept_code(&self, id: OriginalId) -> u8 {
        self.habit(id, 0)
    }

    /// How much likelier an original is in the news than in calls, as a log-probability; 0 for a number that is no original's.
    pub fn leaning(&self, id: OriginalId) -> f32 {
        self.habit(id, 1) as i8 as f32 / LEANING_SCALE
    }

    fn habits(&self, id: OriginalId) -> Habits {
        [self.habit(id, 0), self.habit(id, 1)]
    }

    fn habit(&self, id: OriginalId, which: usize) -> u8 {
        self.bytes[self.habits.clone()].get(HABITS * id as usize + which).copied().unwrap_or_default()
    }

    /// The share behind a stored one.
    pub fn kept_of(code: u8) -> f32 {
        code as f32 / 255.0
    }

    /// Follows `words` (lower-case) through the automaton of spun forms; at each word where a spun form ends, calls `visit`
    /// with the number of words and its entries. Stops where no spun form goes on.
    pub fn walk<'a>(&self, words: impl Iterator<Item = &'a str>, mut visit: impl FnMut(usize, Entries<'_>)) {
        let mut spun = None;
        for (n, word) in words.enumerate() {
            spun = match &spun {
                None => self.spun(word),
                Some(before) => self.spun_on(before, word),
            };
            match &spun {
                None => return,
                Some(spun) => self.entries_of(spun).into_iter().for_each(|entries| visit(n + 1, entries)),
            }
        }
    }

    /// Where the automaton of spun forms stands behind a lower-case word; `None` where no spun form begins with it.
    pub fn spun(&self, word: &str) -> Option<Spun> {
        self.follow(self.spun.root(), fst::raw::Output::zero(), word.as_bytes())
    }

    /// Where the automaton stands one word further.
    pub fn spun_on(&self, spun: &Spun, word: &str) -> Option<Spun> {
        // Few spun forms have a word behind the first: that is known without a look at the automaton.
        let space = spun.goes_on?;
        self.follow(self.spun.node(space.0 as usize), fst::raw::Output::new(space.1 as u64), word.as_bytes())
    }

    fn follow<'a>(&'a self, mut node: fst::raw::Node<'a>, mut output: fst::raw::Output, bytes: &[u8]) -> Option<Spun> {
        for b in bytes {
            let t = node.transition(node.find_input(*b)?);
            output = output.cat(t.out);
            node = self.spun.node(t.addr);
        }
        let goes_on = node.find_input(b' ').map(|i| {
            let t = node.transition(i);
            (t.addr as u32, output.cat(t.out).value() as u32)
        });
        let entries = node.is_final().then(|| output.cat(node.final_output()).value() as u32);
        (goes_on.is_some() || entries.is_some()).then_some(Spun { entries, goes_on })
    }

    /// The entries of a spun form; `None` where only longer ones go through here.
    pub fn entries_of(&self, spun: &Spun) -> Option<Entries<'_>> {
        spun.entries.map(|offset| self.entries(offset as usize))
    }

    /// The entry with a number.
    ///
    /// ```
    /// let table = degarble::dictionary::Table::embedded();
    /// table.walk(["web", "revenue"].into_iter(), |_, mut entries| assert!(entries.all(|e| table.entry(e.pair) == e)));
    /// ```
    ///
    /// # Panics
    /// When no entry has it: numbers come from entries.
    pub fn entry(&self, pair: u32) -> Entry {
        let at = pair as usize;
        let bytes = &self.bytes[self.entries.clone()][at..at + ENTRY];
        Entries { bytes, at }.next().expect("as many bytes as an entry has")
    }

    fn entries(&self, offset: usize) -> Entries<'_> {
        let all = &self.bytes[self.entries.clone()];
        let count = all.get(offset..offset + 2).map_or(0, |c| u16::from_le_bytes([c[0], c[1]]) as usize);
        let start = offset + 2;
        Entries { bytes: all.get(start..start + ENTRY * count).unwrap_or_default(), at: start }
    }
}

/// A place in the automaton of spun forms, behind a whole word.
#[derive(Debug, Clone, Copy)]
pub struct Spun {
    /// Where the entries of the form that ends here are.
    entries: Option<u32>,
    /// The node behind a space, and what the automaton has put out on the way to it.
    goes_on: Option<(u32, u32)>,
}

impl Spun {
    /// A number that stands for the spun form that ends here; `None` where only longer ones go through.
    pub fn form(&self) -> Option<u32> {
        self.entries
    }
}

/// The entries of one spun form.
#[derive(Debug, Clone)]
pub struct Entries<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Iterator for Entries<'_> {
    type Item = Entry;

    fn next(&mut self) -> Option<Entry> {
        let (e, rest) = self.bytes.split_at_checked(ENTRY)?;
        let packed = u32::from_le_bytes([e[0], e[1], e[2], 0]);
        let entry = Entry {
            original: packed & ((1 << STYLE_SHIFT) - 1),
            pair: self.at as u32,
            log_weight: -(e[3] as f32) / WEIGHT_SCALE,
            style: Style::from_number((packed >> STYLE_SHIFT) as u8),
        };
        self.bytes = rest;
        self.at += ENTRY;
        Some(entry)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::{Inflections, Sources, TableKind, compile, expand, parse_table};
    use super::*;

    #[test]
    fn a_table_with_a_wrong_byte_is_refused_or_read_but_never_followed_astray() {
        let rows = "growth\tx\t2\tprogress 9, development 3\nnet income\tx\t1\tweb revenue 9\n";
        let rows = parse_table(rows, TableKind::Words, Path::new("t")).unwrap();
        let sources = Sources { rows: &rows, fallback: &[], observed: None, inflections: &Inflections::default() };
        let whole = compile(&expand(sources, &|_| true));
        assert!(Table::from_bytes(whole.clone()).is_ok());
        for at in 0..whole.len() {
            for flip in [1, 0x80, 0xFF] {
                let mut bytes = whole.clone();
                bytes[at] ^= flip;
                if let Ok(table) = Table::from_bytes(bytes) {
                    assert_eq!(table.expansion().pairs.len(), table.pairs());
                }
            }
            assert!(Table::from_bytes(whole[..at].to_vec()).is_err());
        }
    }
}
