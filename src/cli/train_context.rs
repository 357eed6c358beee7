//! `degarble train-context`: clean transcripts in, a model of wide contexts out.

use std::fs;
use std::path::PathBuf;

use rayon::prelude::*;

use super::args::CorpusArgs;
use super::error::CliError;
use super::inputs::corpus_files;
use super::output::{check, write_whole};
use super::{Outcome, say};
use crate::context::{Lesson, learn};
use crate::dictionary::{DictionaryError, Spinner, Table};
use crate::language_model::{Model, TrainError, TrainOptions, train};
use crate::repair::{Options, Repairer};

/// Lessons are taken from this many parts of the corpus, each decoded by a language model of the others: one that knows a page by
/// heart would be in doubt about nothing.
const PARTS: usize = 6;

/// Times every page is spun: as many spinners that it met.
const SPINS: u64 = 2;

/// Spins, decodes and learns.
pub(super) fn run(args: &CorpusArgs) -> Result<Outcome, CliError> {
    check(&args.output, &args.inputs().collect::<Vec<_>>())?;
    let whole = args.options()?;
    let mut files = corpus_files(&args.corpus)?;
    files.sort();
    let table = Table::embedded().expansion();
    let spinner = Spinner::new(&table);
    let mut pages: Vec<Vec<Lesson>> = Vec::new();
    let mut language = None;
    for part in 0..PARTS {
        let (held_out, others): (Vec<_>, Vec<_>) = files.iter().enumerate().partition(|(i, _)| i % PARTS == part);
        say(format_args!("degarble: part {} of {PARTS}: training on the others", part + 1));
        let options = TrainOptions { corpus: others.into_iter().map(|(_, path)| path.clone()).collect(), ..whole.clone() };
        let model = Model::from_bytes(train(&options, &mut |_| {})?.model).map_err(TrainError::Packed)?;
        say(format_args!("degarble: part {} of {PARTS}: decoding", part + 1));
        let repairer = Repairer::with_parts(Options::default(), model.clone(), Table::embedded()).with_context(None);
        let decode = |(i, path): &(usize, &PathBuf)| {
            let bytes = fs::read(path).map_err(|source| DictionaryError::Read { path: path.to_path_buf(), source })?;
            // Corpora that blank out names leave this mark in their place.
            let page = String::from_utf8_lossy(&bytes).replace("<UNK>", "Smith");
            let spin = |n| repairer.lesson(&spinner.spin(&page, 1000 * *i as u64 + 500 * n));
            Ok((0..SPINS).map(spin).collect())
        };
        pages.extend(held_out.par_iter().map(decode).collect::<Result<Vec<_>, CliError>>()?);
        language = Some(model);
    }
    let Some(language) = language else { return Ok(Outcome::Done) };
    let report = learn(&pages, &language, &mut |what| say(format_args!("degarble: {what}")));
    write_whole(&args.output, &report.model)?;
    say(format_args!("choices: {}", report.choices));
    let [before, after] = report.right;
    say(format_args!("right on pages held out: {before:.4} as decoded, {after:.4} with the model"));
    let [before, after] = report.loss;
    say(format_args!("loss on pages held out: {before:.4} as decoded, {after:.4} with the model"));
    say(format_args!("{}: {} bytes", args.output.display(), report.model.len()));
    Ok(Outcome::Done)
}
