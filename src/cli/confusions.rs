//! `degarble dictionary confusions`: what an engine misreads, learned from its output.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use super::args::ConfusionsArgs;
use super::error::CliError;
use super::inputs::corpus_files;
use super::output::{check, write_whole};
use super::{Outcome, say};
use crate::dictionary::{DictionaryError, Observations, learn_confusions, parse_vocabulary, write_confusions, write_marks};

/// Halvings by which a word must be rarer than another to be taken for a misreading of it.
const RARER: u8 = 6;

/// Learns confusions and marks.
pub(super) fn run(args: &ConfusionsArgs) -> Result<Outcome, CliError> {
    let inputs: Vec<&Path> = args.read.iter().chain(&args.original).chain(&args.pairs).map(|p| p.as_path()).collect();
    check(&args.output, &inputs)?;
    if let Some(marks) = &args.marks {
        check(marks, &inputs)?;
    }
    if args.read.len() != args.original.len() {
        return Err(CliError::Usage("give one --original for each --read, in the same order".into()));
    }
    let mut seen = Observations::default();
    for (read, original) in args.read.iter().zip(&args.original) {
        let (left, right) = (text(read)?, text(original)?);
        if left.lines().count() != right.lines().count() {
            return Err(CliError::Usage(format!(
                "{} and {} differ in their number of lines; line by line they are to be one text",
                read.display(),
                original.display()
            )));
        }
        for (read, original) in left.lines().zip(right.lines()) {
            seen.add(read, original);
        }
    }
    for path in &corpus_files(&args.clean)? {
        text(path)?.lines().for_each(|line| seen.add_clean(line));
    }
    let weight = args.pairs_weight;
    let words: HashMap<String, u8> = match &args.vocabulary {
        Some(path) => parse_vocabulary(&text(path)?, path)?.into_iter().map(|w| (w.word, w.class)).collect(),
        None => HashMap::new(),
    };
    for path in &args.pairs {
        for (i, line) in text(path)?.lines().enumerate() {
            let fields: Vec<&str> = line.split('\t').collect();
            let count = fields.get(2).and_then(|n| n.parse::<f32>().ok());
            let ([read, original, _], Some(count)) = (&fields[..], count) else {
                let what = "write what was read, what stood there and how often, with tabs between them".into();
                return Err(DictionaryError::Syntax { path: path.clone(), line: i + 1, column: 1, what }.into());
            };
            // Lists of errors are noisy and partly the wrong way round: what can be trusted is a word that came of no word, or of
            // a far rarer one.
            let class = |word: &str| words.get(&word.to_lowercase()).copied();
            let rarer = |than: u8| class(read).is_none_or(|c| c >= than + RARER);
            if class(original).is_some_and(rarer) {
                seen.add_words(read, original, count * weight);
            }
        }
    }
    let pairs = seen.misreadings();
    let confusions = learn_confusions(&pairs);
    write_whole(&args.output, write_confusions(&confusions).as_bytes())?;
    say(format_args!("{}: {} confusions from {} misread words", args.output.display(), confusions.len(), pairs.len()));
    if let Some(path) = &args.marks {
        let rows = seen.marks();
        write_whole(path, write_marks(&rows).as_bytes())?;
        say(format_args!("{}: {} rows", path.display(), rows.len()));
    }
    Ok(Outcome::Done)
}

fn text(path: &Path) -> Result<String, CliError> {
    Ok(fs::read_to_string(path).map_err(|source| DictionaryError::Read { path: path.to_owned(), source })?)
}
