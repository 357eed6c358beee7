//! The engine and its options.

use super::document;
use super::edit::Repaired;
use super::layers::Layers;
use super::ocr::{self, OcrTables};
use crate::candidates::{Resources, WordLookup};
use crate::channel::Weights;
use crate::dictionary::Table;
use crate::language_model::{Model, State, Symbol, WordId};
use crate::text::Protector;

/// How to repair.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Options {
    /// Edits less likely than this to be right are not made.
    pub min_confidence: f32,
    /// Times a garbled document is profiled and decoded again.
    pub rounds: usize,
    /// The tuned numbers of channel and decoder.
    pub weights: Weights,
}

impl Default for Options {
    fn default() -> Self {
        Options { min_confidence: 0.34, rounds: 3, weights: Weights::default() }
    }
}

/// Everything that decoding reads and nothing that it writes.
pub(super) struct Engine {
    pub options: Options,
    pub model: Model,
    pub table: Table,
    pub protector: Protector,
    pub ocr: OcrTables,
    word: Box<WordLookup>,
}

impl Engine {
    pub fn word(&self) -> &WordLookup {
        &*self.word
    }

    /// Log-probability of a word wherever it stands.
    pub fn unigram(&self, word: WordId) -> f32 {
        self.model.score(&State::default(), word).0
    }

    pub fn resources(&self) -> Resources<'_> {
        Resources { table: &self.table, word: &*self.word, name: Symbol::NAME }
    }
}

/// Repairs texts. Immutable and shareable between threads; making one takes milliseconds, so make it once.
///
/// ```
/// use degarble::Repairer;
/// let repairer = Repairer::new();
/// let page = "Thanks for standing by, and welcome to the outcomes convention name.";
/// for edit in repairer.repair(page).edits {
///     println!("{}..{}: {} -> {}", edit.range.start, edit.range.end, edit.before, edit.after);
/// }
/// ```
pub struct Repairer {
    engine: Engine,
}

impl std::fmt::Debug for Repairer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Repairer").field("options", &self.engine.options).finish_non_exhaustive()
    }
}

impl Default for Repairer {
    fn default() -> Self {
        Self::new()
    }
}

impl Repairer {
    /// A repairer with the embedded dictionary and model.
    pub fn new() -> Repairer {
        Self::with_options(Options::default())
    }

    /// A repairer with the embedded dictionary and model and other options.
    pub fn with_options(options: Options) -> Repairer {
        Self::with_parts(options, Model::embedded(), Table::embedded())
    }

    /// A repairer with a model and a table of one's own.
    pub fn with_parts(options: Options, model: Model, table: Table) -> Repairer {
        // The closure needs the vocabulary only; a second view of the same bytes keeps the engine free of self-references.
        let words = model.clone();
        let word = Box::new(move |w: &str| words.word(w).filter(|id| *id >= Symbol::FIRST_WORD));
        Repairer { engine: Engine { options, model, table, protector: Protector::new(), ocr: OcrTables::embedded(), word } }
    }

    /// Repairs a whole document.
    ///
    /// The document is profiled first: whether it is garbled, where, and how its garbler behaves. Give whole pages where you
    /// have them; of a single line less is known.
    pub fn repair<'a, T: AsRef<[u8]> + ?Sized>(&self, text: &'a T) -> Repaired<'a> {
        self.repair_from(text.as_ref(), 1)
    }

    /// Repairs a part of a longer text whose first line has the number `first_line`.
    pub fn repair_from<'a>(&self, text: &'a [u8], first_line: usize) -> Repaired<'a> {
        // Spinners work on what scanners gave: what was done last is undone first only where that is easier to see, and a misread
        // word hides a swapped one, not the other way round.
        let mut layers = Layers::new(text);
        let edits = ocr::repair(&self.engine, layers.text(), first_line);
        layers.add(edits);
        let edits = document::repair(&self.engine, layers.text(), first_line);
        layers.add(edits);
        Repaired::new(text, layers.into_edits())
    }
}
