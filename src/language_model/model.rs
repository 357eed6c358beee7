//! Reading a packed model in place.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::count::MAX_ORDER;
use super::static_function::{Layout, SLOT};
use super::symbol::{Symbol, WordId};
use super::verify;

pub(super) const MAGIC: &[u8; 4] = b"DGLM";
pub(super) const VERSION: u32 = 2;
/// Magic, version, checksum, order, symbols, reserved; then a row of eight numbers an order; then the vocabulary length.
pub(super) const HEADER: usize = 24;
/// Bytes that describe one table.
pub(super) const ROW: usize = 24;
/// Unigram weights are fixed-point: natural logarithms times this, as negative 16-bit numbers.
pub(super) const UNIGRAM_SCALE: f32 = 2048.0;

/// Why a model cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ModelError {
    /// The file cannot be read.
    #[error("{path}: cannot read the model: {source}", path = path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The bytes are not a model at all.
    #[error("not a degarble model (it does not begin with \"DGLM\"); make one with `degarble train`")]
    NotAModel,
    /// A model of another format version.
    #[error("model format {found}, this program reads format {VERSION}; train it again with `degarble train`")]
    Version {
        /// The version the file says it has.
        found: u32,
    },
    /// The bytes do not hold together.
    #[error("damaged model at byte {at}: {what}; copy the file again or train a new one")]
    Damaged {
        /// Offset of the first byte that is wrong.
        at: usize,
        /// What is wrong there.
        what: &'static str,
    },
}

/// The bytes of a model: part of the program, read into memory, or mapped from a file.
#[derive(Clone)]
pub(super) enum Bytes {
    Static(&'static [u8]),
    Held(Arc<Vec<u8>>),
    Mapped(Arc<memmap2::Mmap>),
}

impl AsRef<[u8]> for Bytes {
    fn as_ref(&self) -> &[u8] {
        match self {
            Bytes::Static(b) => b,
            Bytes::Held(b) => b,
            Bytes::Mapped(m) => m,
        }
    }
}

/// How the value of an n-gram is coded: the probability in the low bits, the back-off weight above.
#[derive(Debug, Clone, Copy)]
pub(super) struct Codes {
    /// Bits of a probability.
    pub prob: u32,
    /// Bits of a back-off weight.
    pub backoff: u32,
}

impl Codes {
    /// The codes of n-grams of order `n` in a model of order `order`, whose longest have no back-off weight.
    pub fn of(n: usize, order: usize) -> Codes {
        // Longer codes would take bits from the fingerprint, and gain little: perplexity on held-out calls is the same to the second
        // digit before and after coding.
        if n == order { Codes { prob: 8, backoff: 0 } } else { Codes { prob: 7, backoff: 5 } }
    }

    /// Bits of a value.
    pub fn bits(&self) -> u32 {
        self.prob + self.backoff
    }

    /// Number of probabilities that there are.
    pub fn probs(&self) -> usize {
        1 << self.prob
    }

    /// Number of back-off weights that there are.
    pub fn backoffs(&self) -> usize {
        1 << self.backoff
    }
}

/// One order's table of n-grams.
#[derive(Debug, Clone, Copy)]
pub(super) struct Table {
    layout: Layout,
    codes: Codes,
    /// Offset of the single-precision weights that the codes stand for: probabilities, then back-off weights.
    codebook: usize,
    slots: usize,
}

/// A context: the last symbols that still matter, and their back-off weights.
///
/// Two contexts are equal when the model cannot tell them apart.
#[derive(Debug, Clone, Copy, Default)]
pub struct State {
    /// The symbols in the low three quarters, the most recent lowest, and how many they are in the highest: one number, since a
    /// search compares contexts more often than it looks at their symbols.
    key: u64,
    /// Natural logarithm of the back-off weight of the last 1, 2, 3 symbols.
    backoff: [f32; MAX_ORDER - 1],
}

/// Bits of a symbol.
pub(super) const SYMBOL: u32 = WordId::BITS;

impl State {
    pub(super) fn new(symbols: u64, len: usize, backoff: [f32; MAX_ORDER - 1]) -> State {
        State { key: symbols | (len as u64) << (SYMBOL * 3), backoff }
    }

