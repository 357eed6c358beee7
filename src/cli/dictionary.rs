//! `degarble dictionary vocabulary`, `observe` and `compile`.

use std::collections::HashSet;
use std::fs;
use std::path::Path;

use super::args::{CompileArgs, ObserveArgs, VocabularyArgs};
use super::error::CliError;
use super::inputs::corpus_files;
use super::output::{check, write_whole};
use super::{Outcome, say};
use crate::dictionary::{
    DictionaryError, Inflections, Observer, Row, Sources, TableKind, VocabularyBuilder, compile as compile_rows, expand,
    known_words, parse_observed, parse_table, parse_vocabulary, write_observed, write_vocabulary,
};

/// Gathers the vocabulary of a corpus.
pub(super) fn vocabulary(args: &VocabularyArgs) -> Result<Outcome, CliError> {
    let files = corpus_files(&args.corpus)?;
    let mut inputs: Vec<&Path> = files.iter().map(|p| p.as_path()).collect();
    inputs.extend(args.finance.as_deref());
    check(&args.output, &inputs)?;
    let finance: HashSet<String> = match &args.finance {
        Some(path) => read(path)?.lines().map(|w| w.trim().to_lowercase()).collect(),
        None => HashSet::new(),
    };
    let mut builder = VocabularyBuilder::default();
    for path in &files {
        let text = fs::read(path).map_err(|source| CliError::Read { name: path.display().to_string(), source })?;
        builder.add_document(&text);
    }
    let words = builder.finish(|word| finance.contains(word));
    write_whole(&args.output, write_vocabulary(&words).as_bytes())?;
    say(format_args!("{}: {} words from {} documents", args.output.display(), words.len(), files.len()));
    Ok(Outcome::Done)
}

/// Compiles dictionary files, with the same steps as the build.
pub(super) fn compile(args: &CompileArgs) -> Result<Outcome, CliError> {
    let mut inputs: Vec<&Path> = vec![&args.vocabulary, &args.inflections];
    inputs.extend([&args.words, &args.phrases, &args.fallback, &args.observed].into_iter().filter_map(|path| path.as_deref()));
    check(&args.output, &inputs)?;
    let vocabulary = parse_vocabulary(&read(&args.vocabulary)?, &args.vocabulary)?;
    let inflections = Inflections::parse(&read(&args.inflections)?, &args.inflections)?;
    let mut rows = rows_of(args.words.as_deref(), TableKind::Words)?;
    rows.extend(rows_of(args.phrases.as_deref(), TableKind::Phrases)?);
    let fallback = rows_of(args.fallback.as_deref(), TableKind::Words)?;
    let known = known_words(vocabulary.iter().map(|w| w.word.as_str()));
    let observed = match &args.observed {
        Some(path) => Some(parse_observed(&read(path)?, path)?),
        None => None,
    };
    let sources = Sources { rows: &rows, fallback: &fallback, observed: observed.as_ref(), inflections: &inflections };
    let mut expansion = expand(sources, &known).without_rare_pairs();
    if let Some(observed) = &observed {
        expansion = expansion.with_leanings(observed, &vocabulary);
    }
    write_whole(&args.output, &compile_rows(&expansion))?;
    say(format_args!(
        "{}: {} pairs of {} originals from {} rows",
        args.output.display(),
        expansion.pairs.len(),
        expansion.kept.len(),
        rows.len() + fallback.len()
    ));
    Ok(Outcome::Done)
}

/// Counts what spinners did on pages whose swaps are marked.
pub(super) fn observe(args: &ObserveArgs) -> Result<Outcome, CliError> {
    check(&args.output, &args.pages.iter().map(|p| p.as_path()).collect::<Vec<_>>())?;
    let files = corpus_files(&args.pages)?;
    let mut observer = Observer::default();
    for file in &files {
        observer.add_page(&read(file)?, file)?;
    }
    let observed = observer.finish();
    write_whole(&args.output, write_observed(&observed).as_bytes())?;
    let swaps: u32 = observed.values().map(|o| o.swapped()).sum();
    say(format_args!("{}: {swaps} swaps, {} originals, {} pages", args.output.display(), observed.len(), files.len()));
    Ok(Outcome::Done)
}

/// The rows of a table; none where no file is given.
fn rows_of(path: Option<&Path>, kind: TableKind) -> Result<Vec<Row>, CliError> {
    match path {
        Some(path) => Ok(parse_table(&read(path)?, kind, path)?),
        None => Ok(Vec::new()),
    }
}

fn read(path: &Path) -> Result<String, CliError> {
    Ok(fs::read_to_string(path).map_err(|source| DictionaryError::Read { path: path.to_owned(), source })?)
}
