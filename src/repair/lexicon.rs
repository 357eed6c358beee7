//! What is known of a word, looked up once: texts have many words and few different ones.

use super::repairer::Engine;
use crate::candidates::{LatticeBuilder, Standing};
use crate::dictionary::{OriginalId, Spun};
use crate::language_model::{Symbol, WordId, symbol_of};
use crate::text::{Casing, Kind, Token, fold_into};

/// Log-probability of the words that hold sentences together, at least.
pub(super) const FREQUENT: f32 = -6.2;

/// Words that are remembered at once, at most: streams bring new ones for ever.
const MOST: usize = 1 << 15;

/// A word as it is written, in the eyes of every list.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    /// What the language model reads.
    pub symbol: WordId,
    /// Whether that is a class for words the vocabulary does not hold, and nobody vouches for the word.
    pub unknown: bool,
    /// What it is to the lists.
    pub standing: Standing,
    /// How it is written.
    pub casing: Casing,
    /// The table's row for the word.
    pub original: Option<OriginalId>,
    /// Where the automaton of spun forms stands behind it.
    pub spun: Option<Spun>,
    /// Where its lower-case form is.
    folded: (u32, u32),
    /// Where the bytes are that its slot has no room for.
    tail: u32,
}

/// As much of it as a glance needs.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Brief {
    /// How garbled the word looks by itself: log-probability of it in spun text less that in clean text, wherever it stands.
    pub evidence: f32,
    /// What the language model reads.
    pub symbol: WordId,
    /// Whether no list holds it and it is no name by its looks.
    pub stranger: bool,
}

/// The words met so far: a hash table with linear probing, at most half full.
#[derive(Debug, Default)]
pub(super) struct Lexicon {
    slots: Vec<Slot>,
    entries: Vec<Entry>,
    tails: Vec<u8>,
    /// The lower-case forms.
    folded: String,
}

/// A place in the hash table: half a cache line. Nearly all words are told apart, and looked at in a glance, without a look anywhere
/// else.
#[derive(Debug, Clone, Copy, Default)]
#[repr(align(32))]
struct Slot {
    /// The first bytes of the word, padded with zeros.
    head: Head,
    /// Length of the word in bytes; 0 for an empty place.
    length: u32,
    /// Number of the entry.
    entry: u32,
    brief: Brief,
}

/// The first bytes of a word, as numbers.
type Head = [u64; 2];

/// Bytes of a word that its slot holds.
const HEAD: usize = size_of::<Head>();

/// Slots at first.
const SLOTS: usize = 1 << 10;

/// Up to sixteen bytes as numbers.
#[inline]
fn numbers(bytes: &[u8]) -> u128 {
    let mut out = [0; HEAD];
    out[..bytes.len()].copy_from_slice(bytes);
    u128::from_le_bytes(out)
}

/// The first bytes of a token.
#[inline]
fn head(line: &[u8], token: &Token) -> Head {
    let (start, length) = (token.start as usize, (token.end - token.start) as usize);
    let head = match line.get(start..start + HEAD) {
        // All but the last words of a line are read in one go.
        Some(bytes) => {
            u128::from_le_bytes(bytes.try_into().expect("sixteen bytes")) & (u128::MAX >> (8 * HEAD.saturating_sub(length)))
        }
        None => numbers(&line[start..start + length.min(HEAD)]),
    };
    [head as u64, (head >> 64) as u64]
}

/// A hash of a word: multiply and fold (Lemire 2019), eight bytes at a time.
#[inline]
fn hash(head: Head, length: u32, tail: &[u8]) -> usize {
    let fold = |x: u64, by: u64| {
        let product = x as u128 * by as u128;
        (product >> 64) as u64 ^ product as u64
    };
    let mut out = fold(head[0] ^ (length as u64) << 56, 0x9E37_79B9_7F4A_7C15) ^ fold(head[1], 0xC2B2_AE3D_27D4_EB4F);
    for chunk in tail.chunks(HEAD) {
        let numbers = numbers(chunk);
        out = fold(out ^ numbers as u64 ^ (numbers >> 64) as u64, 0x9E37_79B9_7F4A_7C15);
    }
    out as usize
}

impl Lexicon {
    /// Looks a word, clitic or code of a line up.
    pub fn entry(&mut self, engine: &Engine, originals: &mut LatticeBuilder, line: &[u8], token: &Token) -> &Entry {
        let number = self.look_up(engine, originals, line, token).entry;
        &self.entries[number as usize]
    }

    /// As much of it as a glance needs.
    #[inline]
    pub fn brief(&mut self, engine: &Engine, originals: &mut LatticeBuilder, line: &[u8], token: &Token) -> Brief {
        self.look_up(engine, originals, line, token).brief
    }

