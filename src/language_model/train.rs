//! The training run: documents in, packed model out.

use std::io::Write;
use std::path::PathBuf;

use super::corpus::{Words, files_below, read_documents};
use super::count::{Counts, MAX_ORDER, count};
use super::estimate::{Estimate, estimate, probability};
use super::model::Model;
use super::pack::{overhead, pack};
use super::prune::prune;
use super::symbol::{Symbol, WordId};
use super::{ModelError, arpa};

/// What a training run needs to know.
#[derive(Debug, Clone)]
pub struct TrainOptions {
    /// Files, or folders of files: one document a file.
    pub corpus: Vec<PathBuf>,
    /// The words to know; those with `true` are names that only their class stands for.
    pub vocabulary: Vec<(String, bool)>,
    /// Longest n-grams: 2 to 4.
    pub order: usize,
    /// Size of the packed model in bytes, at most (within a hundredth).
    pub budget: usize,
    /// Where to write the model in ARPA format as well.
    pub arpa: Option<PathBuf>,
    /// Documents to measure perplexity on.
    pub held_out: Vec<PathBuf>,
}

/// What came out of a training run.
#[derive(Debug, Clone)]
pub struct TrainReport {
    /// The packed model.
    pub model: Vec<u8>,
    /// Documents read.
    pub documents: usize,
    /// Symbols read.
    pub symbols: usize,
    /// N-grams kept of those seen, by order.
    pub kept: Vec<(usize, usize)>,
    /// Perplexity on the held-out documents: unpruned, pruned, pruned and quantised.
    pub perplexity: Option<[f64; 3]>,
}

/// Why training failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TrainError {
    /// A file of the corpus cannot be read.
    #[error("{path}: cannot read: {source}", path = path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The ARPA file cannot be written.
    #[error("{path}: cannot write: {source}", path = path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Word numbers are 16 bits wide.
    #[error("the vocabulary has {words} words; a model holds 65,519: drop the rarest")]
    VocabularyTooLarge {
        /// How many there are.
        words: usize,
    },
    /// Orders other than 2, 3 and 4 are not made.
    #[error("order {order}: choose 2, 3 or 4")]
    Order {
        /// What was asked for.
        order: usize,
    },
    /// Nothing to learn from.
    #[error("the corpus holds no text")]
    Empty,
    /// The model just packed does not read back; an error of this program.
    #[error("the packed model does not read back: {0}")]
    Packed(#[from] ModelError),
}

/// Trains and packs a model: the same bytes from the same documents and options.
///
/// Memory: about 60 bytes a distinct n-gram of the corpus. `progress` is told what begins.
///
/// # Errors
/// [`TrainError`] when a file cannot be read or written, or the options make no model.
pub fn train(options: &TrainOptions, progress: &mut dyn FnMut(&str)) -> Result<TrainReport, TrainError> {
    if !(2..=MAX_ORDER).contains(&options.order) {
        return Err(TrainError::Order { order: options.order });
    }
    let words = Words::new(options.vocabulary.iter().map(|(w, name)| (w.clone(), name.then_some(Symbol::NAME))))?;
    progress("reading");
    let documents = read_documents(&files_below(&options.corpus)?, &words)?;
    let symbols = documents.iter().map(Vec::len).sum();
    if symbols == 0 {
        return Err(TrainError::Empty);
    }
    progress("counting");
    let counts: Vec<Counts> = (1..=options.order).map(|n| count(&documents, n)).collect();
    progress("estimating");
    let everything = counts.iter().map(|c| vec![true; c.keys.len()]).collect();
    let full = estimate(&counts, everything, words.size - 1);
    progress("pruning");
    let room = options.budget.saturating_sub(overhead(&words)) as f64;
    let kept = prune(&counts, &full, room);
    let counted = kept.iter().map(|k| (k.iter().filter(|k| **k).count(), k.len())).collect();
    progress("estimating again");
    let pruned = estimate(&counts, kept, words.size - 1);
    progress("packing");
    let model = pack(&counts, &pruned, &words);
    if let Some(path) = &options.arpa {
        progress("exporting");
        let failed = |source| TrainError::Write { path: path.clone(), source };
        let mut out = std::io::BufWriter::new(std::fs::File::create(path).map_err(failed)?);
        arpa::write(&mut out, &counts, &pruned, &words).and_then(|()| out.flush()).map_err(failed)?;
    }
    let perplexity = if options.held_out.is_empty() {
        None
    } else {
        progress("measuring");
        let held_out = read_documents(&files_below(&options.held_out)?, &words)?;
        let packed = Model::from_bytes(model.clone())?;
        Some([
            perplexity_of(&held_out, |d| by_estimate(&counts, &full, d)),
            perplexity_of(&held_out, |d| by_estimate(&counts, &pruned, d)),
            perplexity_of(&held_out, |d| by_model(&packed, d)),
        ])
    };
    Ok(TrainReport { model, documents: documents.len(), symbols, kept: counted, perplexity })
}

/// Perplexity from a function that gives each document's sum of log-probabilities and number of predictions.
fn perplexity_of(documents: &[Vec<WordId>], score: impl Fn(&[WordId]) -> (f64, usize)) -> f64 {
    let (sum, n) = documents.iter().map(|d| score(d)).fold((0.0, 0), |a, b| (a.0 + b.0, a.1 + b.1));
    (-sum / n.max(1) as f64).exp()
}

fn by_estimate(counts: &[Counts], model: &Estimate, document: &[WordId]) -> (f64, usize) {
    let (mut sum, mut n, mut start) = (0.0, 0, 0);
    for (i, symbol) in document.iter().enumerate() {
        if *symbol == Symbol::START {
            start = i;
        } else {
            sum += probability(counts, model, &document[start.max((i + 1).saturating_sub(MAX_ORDER))..i], *symbol).ln();
            n += 1;
        }
    }
    (sum, n)
}

fn by_model(model: &Model, document: &[WordId]) -> (f64, usize) {
    let (mut sum, mut n) = (0.0, 0);
    let mut state = model.start();
    for symbol in document {
        if *symbol == Symbol::START {
            state = model.start();
        } else {
            let (p, next) = model.score(&state, *symbol);
            sum += p as f64;
            n += 1;
            state = next;
        }
    }
    (sum, n)
}
