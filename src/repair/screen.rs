//! A glance at every line: enough to see that a page is clean, at the speed of reading it.
//!
//! A line is read word by word with two look-ups each: the lexicon's and one pair of the language model's. Clean calls are made of
//! pairs of words that follow each other often and of words that spinners would have swapped; spun text has neither. Lines
//! that may be garbled by that measure, or whose neighbours are, go on to be decoded; the measure stands far on the safe side, since
//! decoding decides better. For OCR repair the glance counts words that no list holds and marks that no writer sets.

use rayon::prelude::*;

use super::document::lines_of;
use super::ocr;
use super::repairer::Engine;
use super::worker::Worker;
use crate::channel::{Weights, garbled_lines};
use crate::language_model::{Symbol, class_of};
use crate::text::{Kind, tokenize};

/// Lines that one worker looks at in a row: whoever is done takes some of what is left.
const LINES: usize = 16;

/// A line is decoded when it is garbled with at least this probability by the glance.
const DOUBT: f32 = 0.1;

/// A line is decoded whatever its neighbours are when it looks this garbled: what each token adds, and what they have to come to. One
/// token in two hundred of clean calls stands in such a line, and nine in ten lines that turn out to be garbled beyond doubt are.
const ALONE: (f32, f32) = (0.4, 2.2);

/// A document of so many tokens is doubted a little more, one of half as many or fewer by much: a line tells little by itself,
/// and takes little time.
const SHORT: f32 = 80.0;

/// What a glance at a line tells.
#[derive(Debug, Default)]
pub(super) struct Glance {
    /// Number of tokens.
    pub tokens: usize,
    /// The line as OCR repair sees it, where something in it looks like the work of an engine.
    pub scanned: Option<Box<ocr::Line>>,
    /// Tokens that the language model reads.
    pub read: usize,
    /// How garbled its words look, as a log-likelihood ratio: of words by themselves, and what pairs of words speak for it.
    pub evidence: f32,
}

/// Glances at all lines of a document; `ocr` says whether for the work of OCR engines as well.
pub(super) fn glance(engine: &Engine, text: &[u8], ocr: bool) -> Vec<Glance> {
    let lines = lines_of(text);
    lines
        .par_chunks(LINES)
        .with_max_len(1)
        .map_init(
            || engine.workers.hire(),
            |worker, lines| lines.iter().map(|l| look(engine, worker, &text[l.0..l.1], ocr)).collect::<Vec<_>>(),
        )
        .flatten_iter()
        .collect()
}

fn look(engine: &Engine, worker: &mut Worker, line: &[u8], ocr: bool) -> Glance {
    let mut out = Glance::default();
    tokenize(line, &mut worker.tokens);
    out.tokens = worker.tokens.len();
    worker.symbols.clear();
    worker.symbols.push(Symbol::START);
    let mut doubtful = false;
    for at in 0..worker.tokens.len() {
        let token = worker.tokens[at];
        match token.kind {
            Kind::Word | Kind::Clitic | Kind::Code => {
                let brief = worker.lexicon.brief(engine, &mut worker.builder, line, &token);
                out.evidence += brief.evidence;
                doubtful |= brief.stranger;
                worker.symbols.push(brief.symbol);
            }
            Kind::Number | Kind::Year | Kind::Money | Kind::Percent => worker.symbols.extend(class_of(token.kind)),
            _ => {
                doubtful |= ocr && ocr::may_be_speck(engine, line, &worker.tokens, at);
                worker.symbols.extend(class_of(token.kind));
            }
        }
    }
    out.read = worker.symbols.len() - 1;
    out.evidence -= engine.options.weights.screen_pairs * engine.model.pairs(&worker.symbols, &mut worker.scratch);
    if doubtful && ocr {
        out.scanned = Some(Box::new(ocr::Line::scan(engine, worker, line, 0..line.len())));
    }
    out
}

/// Number of tokens of a document.
pub(super) fn tokens(glances: &[Glance]) -> usize {
    glances.iter().map(|g| g.tokens).sum()
}

/// How garbled each line looks, in the units of decoding; [`Weights::screen_margin`] on the safe side.
fn evidence<'a>(glances: &'a [Glance], weights: &'a Weights) -> impl Iterator<Item = f32> + 'a {
    glances.iter().map(|g| weights.screen_gain * (g.evidence + weights.screen_margin * g.read as f32))
}

/// For each line that is clean beyond doubt the evidence that it is not; `None` for those that are to be decoded.
pub(super) fn clean(glances: &[Glance], weights: &Weights) -> Vec<Option<f32>> {
    let evidence: Vec<f32> = evidence(glances, weights).collect();
    let read: usize = glances.iter().map(|g| g.read).sum();
    let prior = weights.screen_prior + SHORT / (read as f32).max(SHORT / 2.0);
    let garbled = garbled_lines(&evidence, prior, weights);
    let alone = |g: &Glance| g.evidence + ALONE.0 * g.read as f32 > ALONE.1;
    let lines = garbled.into_iter().zip(evidence).zip(glances);
    lines.map(|((p, e), g)| (p < DOUBT && !alone(g)).then_some(e)).collect()
}