    /// How many symbols still matter.
    #[inline]
    pub(super) fn len(&self) -> usize {
        (self.key >> (SYMBOL * 3)) as usize
    }

    /// Natural logarithm of the back-off weight of the last `n` symbols, 1 to 3.
    #[inline]
    pub(super) fn backoff(&self, n: usize) -> f32 {
        self.backoff[n - 1]
    }

    /// The last symbol.
    #[inline]
    pub fn last(&self) -> WordId {
        self.key as WordId
    }

    /// The symbols of the context as one number, equal for equal contexts.
    #[inline]
    pub fn key(&self) -> u64 {
        self.key
    }
}

impl PartialEq for State {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl Eq for State {}

/// A packed back-off n-gram model.
///
/// ```
/// use degarble::language_model::{Model, Symbol};
/// let model = Model::embedded();
/// let net = model.word("net").unwrap();
/// let (_, after_net) = model.score(&model.start(), net);
/// let (income, _) = model.score(&after_net, model.word("income").unwrap());
/// let (garden, _) = model.score(&after_net, model.word("garden").unwrap_or(Symbol::UNKNOWN));
/// assert!(income > garden);
/// ```
#[derive(Clone)]
pub struct Model {
    pub(super) bytes: Bytes,
    vocabulary: fst::Map<Slice>,
    pub(super) order: usize,
    /// Tells models apart, copies aside: what is remembered of one is nothing of another.
    pub(super) serial: u64,
    symbols: usize,
    unigrams: usize,
    pub(super) tables: [Option<Table>; MAX_ORDER - 1],
}

/// A part of the model's bytes, for the automaton to read in place.
#[derive(Clone)]
struct Slice(Bytes, std::ops::Range<usize>);

impl AsRef<[u8]> for Slice {
    fn as_ref(&self) -> &[u8] {
        &self.0.as_ref()[self.1.clone()]
    }
}

impl std::fmt::Debug for Model {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Model").field("order", &self.order).field("symbols", &self.symbols).finish_non_exhaustive()
    }
}

impl Model {
    /// The model that is part of the program: earnings calls of 2015 to 2021.
    ///
    /// # Panics
    /// Never in a build whose tests pass: they read the embedded bytes.
    pub fn embedded() -> Model {
        // A static, so that the bytes stand once in the binary and are never copied.
        static BYTES: &[u8] = include_bytes!("../../dictionaries/calls.model");
        Self::read(Bytes::Static(BYTES), false).expect("the embedded model is whole")
    }

    /// Reads a model from bytes and checks all of them.
    ///
    /// # Errors
    /// [`ModelError`] when the bytes are no model, of another version, or damaged.
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Model, ModelError> {
        Self::read(Bytes::Held(Arc::new(bytes)), true)
    }

    /// Maps a model file and checks all of it.
    ///
    /// The file must not be changed while the program runs.
    ///
    /// # Errors
    /// [`ModelError`] when the file cannot be read, is no model, of another version, or damaged.
    pub fn open(path: impl AsRef<Path>) -> Result<Model, ModelError> {
        let path = path.as_ref();
        let failed = |source| ModelError::Read { path: path.to_owned(), source };
        let file = std::fs::File::open(path).map_err(failed)?;
        // SAFETY: the mapping is private and read-only. Every read below goes through bounds-checked slices, and any byte
        // values are valid, so a file that is changed underneath gives wrong weights at worst; that is documented above.
        let map = unsafe { memmap2::Mmap::map(&file) }.map_err(failed)?;
        Self::read(Bytes::Mapped(Arc::new(map)), true)
    }