    #[inline]
    fn look_up(&mut self, engine: &Engine, originals: &mut LatticeBuilder, line: &[u8], token: &Token) -> &Slot {
        let (head, length) = (head(line, token), token.end - token.start);
        let tail = line[token.range()].get(HEAD..).unwrap_or_default();
        let found = self.find(hash(head, length, tail), |slot, entry| {
            slot.head == head
                && slot.length == length
                && (tail.is_empty() || self.tails[entry().tail as usize..].starts_with(tail))
        });
        let place = match found {
            Ok(place) => place,
            Err(_) => self.add(engine, originals, token.kind, &line[token.range()], head),
        };
        &self.slots[place]
    }

    /// The lower-case form of a word that was just looked up.
    pub fn folded(&self, entry: &Entry) -> &str {
        &self.folded[entry.folded.0 as usize..entry.folded.1 as usize]
    }

    /// The slot that is the wanted one, or else the empty one where it belongs.
    #[inline]
    fn find<'a>(&'a self, hash: usize, wanted: impl Fn(&Slot, &dyn Fn() -> &'a Entry) -> bool) -> Result<usize, usize> {
        let Some(mask) = self.slots.len().checked_sub(1) else { return Err(0) };
        let mut at = hash & mask;
        loop {
            let slot = &self.slots[at];
            if slot.length == 0 {
                return Err(at);
            }
            if wanted(slot, &|| &self.entries[slot.entry as usize]) {
                return Ok(at);
            }
            at = (at + 1) & mask;
        }
    }

    #[cold]
    fn add(&mut self, engine: &Engine, originals: &mut LatticeBuilder, kind: Kind, bytes: &[u8], head: Head) -> usize {
        self.make_room();
        let tail = bytes.get(HEAD..).unwrap_or_default();
        let length = bytes.len() as u32;
        let place = self.find(hash(head, length, tail), |_, _| false).expect_err("no word is the wanted one");
        let start = self.folded.len();
        fold_into(bytes, &mut self.folded);
        let text = &self.folded[start..];
        let known = engine.model.word(text);
        let symbol = symbol_of(kind, bytes, || known).unwrap_or(Symbol::UNKNOWN);
        let standing = match known {
            _ if kind == Kind::Code => Standing::Number,
            Some(Symbol::NAME) => Standing::Name,
            Some(_) => Standing::Word,
            None if engine.ocr.is_wide(text, &|w| engine.model.word(w).is_some()) => Standing::Wide,
            None => Standing::Unknown,
        };
        let (original, spun) = (engine.table.original_id(text), engine.table.spun(text));
        let casing = Casing::of(bytes);
        let evidence = if symbol < Symbol::FIRST_WORD { 0.0 } else { evidence(engine, originals, symbol, original, spun) };
        let brief = Brief { evidence, symbol, stranger: standing == Standing::Unknown && casing == Casing::Lower };
        self.slots[place] = Slot { head, length, entry: self.entries.len() as u32, brief };
        self.entries.push(Entry {
            symbol,
            unknown: matches!(symbol, Symbol::UNKNOWN | Symbol::NAME) && !engine.is_vouched(text),
            standing,
            casing,
            original,
            spun,
            folded: (start as u32, self.folded.len() as u32),
            tail: self.tails.len() as u32,
        });
        self.tails.extend_from_slice(tail);
        place
    }

    /// Sees to it that one more word finds an empty slot.
    fn make_room(&mut self) {
        if self.entries.len() >= MOST {
            self.entries.clear();
            self.tails.clear();
            self.folded.clear();
            self.slots.fill(Slot::default());
        }
        if 2 * (self.entries.len() + 1) <= self.slots.len() {
            return;
        }
        let empty = vec![Slot::default(); (2 * self.slots.len()).max(SLOTS)];
        for slot in std::mem::replace(&mut self.slots, empty).into_iter().filter(|s| s.length > 0) {
            let from = self.entries[slot.entry as usize].tail as usize;
            let tail = &self.tails[from..from + (slot.length as usize).saturating_sub(HEAD)];
            let place = self.find(hash(slot.head, slot.length, tail), |_, _| false).expect_err("no word is the wanted one");
            self.slots[place] = slot;
        }
    }
}

/// Log-probability of a word in spun text less that in clean text: it was kept, or stands for an original that was swapped.
fn evidence(
    engine: &Engine,
    originals: &mut LatticeBuilder,
    symbol: WordId,
    original: Option<OriginalId>,
    spun: Option<Spun>,
) -> f32 {
    let (table, weights) = (&engine.table, &engine.options.weights);
    let swapped = |id: OriginalId| weights.intensity * (1.0 - table.kept(id));
    let own = engine.unigram(symbol);
    let mut sum = 1.0 - original.map_or(0.0, swapped);
    for entry in spun.and_then(|s| table.entries_of(&s)).into_iter().flatten() {
        // Expressions have no probability of their own in the language model; they are few.
        if let Some(word) = originals.word(engine.resources(), entry.original) {
            sum += (engine.unigram(word) - own + entry.log_weight).exp() * swapped(entry.original);
        }
    }
    sum.ln()
}
