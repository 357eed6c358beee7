//! `degarble train`: a corpus in, a packed model out.

use std::fs;
use std::path::Path;

use super::args::{CorpusArgs, TrainArgs};
use super::error::CliError;
use super::output::{check, write_whole};
use super::{Outcome, say};
use crate::dictionary::{DictionaryError, parse_vocabulary};
use crate::language_model::{MAX_ORDER, TrainOptions, TrainReport, train};

/// Trains a model and writes it.
pub(super) fn run(args: &TrainArgs) -> Result<Outcome, CliError> {
    let inputs: Vec<&Path> = args.of.inputs().chain(args.held_out.iter().map(|p| p.as_path())).collect();
    check(&args.of.output, &inputs)?;
    if let Some(arpa) = &args.arpa {
        check(arpa, &inputs)?;
    }
    let options =
        TrainOptions { order: args.order, arpa: args.arpa.clone(), held_out: args.held_out.clone(), ..args.of.options()? };
    let report = train(&options, &mut |what| say(format_args!("degarble: {what}")))?;
    write_whole(&args.of.output, &report.model)?;
    tell(args, &report);
    Ok(Outcome::Done)
}

impl CorpusArgs {
    /// What is read.
    pub fn inputs(&self) -> impl Iterator<Item = &Path> {
        self.corpus.iter().chain([&self.vocabulary]).map(|p| p.as_path())
    }

    /// A training run on the whole corpus.
    pub fn options(&self) -> Result<TrainOptions, CliError> {
        let path = &self.vocabulary;
        let text = fs::read_to_string(path).map_err(|source| DictionaryError::Read { path: path.clone(), source })?;
        let words = parse_vocabulary(&text, path)?;
        Ok(TrainOptions {
            corpus: self.corpus.clone(),
            vocabulary: words.into_iter().map(|w| (w.is_class_only(), w)).map(|(name, w)| (w.word, name)).collect(),
            order: MAX_ORDER,
            budget: self.budget,
            arpa: None,
            held_out: Vec::new(),
        })
    }
}

/// Says what came out.
fn tell(args: &TrainArgs, report: &TrainReport) {
    say(format_args!("documents: {}, symbols: {}", report.documents, report.symbols));
    for (i, (kept, seen)) in report.kept.iter().enumerate() {
        say(format_args!("{}-grams: kept {kept} of {seen}", i + 1));
    }
    if let Some([unpruned, pruned, quantised]) = report.perplexity {
        say(format_args!("perplexity: unpruned {unpruned:.2}, pruned {pruned:.2}, quantised {quantised:.2}"));
    }
    say(format_args!("{}: {} bytes", args.of.output.display(), report.model.len()));
}
