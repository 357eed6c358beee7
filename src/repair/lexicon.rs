//! What is known of a word, looked up once: texts have many words and few different ones.

use rustc_hash::FxHashMap;

use super::repairer::Engine;
use crate::candidates::Standing;
use crate::dictionary::{OriginalId, Spun};
use crate::language_model::{Symbol, WordId, symbol_of};
use crate::text::{Casing, Kind, fold_into};

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
    /// How garbled the word looks by itself: log-probability of it in spun text less that in clean text, wherever it stands.
    pub evidence: f32,
    folded: (u32, u32),
}

/// The words met so far.
#[derive(Debug, Default)]
pub(super) struct Lexicon {
    entries: FxHashMap<Box<[u8]>, Entry>,
    /// The lower-case forms.
    folded: String,
}

impl Lexicon {
    /// Looks a word, clitic or code up; `bytes` are the token as it stands.
    #[inline]
    pub fn entry(&mut self, engine: &Engine, kind: Kind, bytes: &[u8]) -> Entry {
        match self.entries.get(bytes) {
            Some(entry) => *entry,
            None => self.add(engine, kind, bytes),
        }
    }

    /// The lower-case form of a word that was the last to be looked up, or one of those before it unless more than half of
    /// [`MOST`] lie between.
    pub fn folded(&self, entry: &Entry) -> &str {
        &self.folded[entry.folded.0 as usize..entry.folded.1 as usize]
    }

    #[cold]
    fn add(&mut self, engine: &Engine, kind: Kind, bytes: &[u8]) -> Entry {
        if self.entries.len() >= MOST {
            self.entries.clear();
            self.folded.clear();
        }
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
        let entry = Entry {
            evidence: if symbol < Symbol::FIRST_WORD { 0.0 } else { evidence(engine, symbol, original, spun) },
            symbol,
            unknown: matches!(symbol, Symbol::UNKNOWN | Symbol::NAME) && !engine.is_vouched(text),
            standing,
            casing: Casing::of(bytes),
            original,
            spun,
            folded: (start as u32, self.folded.len() as u32),
        };
        self.entries.insert(bytes.into(), entry);
        entry
    }
}

/// Log-probability of a word in spun text less that in clean text: it was kept, or stands for an original that was swapped.
fn evidence(engine: &Engine, symbol: WordId, original: Option<OriginalId>, spun: Option<Spun>) -> f32 {
    let (table, weights) = (&engine.table, &engine.options.weights);
    let swapped = |id: OriginalId| weights.intensity * (1.0 - table.kept(id));
    let own = engine.unigram(symbol);
    let mut sum = 1.0 - original.map_or(0.0, swapped);
    for entry in spun.and_then(|s| table.entries_of(&s)).into_iter().flatten() {
        // Expressions have no probability of their own in the language model; they are few.
        if let Some(word) = engine.model.word(table.original(entry.original)) {
            sum += (engine.unigram(word) - own + entry.log_weight).exp() * swapped(entry.original);
        }
    }
    sum.ln()
}
