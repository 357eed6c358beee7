//! What spun forms may stand for, looked up and weighed once: texts have many words and few different ones.

use rustc_hash::FxHashMap;

use super::builder::{Resources, Worth};
use super::lattice::{Arc, Source};
use crate::dictionary::{OriginalId, Spun};

type WordId = u16;

/// Originals that are remembered at once with their weights, at most: streams bring new forms for ever.
const MOST: usize = 1 << 14;

/// No context makes up for so much (in log-probability): on spun pages hardly an edit hung on an original further behind the best
/// word of its kind.
pub const IMPLAUSIBLE: f32 = 11.0;

/// An original that is ready to become an arc.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ready {
    /// The pair of original and spun form.
    pub pair: u32,
    /// Where its symbols begin and how many they are.
    first: u32,
    length: u8,
    /// How many of them stand for words that the language model cannot name.
    pub unknown: u8,
    /// What the channel makes of it.
    pub weight: f32,
    /// What its words are worth wherever they stand.
    pub words: f32,
}

impl Ready {
    /// What it is worth before any context is seen.
    pub fn estimate(&self) -> f32 {
        self.weight + self.words
    }

    /// How many words it puts down.
    pub fn length(&self) -> usize {
        self.length as usize
    }

    /// Where its symbols are.
    pub fn symbols(&self) -> (u32, u32) {
        (self.first, self.first + self.length as u32)
    }
}

/// What the language model reads for an original.
#[derive(Debug, Clone, Copy)]
enum Original {
    /// Nobody has asked yet.
    Unread,
    /// A word that the model cannot name.
    Unnamed,
    /// A range of the symbols, and how many of them stand for words that the model cannot name.
    Read { from: u32, words: u8, unknown: u8 },
}

/// The originals that were asked for so far.
#[derive(Debug, Default)]
pub(super) struct Originals {
    /// By number.
    known: Vec<Original>,
    symbols: Vec<WordId>,
}

impl Originals {
    /// What the language model reads for an original. A phrase may hold words it cannot name (Motley Fool): the rest of
    /// the phrase vouches for them. A single such word is never proposed.
    pub fn read(&mut self, resources: Resources<'_>, original: OriginalId) -> Option<((u32, u32), u8)> {
        let index = original as usize;
        if index >= self.known.len() {
            self.known.resize(resources.table.originals().max(index + 1), Original::Unread);
        }
        if let Original::Unread = self.known[index] {
            self.known[index] = self.look_up(resources, original);
        }
        match self.known[index] {
            Original::Read { from, words, unknown } => Some(((from, from + words as u32), unknown)),
            _ => None,
        }
    }

    /// The symbols of an original that was read.
    pub fn symbols(&self, (from, to): (u32, u32)) -> &[WordId] {
        &self.symbols[from as usize..to as usize]
    }

    /// What the language model reads for an original of one word that it can name.
    pub fn word(&mut self, resources: Resources<'_>, original: OriginalId) -> Option<WordId> {
        let (symbols, _) = self.read(resources, original)?;
        match self.symbols(symbols) {
            [word] => Some(*word),
            _ => None,
        }
    }

    fn look_up(&mut self, resources: Resources<'_>, original: OriginalId) -> Original {
        let from = self.symbols.len();
        let mut unknown = 0;
        for word in resources.table.original(original).split(' ') {
            let symbol = (resources.word)(word);
            unknown += symbol.is_none() as usize;
            self.symbols.push(symbol.unwrap_or(resources.name));
        }
        let words = self.symbols.len() - from;
        // Nobody swaps an expression of more words than a byte counts, but a table may say so.
        match (u8::try_from(words), u8::try_from(unknown)) {
            (Ok(words), Ok(unknown)) if unknown < words => Original::Read { from: from as u32, words, unknown },
            _ => {
                self.symbols.truncate(from);
                Original::Unnamed
            }
        }
    }
}

/// The forms that were asked for so far.
#[derive(Debug, Default)]
pub(super) struct Forms {
    /// For each form the range of its originals.
    known: FxHashMap<u32, (u32, u32)>,
    ready: Vec<Ready>,
}

impl Forms {
    /// The originals of a form of so many words that some context may speak for.
    pub fn ready(
        &mut self,
        originals: &mut Originals,
        resources: Resources<'_>,
        worth: Worth<'_>,
        spun: &Spun,
        words: usize,
    ) -> &[Ready] {
        let Some(form) = spun.form() else { return &[] };
        let (from, to) = match self.known.get(&form) {
            Some(known) => *known,
            None => self.look_up(originals, resources, worth, spun, form, words),
        };
        &self.ready[from as usize..to as usize]
    }

    #[cold]
    fn look_up(
        &mut self,
        originals: &mut Originals,
        resources: Resources<'_>,
        worth: Worth<'_>,
        spun: &Spun,
        form: u32,
        words: usize,
    ) -> (u32, u32) {
        if self.ready.len() >= MOST {
            *self = Forms::default();
        }
        let from = self.ready.len();
        for entry in resources.table.entries_of(spun).into_iter().flatten() {
            let Some((symbols, unknown)) = originals.read(resources, entry.original) else { continue };
            let text = originals.symbols(symbols);
            let arc = Arc::new(0..words, Source::Substitute { entry, capitals: 0 }, unknown, (symbols.0, text.len()));
            let weight = (worth.channel)(&arc, [None, None]);
            let (first, length) = (symbols.0, text.len() as u8);
            let words = (worth.words)(&arc, text);
            self.ready.push(Ready { pair: entry.pair, first, length, unknown, weight, words });
        }
        // Only words for words are measured by each other.
        let alike = |ready: &Ready| words == 1 && ready.length() == 1;
        let best = self.ready[from..].iter().filter(|r| alike(r)).map(Ready::estimate).fold(f32::NEG_INFINITY, f32::max);
        let mut kept = from;
        for i in from..self.ready.len() {
            let ready = self.ready[i];
            if !alike(&ready) || ready.estimate() >= least_plausible(best) {
                self.ready[kept] = ready;
                kept += 1;
            }
        }
        self.ready.truncate(kept);
        self.known.insert(form, (from as u32, kept as u32));
        (from as u32, kept as u32)
    }
}

/// The least that a word must be worth where the best of its kind is worth so much.
pub(super) fn least_plausible(best: f32) -> f32 {
    best - IMPLAUSIBLE
}
