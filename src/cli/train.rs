//! `degarble train`: a corpus in, a packed model out.

use std::fs;
use std::path::Path;

use super::args::TrainArgs;
use super::error::CliError;
use super::output::{check, write_whole};
use super::{Outcome, say};
use crate::dictionary::{DictionaryError, parse_vocabulary};
use crate::language_model::{TrainOptions, TrainReport, train};

/// Trains a model and writes it.
pub(super) fn run(args: &TrainArgs) -> Result<Outcome, CliError> {
    let mut inputs: Vec<&Path> = args.corpus.iter().chain(&args.held_out).map(|p| p.as_path()).collect();
    inputs.push(&args.vocabulary);
    check(&args.output, &inputs)?;
    if let Some(arpa) = &args.arpa {
        check(arpa, &inputs)?;
    }
    let text =
        fs::read_to_string(&args.vocabulary).map_err(|source| DictionaryError::Read { path: args.vocabulary.clone(), source })?;
    let words = parse_vocabulary(&text, &args.vocabulary)?;
    let options = TrainOptions {
        corpus: args.corpus.clone(),
        vocabulary: words.into_iter().map(|w| (w.is_class_only(), w)).map(|(name, w)| (w.word, name)).collect(),
        order: args.order,
        budget: args.budget,
        arpa: args.arpa.clone(),
        held_out: args.held_out.clone(),
    };
    let report = train(&options, &mut |what| say(format_args!("degarble: {what}")))?;
    write_whole(&args.output, &report.model)?;
    tell(args, &report);
    Ok(Outcome::Done)
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
    say(format_args!("{}: {} bytes", args.output.display(), report.model.len()));
}
