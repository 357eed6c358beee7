//! `degarble tune`: measures repairs on marked pages, and searches for better weights.

use std::fs;
use std::io::{self, Write};

use rayon::prelude::*;

use super::args::TuneArgs;
use super::error::CliError;
use super::inputs::corpus_files;
use super::{Outcome, say};
use crate::channel::Weights;
use crate::dictionary::{DictionaryError, Table, read_marked};
use crate::language_model::Model;
use crate::random::Random;
use crate::repair::{Options, Reliability, Repairer, Score};

/// The texts that weights are judged by.
struct Pages {
    /// Garbled and original.
    marked: Vec<(String, String)>,
    clean: Vec<Vec<u8>>,
}

/// How a setting does.
#[derive(Debug, Clone, Copy)]
struct Measured {
    score: Score,
    /// Edits on clean pages, each of them wrong.
    clean: usize,
}

impl Measured {
    /// What is maximised: F0.5, a little recall among equals, and clean pages above all.
    fn goal(&self) -> f64 {
        self.score.f_half() + 0.1 * self.score.recall() - 0.002 * self.clean as f64
    }
}

/// Runs the search and writes the best weights found.
pub(super) fn run(args: &TuneArgs) -> Result<Outcome, CliError> {
    let read = |path: &std::path::PathBuf| {
        fs::read_to_string(path).map_err(|source| CliError::from(DictionaryError::Read { path: path.clone(), source }))
    };
    let mut pages = Pages { marked: Vec::new(), clean: Vec::new() };
    for path in corpus_files(&args.pages)? {
        pages.marked.push(read_marked(&read(&path)?, &path)?);
    }
    for path in corpus_files(&args.clean)? {
        pages.clean.push(read(&path)?.into_bytes());
    }
    let model = Model::embedded();
    let table = match &args.table {
        Some(path) => {
            let failed = |source| DictionaryError::Read { path: path.clone(), source };
            let bytes = fs::read(path).map_err(failed)?;
            Table::from_bytes(bytes).map_err(|source| CliError::Compiled { path: path.clone(), source })?
        }
        None => Table::embedded(),
    };
    let measure = |weights: &Weights| {
        let options = Options { weights: weights.clone(), ..Options::default() };
        measure(&Repairer::with_parts(options, model.clone(), table.clone()), &pages)
    };
    let mut weights = Weights::default();
    let mut best = measure(&weights);
    tell("as it is", &best);
    let mut random = Random::new(args.seed);
    for round in 1..=args.rounds {
        let mut tried = weights.clone();
        let mut numbers = tried.tunable();
        for _ in 0..1 + random.below(3) {
            let (_, number, step) = &mut numbers[random.below(Weights::TUNABLE)];
            **number = step.take(**number, random.normal());
        }
        let result = measure(&tried);
        if result.goal() > best.goal() {
            (weights, best) = (tried, result);
            tell(&format!("round {round}"), &best);
        }
    }
    let judged = judged(&weights, &model, &table, &pages);
    // What is taken for unfamiliar spinners is taken by then.
    let reliability: Reliability =
        judged.iter().map(|(posterior, right)| (weights.confidence(*posterior, 0.0), *right)).collect();
    let mut out = io::stdout().lock();
    // A closed pipe leaves nobody to tell.
    let _ = writeln!(out, "{reliability}");
    for (name, number, _) in weights.tunable() {
        let _ = writeln!(out, "{name} = {number:.3}");
    }
    // Not searched for: it can be worked out, and moves no edit but across the threshold.
    weights.fit_confidence(&judged);
    let _ = writeln!(out, "confidence_scale = {:.3}", weights.confidence_scale);
    let _ = writeln!(out, "confidence_shift = {:.3}", weights.confidence_shift);
    Ok(Outcome::Done)
}

fn measure(repairer: &Repairer, pages: &Pages) -> Measured {
    let scores: Vec<Score> = pages
        .marked
        .par_iter()
        .map(|(garbled, original)| Score::of(garbled, &repairer.repair(garbled).text(), original))
        .collect();
    let mut score = Score::default();
    for s in scores {
        score += s;
    }
    Measured { score, clean: pages.clean.par_iter().map(|text| repairer.repair(text).edits.len()).sum() }
}

/// The posteriors of all edits of the best readings, those too that are too unlikely to be made, and whether they are right.
fn judged(weights: &Weights, model: &Model, table: &Table, pages: &Pages) -> Vec<(f32, bool)> {
    let weights = Weights { confidence_scale: 1.0, confidence_shift: 0.0, ..weights.clone() };
    let options = Options { min_confidence: 0.0, alternatives: false, weights, ..Options::default() };
    let repairer = Repairer::with_parts(options, model.clone(), table.clone());
    let judge = |(garbled, original): &(String, String)| Reliability::judged(garbled, &repairer.repair(garbled), original);
    pages.marked.par_iter().flat_map_iter(judge).collect()
}

fn tell(what: &str, r: &Measured) {
    let s = &r.score;
    say(format_args!(
        "{what}: precision {:.4}, recall {:.4}, F0.5 {:.4}, harm {:.2} per 1,000 words, {} edits of clean pages",
        s.precision(),
        s.recall(),
        s.f_half(),
        1000.0 * s.harm as f64 / s.tokens.max(1) as f64,
        r.clean
    ));
}