    fn read(bytes: Bytes, check: bool) -> Result<Model, ModelError> {
        let b = bytes.as_ref();
        if b.len() < 4 || &b[..4] != MAGIC {
            return Err(ModelError::NotAModel);
        }
        let damaged = |at, what| ModelError::Damaged { at, what };
        if b.len() < HEADER {
            return Err(damaged(b.len(), "the header is cut short"));
        }
        let version = u32_at(b, 4);
        if version != VERSION {
            return Err(ModelError::Version { found: version });
        }
        if check && u32_at(b, 8) != crc32fast::hash(&b[12..]) {
            return Err(damaged(8, "the checksum does not match"));
        }
        let order = u32_at(b, 12) as usize;
        let symbols = u32_at(b, 16) as usize;
        let vocabulary_len = u32_at(b, 20) as usize;
        if !(2..=MAX_ORDER).contains(&order) {
            return Err(damaged(12, "the order is not 2 to 4"));
        }
        if symbols < Symbol::FIRST_WORD as usize || symbols > WordId::MAX as usize + 1 {
            return Err(damaged(16, "the number of symbols is out of range"));
        }
        let mut at = HEADER + ROW * (order - 1);
        let mut take = |len: usize| {
            let start = at;
            at = at.checked_add(len).filter(|end| *end <= b.len()).ok_or(damaged(b.len(), "the file is cut short"))?;
            Ok::<usize, ModelError>(start)
        };
        let vocabulary = take(vocabulary_len)?;
        let unigrams = take(symbols * 4)?;
        let mut tables = [None; MAX_ORDER - 1];
        for n in 2..=order {
            let row = HEADER + ROW * (n - 2);
            let layout = Layout { seed: u64_at(b, row), segment: u32_at(b, row + 8), segments: u32_at(b, row + 12) };
            if !layout.segment.is_power_of_two() || layout.segments == 0 || layout.segment > 1 << 24 || layout.segments > 1 << 24
            {
                return Err(damaged(row, "the layout of a table is impossible"));
            }
            let codes = Codes::of(n, order);
            let codebook = take(4 * (codes.probs() + codes.backoffs()))?;
            // One spare byte lets three-byte slots be read as four.
            let slots = take(layout.slots() * SLOT as usize / 8 + 1)?;
            tables[n - 2] = Some(Table { layout, codes, codebook, slots });
        }
        let automaton = fst::Map::new(Slice(bytes.clone(), vocabulary..vocabulary + vocabulary_len));
        let automaton = automaton.map_err(|_| damaged(vocabulary, "the vocabulary is not a finite-state map"))?;
        if check {
            verify::vocabulary(automaton.as_fst(), symbols).map_err(|what| damaged(vocabulary, what))?;
            for table in tables.iter().flatten() {
                let codebook = &b[table.codebook..table.slots];
                verify::weights(codebook).map_err(|what| damaged(table.codebook, what))?;
            }
        }
        static SERIALS: AtomicU64 = AtomicU64::new(1);
        let serial = SERIALS.fetch_add(1, Ordering::Relaxed);
        Ok(Model { vocabulary: automaton, order, serial, symbols, unigrams, tables, bytes })
    }

    /// The order: 3 for a trigram model.
    pub fn order(&self) -> usize {
        self.order
    }

    /// The number of symbols, classes included.
    pub fn symbols(&self) -> usize {
        self.symbols
    }

    /// The number of a lower-case word, or `None` where the vocabulary does not hold it.
    pub fn word(&self, word: &str) -> Option<WordId> {
        self.vocabulary.get(word).filter(|id| (*id as usize) < self.symbols).map(|id| id as WordId)
    }

    /// The automaton of the vocabulary, for searches.
    pub fn vocabulary(&self) -> &fst::raw::Fst<impl AsRef<[u8]> + use<>> {
        self.vocabulary.as_fst()
    }

    /// A number that tells vocabularies apart: models with the same number their words alike.
    pub fn fingerprint(&self) -> u32 {
        crc32fast::hash(self.vocabulary.as_fst().as_bytes())
    }

    /// The context at the start of a sentence.
    pub fn start(&self) -> State {
        let (_, backoff) = self.single(Symbol::START);
        State::new(Symbol::START as u64, 1, [backoff, 0.0, 0.0])
    }

    /// Natural logarithm of the probability of a symbol wherever it stands.
    #[inline]
    pub fn unigram(&self, word: WordId) -> f32 {
        self.single(word).0
    }

