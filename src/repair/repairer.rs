//! The engine and its options.

mod lists;

use rustc_hash::FxHashSet;

use super::document;
use super::edit::Repaired;
use super::layers::Layers;
use super::ocr::{self, OcrTables};
use super::worker::Workers;
use super::{encoding, numbers, rejoin, screen};
use crate::candidates::{Resources, WordLookup};
use crate::channel::Weights;
use crate::context::{ContextModel, Lesson};
use crate::dictionary::{SpunPage, Table};
use crate::language_model::{Model, Symbol, WordId};
use crate::text::Protector;

/// The kinds of garble to repair.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Kinds {
    /// Words and phrases that a spinner had swapped.
    pub substitution: bool,
    /// Words, spaces and marks that an OCR engine had misread or made up.
    pub ocr: bool,
    /// Characters that were decoded wrongly, entities, invisible marks.
    pub encoding: bool,
}

impl Kinds {
    /// All of them.
    pub const ALL: Kinds = Kinds { substitution: true, ocr: true, encoding: true };
    /// None of them, to switch some on.
    pub const NONE: Kinds = Kinds { substitution: false, ocr: false, encoding: false };
}

/// How to repair.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Options {
    /// Edits less likely than this to be right are not made.
    pub min_confidence: f32,
    /// Times a garbled document is profiled and decoded again.
    pub rounds: usize,
    /// The kinds of garble to repair.
    pub kinds: Kinds,
    /// Whether to put digits for letters where the form of a number leaves no doubt ("$l2.5 million").
    pub ocr_numbers: bool,
    /// Whether to rejoin words that are hyphenated at the end of a line; lines keep their number, not their length.
    pub rejoin: bool,
    /// Whether edits are told with what else might have stood there; that takes time and, for long texts, memory.
    pub alternatives: bool,
    /// The tuned numbers of channel and decoder.
    pub weights: Weights,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            min_confidence: 0.65,
            rounds: 3,
            kinds: Kinds::ALL,
            ocr_numbers: false,
            rejoin: false,
            alternatives: true,
            weights: Weights::default(),
        }
    }
}

/// Everything that decoding reads and nothing that it writes.
pub(super) struct Engine {
    pub options: Options,
    pub model: Model,
    /// What stands around words, where it was made for the model's vocabulary.
    pub context: Option<ContextModel>,
    pub table: Table,
    pub protector: Protector,
    pub ocr: OcrTables,
    pub workers: Workers,
    word: Box<WordLookup>,
    /// Words of the user's that are right as they are.
    vouched: FxHashSet<String>,
}

impl Engine {
    pub fn word(&self) -> &WordLookup {
        &*self.word
    }

    /// Log-probability of a word wherever it stands.
    pub fn unigram(&self, word: WordId) -> f32 {
        self.model.unigram(word)
    }

    pub fn resources(&self) -> Resources<'_> {
        Resources { table: &self.table, word: &*self.word, name: Symbol::NAME }
    }

    /// Whether the user says that a lower-case word is right as it is.
    pub fn is_vouched(&self, word: &str) -> bool {
        self.vouched.contains(word)
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
        let context = Some(ContextModel::embedded()).filter(|c| c.fits(&model));
        let engine = Engine {
            options,
            context,
            model,
            table,
            protector: Protector::new(),
            ocr: OcrTables::embedded(),
            workers: Workers::default(),
            word,
            vouched: FxHashSet::default(),
        };
        Repairer { engine }
    }

    /// The repairer without what it knows of wide contexts, or with another model of them; one that does not fit the language model is not
    /// used.
    pub fn with_context(mut self, context: Option<ContextModel>) -> Repairer {
        self.engine.context = context.filter(|c| c.fits(&self.engine.model));
        self
    }

    /// What a context model learns from a page that [`Spinner`](crate::dictionary::Spinner) garbled: where this repairer is in doubt, and
    /// what would be right.
    pub fn lesson(&self, page: &SpunPage) -> Lesson {
        super::document::lesson(&self.engine, page)
    }

    pub(super) fn engine(&self) -> &Engine {
        &self.engine
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
        // What hides words is undone first: a misread word hides a swapped one, a wrong character a misread word.
        let mut layers = Layers::new(text);
        let engine = &self.engine;
        let options = &engine.options;
        if options.kinds.encoding {
            let edits = encoding::repair(engine, layers.text(), first_line);
            layers.add(edits);
        }
        if options.rejoin {
            let edits = rejoin::repair(engine, layers.text(), first_line);
            layers.add(edits);
        }
        if options.ocr_numbers {
            let edits = numbers::repair(layers.text(), first_line);
            layers.add(edits);
        }
        if !options.kinds.ocr && !options.kinds.substitution {
            return Repaired::new(text, layers.into_edits());
        }
        let mut glances = screen::glance(engine, layers.text(), options.kinds.ocr);
        if options.kinds.ocr {
            let edits = ocr::repair(engine, layers.text(), &mut glances, first_line);
            if !edits.is_empty() {
                layers.add(edits);
                glances = screen::glance(engine, layers.text(), false);
            }
        }
        if options.kinds.substitution {
            let edits = document::repair(engine, layers.text(), &glances, first_line);
            layers.add(edits);
        }
        Repaired::new(text, layers.into_edits())
    }
}
