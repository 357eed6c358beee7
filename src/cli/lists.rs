//! Users' own tables: pairs that join the embedded ones, words to know, words never to edit.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fs;
use std::path::Path;

use super::error::CliError;
use super::settings::Settings;
use crate::dictionary::{
    DictionaryError, Expansion, Inflections, Row, Sources, Table, TableKind, expand, parse_table, parse_vocabulary,
};
use crate::language_model::Model;
use crate::text::PhraseList;

/// What the settings name, read and checked.
#[derive(Debug, Default)]
pub(super) struct Lists {
    /// Pairs; `None` where no dictionary is named.
    pub pairs: Option<Expansion>,
    /// Words to know, and whether they are names.
    pub words: Vec<(String, bool)>,
    /// Words and phrases never to edit.
    pub protect: Vec<String>,
}

impl Lists {
    /// Reads all lists. The model says which words are known already.
    pub fn read(settings: &Settings, model: &Model) -> Result<Lists, CliError> {
        let mut lists = Lists::default();
        for path in &settings.vocabulary {
            lists.words.extend(vocabulary(path)?);
        }
        let added: HashSet<&str> = lists.words.iter().map(|(word, _)| word.as_str()).collect();
        let known = |word: &str| model.word(word).is_some() || added.contains(word);
        let mut pairs = None;
        for path in &settings.dictionary {
            let more = dictionary(path, &known)?;
            let all: &mut Expansion = pairs.get_or_insert_default();
            // Of two files the later one counts.
            let replaced: HashSet<(&str, &str)> = more.pairs.iter().map(|p| (&*p.original, &*p.spun)).collect();
            all.pairs.retain(|p| !replaced.contains(&(&p.original, &p.spun)));
            all.pairs.extend(more.pairs);
            all.kept.extend(more.kept);
        }
        // A word that somebody writes down as an original is a word.
        let originals = pairs.iter().flat_map(|p: &Expansion| p.kept.keys()).filter(|o| !o.contains(' ') && !known(o));
        let originals: Vec<(String, bool)> = originals.map(|o| (o.clone(), false)).collect();
        lists.words.extend(originals);
        lists.pairs = pairs;
        for path in &settings.protect {
            lists.protect.extend(protected(path)?);
        }
        lists.protect.extend(settings.protect_words.iter().cloned());
        Ok(lists)
    }
}

fn bytes(path: &Path) -> Result<Vec<u8>, CliError> {
    Ok(fs::read(path).map_err(|source| DictionaryError::Read { path: path.to_owned(), source })?)
}

/// A list as text, without the mark that some editors put first.
fn text<'a>(path: &Path, bytes: &'a [u8]) -> Result<&'a str, CliError> {
    let text = std::str::from_utf8(bytes).map_err(|e| {
        let before = &bytes[..e.valid_up_to()];
        let line = 1 + memchr::memchr_iter(b'\n', before).count();
        let column = 1 + String::from_utf8_lossy(before).rsplit('\n').next().map_or(0, |l| l.chars().count());
        syntax(path, line, column, "not UTF-8")
    })?;
    Ok(text.strip_prefix('\u{FEFF}').unwrap_or(text))
}

fn syntax(path: &Path, line: usize, column: usize, what: &str) -> CliError {
    DictionaryError::Syntax { path: path.to_owned(), line, column, what: what.to_owned() }.into()
}

/// A dictionary, compiled or as text: rows of four columns are words, rows of three are phrases.
fn dictionary(path: &Path, known: &dyn Fn(&str) -> bool) -> Result<Expansion, CliError> {
    let bytes = bytes(path)?;
    if bytes.starts_with(b"DGDC") {
        let table = Table::from_bytes(bytes).map_err(|source| CliError::Compiled { path: path.to_owned(), source })?;
        return Ok(table.expansion());
    }
    let text = text(path, &bytes)?;
    // Each kind of row alone, with empty lines for the others: a mistake has its line then.
    let only = |phrases: bool| -> String {
        let is_phrase = |line: &str| !line.starts_with('#') && line.matches('\t').count() == 2;
        text.lines().map(|line| if is_phrase(line) == phrases { format!("{line}\n") } else { "\n".into() }).collect()
    };
    let mut rows: Vec<Row> = parse_table(&only(false), TableKind::Words, path)?;
    rows.extend(parse_table(&only(true), TableKind::Phrases, path)?);
    let inflections = include_str!("../../dictionaries/inflections.tsv");
    let inflections = Inflections::parse(inflections, Path::new("dictionaries/inflections.tsv"))?;
    // The forms that are written down are vouched for; those made by rule must be words.
    let written: HashSet<&str> = rows.iter().flat_map(|row| row.original.split(' ')).collect();
    let sources = Sources { rows: &rows, fallback: &[], observed: None, inflections: &inflections };
    Ok(expand(sources, &|word| known(word) || written.contains(word)))
}

/// Words to know: rows of a vocabulary, or bare words.
fn vocabulary(path: &Path) -> Result<Vec<(String, bool)>, CliError> {
    let bytes = bytes(path)?;
    let text = text(path, &bytes)?;
    let full: String = text
        .lines()
        .map(|line| match line {
            "" => Cow::Borrowed("\n"),
            _ if line.starts_with('#') || line.contains('\t') => Cow::Owned(format!("{line}\n")),
            _ => Cow::Owned(format!("{}\t12\t\n", line.trim())),
        })
        .collect();
    let words = parse_vocabulary(&full, path)?;
    for (number, line) in full.lines().enumerate().filter(|(_, l)| !l.starts_with('#')) {
        let word = line.split('\t').next().unwrap_or_default();
        if let Some(at) = word.chars().position(char::is_whitespace) {
            return Err(syntax(path, number + 1, at + 1, "a space: write one word a line"));
        }
    }
    Ok(words.into_iter().map(|w| (w.word.to_lowercase(), w.name)).collect())
}

/// Words and phrases never to edit, one a line.
fn protected(path: &Path) -> Result<Vec<String>, CliError> {
    let bytes = bytes(path)?;
    let mut out = Vec::new();
    for (i, line) in text(path, &bytes)?.lines().enumerate() {
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some(at) = line.chars().position(|c| c == '\t') {
            return Err(syntax(path, i + 1, at + 1, "a tab: write one word or phrase a line and nothing more"));
        }
        if !PhraseList::default().add(line) {
            return Err(syntax(path, i + 1, 1, "no word that could be protected"));
        }
        out.push(line.trim().to_owned());
    }
    Ok(out)
}