    /// Natural logarithms of the probability and of the back-off weight of a symbol by itself.
    #[inline]
    pub(super) fn single(&self, word: WordId) -> (f32, f32) {
        let b = self.bytes.as_ref();
        let at = self.unigrams + 4 * (word as usize).min(self.symbols - 1);
        let both = u32_at(b, at);
        let fixed = |number: u32| -(number as u16 as f32) / UNIGRAM_SCALE;
        (fixed(both), fixed(both >> 16))
    }

    /// The combined slots of an n-gram and the fingerprint that tells whether it is stored.
    #[inline]
    pub(super) fn raw(b: &[u8], table: &Table, key: u64) -> (u32, u32) {
        let (at, print) = table.layout.locate(key);
        let slots = &b[table.slots..];
        (at.into_iter().fold(0, |v, s| v ^ u32_at(slots, SLOT as usize / 8 * s)) & ((1 << SLOT) - 1), print)
    }

    /// Natural logarithms of the probability and back-off weight of a stored n-gram.
    #[inline]
    pub(super) fn weights(b: &[u8], table: &Table, (value, print): (u32, u32)) -> Option<(f32, f32)> {
        let codes = table.codes;
        if value >> codes.bits() != print >> codes.bits() {
            return None;
        }
        let (prob, backoff) = (value as usize & (codes.probs() - 1), value as usize >> codes.prob & (codes.backoffs() - 1));
        let weight = |code: usize| f32_at(b, table.codebook + 4 * code);
        Some((weight(prob), weight(codes.probs() + backoff)))
    }

    /// Natural logarithm of the probability of `word` after `state`, and the context that follows.
    #[inline]
    pub fn score(&self, state: &State, word: WordId) -> (f32, State) {
        let mut found = Found::new(self.single(word), state, word);
        self.longer(&mut found, state, 2);
        found.score(state)
    }

    /// Looks for the longest n-gram, those of fewer than `least` words having been found.
    #[inline]
    pub(super) fn longer(&self, found: &mut Found, state: &State, least: usize) {
        let b = self.bytes.as_ref();
        for n in least..=self.order.min(state.len() + 1) {
            let Some(table) = &self.tables[n - 2] else { break };
            let Some(weights) = Self::weights(b, table, Self::raw(b, table, found.key(n))) else { break };
            found.put(n, self.order, weights);
        }
    }
}

/// The longest n-gram found so far.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found {
    /// The word and its context, the word lowest.
    symbols: u64,
    prob: f32,
    /// Symbols of the context that the n-gram has.
    matched: usize,
    /// Symbols of the context that follows, and their back-off weights.
    kept: usize,
    backoff: [f32; MAX_ORDER - 1],
}

impl Found {
    #[inline]
    pub(super) fn new((prob, backoff): (f32, f32), state: &State, word: WordId) -> Found {
        let symbols = (state.key & ((1 << (SYMBOL * 3)) - 1)) << SYMBOL | word as u64;
        Found { symbols, prob, matched: 0, kept: 1, backoff: [backoff, 0.0, 0.0] }
    }

    /// The last `n` symbols as a key.
    #[inline]
    pub(super) fn key(&self, n: usize) -> u64 {
        self.symbols & (u64::MAX >> (SYMBOL * (MAX_ORDER - n) as u32))
    }

    #[inline]
    pub(super) fn put(&mut self, n: usize, order: usize, (prob, backoff): (f32, f32)) {
        self.prob = prob;
        self.matched = n - 1;
        if n < order {
            self.backoff[n - 1] = backoff;
            self.kept = n;
        }
    }

    #[inline]
    pub(super) fn score(&self, state: &State) -> (f32, State) {
        let mut prob = self.prob;
        for weight in &state.backoff[self.matched..state.len()] {
            prob += weight;
        }
        (prob, State::new(self.key(self.kept), self.kept, self.backoff))
    }
}

#[inline]
pub(super) fn u32_at(b: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(b[at..at + 4].try_into().expect("four bytes"))
}

fn u64_at(b: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(b[at..at + 8].try_into().expect("eight bytes"))
}

#[inline]
fn f32_at(b: &[u8], at: usize) -> f32 {
    f32::from_le_bytes(b[at..at + 4].try_into().expect("four bytes"))
}
