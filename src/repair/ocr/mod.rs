//! OCR repair: misread words and marks, torn and glued words, specks.
//!
//! A page is scanned, line by line, for what no clean page has (`page`, `line`); lines that are no English prose are left out (`english`). Where nothing speaks for OCR, nothing more is done. The other lines are
//! described to the lattice builder (`seen`) and decoded, the rate of accidents is estimated from what that found, line by line (`rate`), and they are weighed again under
//! that rate; a page of another kind on which too little was found stays as it is; `render` turns best paths into
//! edits, of which marks that stand alone are taken out again (`lonely`); capitals that an engine lost at the beginnings of sentences come back last (`capital`).

mod capital;
mod engine;
mod english;
mod line;
mod lonely;
mod page;
mod rate;
mod render;
mod seen;

use std::sync::LazyLock;

use rayon::prelude::*;

use super::edit::Edit;
use super::repairer::Engine;
use super::screen::{self, Glance};
use super::worker::Worker;
use crate::candidates::{Lattice, Memory, OcrCosts, OcrResources, Standing};
use crate::channel::{Channel, Profile, Weights};
use crate::decoder::{Beam, Decoded, Graph};
use crate::dictionary::{Engines, Marks, WideWords};
use crate::language_model::{Symbol, WordId, class_of};
use crate::text::{Form, Technical, Token};

pub(super) use line::Line;
use line::SuspectMarks;
use page::Page;
use rate::{Found, Rates};

/// Arcs less likely than this after the first decoding are not looked at again.
const HOPELESS: f32 = 1e-4;

/// Ways through a graph less likely than this after the first decoding are not looked at again.
const DEAD_END: f32 = 1e-7;

/// Repairs less likely than this to be right are not made on pages of a kind that the model does not know.
const FOREIGN_CERTAINTY: f32 = 0.79;

/// What OCR repair reads beside the language model.
#[derive(Debug)]
pub(super) struct OcrTables {
    wide: WideWords,
    /// Made when a page is first looked at closely: most pages are not.
    engines: LazyLock<Engines>,
    marks: Marks,
    costs: OcrCosts,
    foreign_costs: OcrCosts,
    /// Marks that are suspicious in some forms, with these.
    suspects: SuspectMarks,
    /// What strings may have been, as far as anybody has asked.
    memory: Memory,
}

impl OcrTables {
    /// The tables that are part of the program.
    pub fn embedded() -> OcrTables {
        let marks = Marks::embedded();
        OcrTables {
            wide: WideWords::embedded(),
            engines: LazyLock::new(Engines::embedded),
            suspects: SuspectMarks::new(&marks),
            marks,
            costs: OcrCosts::default(),
            foreign_costs: OcrCosts::foreign(),
            memory: Memory::default(),
        }
    }
}

impl OcrTables {
    /// Forgets what strings may have been: the words have changed.
    pub fn forget(&mut self) {
        self.memory = Memory::default();
    }

    /// Whether a lower-case word is in the wide list or made of words.
    pub fn is_wide(&self, word: &str, known: &dyn Fn(&str) -> bool) -> bool {
        self.wide.contains(word, known)
    }

    /// Whether a writer may have made a lower-case word that no list holds of one that a list does.
    pub fn may_be_made(&self, word: &str, known: &dyn Fn(&str) -> bool) -> bool {
        self.wide.may_be_made(word, known)
    }

    /// Whether a lower-case word is in any list.
    pub fn is_word(&self, word: &str, known: &dyn Fn(&str) -> bool) -> bool {
        known(word) || self.is_wide(word, known)
    }
}

/// Log-probabilities of words wherever they stand.
type Unigram<'a> = dyn Fn(WordId) -> f32 + Sync + 'a;

/// What building lattices for a page needs.
fn resources<'a>(engine: &'a Engine, page: &'a Page, unigram: &'a Unigram<'a>) -> OcrResources<'a, impl AsRef<[u8]> + use<>> {
    let tables = &engine.ocr;
    OcrResources {
        vocabulary: engine.model.vocabulary(),
        wide: tables.wide.automaton(),
        word: engine.word(),
        confusions: tables.engines.table(page.engine),
        engine: page.engine,
        marks: &tables.marks,
        costs: if page.foreign { &tables.foreign_costs } else { &tables.costs },
        memory: &tables.memory,
        mark_symbol: &class_of,
        unigram,
        said: &page.said,
        names: &page.names,
        own: &page.own,
        words: page.said.iter().sum::<u32>() as f32,
        long_s: page.long_s,
        rare: page.rare,
        long_dash: page.long_dash,
        foreign: page.foreign,
        classes: [Symbol::UNKNOWN, Symbol::NAME],
    }
}

/// Some tokens of a line, their lattice and its best path.
#[derive(Debug, Default)]
struct Piece {
    /// The first token.
    from: usize,
    lattice: Lattice,
    /// What is left of the search that the first decoding makes.
    graph: Option<Graph>,
    /// What the readings of the lattice say.
    texts: Vec<String>,
    /// The arcs of the best path with their confidences.
    path: Vec<(u32, f32)>,
}

/// A line that is decoded.
#[derive(Debug, Default)]
struct Reading {
    pieces: Vec<Piece>,
    /// Which tokens of the line no list holds.
    unknown: Vec<bool>,
    /// How many words that no list holds were misread, in expectation.
    misread: f32,
    /// How likely it has scraps behind its end.
    tail: f32,
}

impl Reading {
    fn build(engine: &Engine, worker: &mut Worker, line: &Line, text: &[u8], page: &Page) -> Reading {
        let unigram = |word| engine.unigram(word);
        let resources = resources(engine, page, &unigram);
        let seen = line.seen(engine, text, page);
        let unknown = seen.iter().map(|t| t.standing == Standing::Unknown).collect();
        let mut out = Reading { unknown, ..Reading::default() };
        for range in line.pieces() {
            let mut piece = Piece { from: range.start, ..Piece::default() };
            worker.ocr_builder.build(&resources, &seen[range], &mut piece.lattice, &mut piece.texts);
            out.pieces.push(piece);
        }
        out
    }

    /// Decodes under rates of accidents.
    fn decode(&mut self, engine: &Engine, worker: &mut Worker, rates: Rates) {
        let weights = Weights {
            misread: rates.misread.ln(),
            speck: rates.speck.ln(),
            tail: rates.tail,
            language_model: engine.options.weights.ocr_language_model,
            ..engine.options.weights.clone()
        };
        let profile = Profile::default();
        let channel = Channel { table: &engine.table, weights: &weights, profile: &profile };
        (self.misread, self.tail) = (0.0, 0.0);
        for piece in &mut self.pieces {
            let Worker { decoder, decoded, index, .. } = &mut *worker;
            match &piece.graph {
                // Lines are broken anywhere: that one ends says nothing of its sentence.
                None => decoder.decode(&piece.lattice, &channel, &engine.model, false, Beam::OCR, decoded),
                Some(graph) => decoder.again(graph, &piece.lattice, &channel, decoded),
            }
            self.misread += render::misread(&piece.lattice, &decoded.posteriors, &self.unknown[piece.from..]);
            self.tail += render::tail(&piece.lattice, &decoded.posteriors);
            if piece.graph.is_none() {
                // The best path stays, whatever its arcs are worth one by one.
                let Decoded { path, posteriors, .. } = decoded;
                path.iter().for_each(|arc| posteriors[*arc as usize] = posteriors[*arc as usize].max(HOPELESS));
                let lattice = piece.lattice.thinned(posteriors, HOPELESS, index);
                piece.graph = Some(decoder.thinned(index, DEAD_END));
                piece.lattice = lattice;
                // Of the texts those stay that an arc is left for: most are not.
                let mut texts = std::mem::take(&mut piece.texts);
                piece.lattice.renumber_readings(|old| piece.texts.push(std::mem::take(&mut texts[old as usize])));
                piece.texts.shrink_to_fit();
                continue;
            }
            decoded.conclude(&piece.lattice);
            piece.path.clear();
            piece.path.extend(decoded.path.iter().copied().zip(decoded.confidences.iter().copied()));
        }
    }
}

/// Repairs a document; ranges count from its first byte, lines from `first_line`.
///
/// Takes the lines out of the glances that these have looked at already.
pub(super) fn repair(engine: &Engine, text: &[u8], glances: &mut [Glance], first_line: usize) -> Vec<Edit> {
    if !rate::is_suspicious(glances) || Technical::of(text).is_technical(screen::tokens(glances)) {
        return Vec::new();
    }
    let mut page = Page::scan(engine, text, glances);
    page.engine = engine::of(engine, &page);
    let page = page;
    let prior = rate::rates(&page, None);
    let mut readings: Vec<Option<Reading>> = page
        .lines
        .par_iter()
        .zip(&prior)
        .map_init(
            || engine.workers.hire(),
            |worker, (line, prior)| {
                (!line.tokens.is_empty()).then(|| {
                    let mut reading = Reading::build(engine, worker, line, &text[line.range.clone()], &page);
                    reading.decode(engine, worker, *prior);
                    reading
                })
            },
        )
        .collect();
    let found = |readings: &[Option<Reading>]| -> Vec<Found> {
        readings.iter().map(|r| r.as_ref().map_or(Found::default(), |r| Found { misread: r.misread, tail: r.tail })).collect()
    };
    for _ in 0..2 {
        let rates = rate::rates(&page, Some(&found(&readings)));
        readings.par_iter_mut().zip(&rates).for_each_init(
            || engine.workers.hire(),
            |worker, (reading, rate)| {
                if let Some(reading) = reading {
                    reading.decode(engine, worker, *rate);
                }
            },
        );
    }
    if !rate::is_scanned(&page, &found(&readings)) {
        return Vec::new();
    }
    let least = engine.options.min_confidence.max(engine.options.weights.ocr_certainty);
    let least = if page.foreign { least.max(FOREIGN_CERTAINTY) } else { least };
    let mut edits = Vec::new();
    for (i, (line, reading)) in page.lines.iter().zip(&readings).enumerate() {
        let Some(reading) = reading else { continue };
        let first = edits.len();
        render::edits(line, &text[line.range.clone()], reading, &engine.options.weights, least, &mut edits);
        for edit in &mut edits[first..] {
            edit.range = edit.range.start + line.range.start..edit.range.end + line.range.start;
            edit.line = first_line + i;
        }
    }
    lonely::take_out(text.len(), &mut edits);
    let capitals = capital::edits(&page, text, &edits, first_line);
    edits.extend(capitals.into_iter().filter(|e| e.confidence >= least));
    edits.sort_by_key(|e| e.range.start);
    edits
}

/// Whether a mark may stand in a form that makes it suspicious; the tokens are those of the line.
pub(super) fn may_be_speck(engine: &Engine, line: &[u8], tokens: &[Token], at: usize) -> bool {
    let forms = engine.ocr.suspects.forms(&line[tokens[at].range()]);
    // What stands before a mark is cheaper to know than what comes behind it.
    forms != 0 && forms & Form::bits_of(Form::left_of(line, tokens, at)) != 0 && forms & Form::of(line, tokens, at).bit() != 0
}
