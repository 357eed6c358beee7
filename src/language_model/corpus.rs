//! Text files as streams of symbols: what training counts.

use std::path::{Path, PathBuf};

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::symbol::{Symbol, WordId, symbol_of};
use super::train::TrainError;
use crate::text::{fold_into, tokenize};

/// The words a model is to know, numbered.
#[derive(Debug, Default)]
pub(super) struct Words {
    ids: FxHashMap<String, WordId>,
    /// Sorted pairs, as the packed vocabulary wants them.
    pub sorted: Vec<(String, WordId)>,
    /// Number of symbols, classes included.
    pub size: usize,
}

impl Words {
    /// Numbers the `words` in sorted order; a word marked as a class member gets the number of the class.
    pub fn new(words: impl IntoIterator<Item = (String, Option<WordId>)>) -> Result<Words, TrainError> {
        let mut words: Vec<(String, Option<WordId>)> = words.into_iter().collect();
        words.sort();
        words.dedup_by(|a, b| a.0 == b.0);
        let mut next = Symbol::FIRST_WORD as usize;
        let mut sorted = Vec::with_capacity(words.len());
        for (word, class) in words {
            let id = class.unwrap_or_else(|| {
                next += 1;
                (next - 1) as WordId
            });
            sorted.push((word, id));
        }
        if next > WordId::MAX as usize {
            return Err(TrainError::VocabularyTooLarge { words: next });
        }
        Ok(Words { ids: sorted.iter().cloned().collect(), sorted, size: next })
    }

    pub fn get(&self, word: &str) -> Option<WordId> {
        self.ids.get(word).copied()
    }
}

/// One document as symbols: each sentence from [`Symbol::START`] to [`Symbol::END`].
pub(super) fn encode(text: &[u8], words: &Words) -> Vec<WordId> {
    let mut out = Vec::with_capacity(text.len() / 5);
    let mut tokens = Vec::new();
    let mut folded = String::new();
    for line in text.split(|b| *b == b'\n') {
        // Corpora that blank out names leave this mark in their place.
        let line = if memchr::memmem::find(line, b"<UNK>").is_some() {
            String::from_utf8_lossy(line).replace("<UNK>", "Xunknownx").into_bytes()
        } else {
            line.to_vec()
        };
        tokenize(&line, &mut tokens);
        let first = out.len();
        let mut open = false;
        for token in &tokens {
            let bytes = &line[token.range()];
            let word = || {
                folded.clear();
                fold_into(bytes, &mut folded);
                words.get(&folded)
            };
            let Some(symbol) = symbol_of(token.kind, bytes, word) else { continue };
            if symbol == Symbol::END && !open {
                continue;
            }
            if !open {
                out.push(Symbol::START);
                open = true;
            }
            out.push(symbol);
            open &= symbol != Symbol::END;
        }
        if open && out.len() > first {
            out.push(Symbol::END);
        }
    }
    out
}

/// All regular files below the given paths, sorted, so that a folder gives the same model on every machine.
pub(super) fn files_below(paths: &[PathBuf]) -> Result<Vec<PathBuf>, TrainError> {
    fn walk(path: &Path, out: &mut Vec<PathBuf>) -> Result<(), TrainError> {
        let failed = |source| TrainError::Read { path: path.to_owned(), source };
        if std::fs::metadata(path).map_err(failed)?.is_dir() {
            for entry in std::fs::read_dir(path).map_err(failed)? {
                walk(&entry.map_err(failed)?.path(), out)?;
            }
        } else {
            out.push(path.to_owned());
        }
        Ok(())
    }
    let mut out = Vec::new();
    for path in paths {
        walk(path, &mut out)?;
    }
    out.sort();
    Ok(out)
}

/// Reads and encodes the documents, in order.
pub(super) fn read_documents(files: &[PathBuf], words: &Words) -> Result<Vec<Vec<WordId>>, TrainError> {
    files
        .par_iter()
        .map(|path| {
            let text = std::fs::read(path).map_err(|source| TrainError::Read { path: path.clone(), source })?;
            Ok(encode(&text, words))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_open_and_close() {
        let words = Words::new([("net".into(), None), ("income".into(), None)]).unwrap();
        let net = words.get("net").unwrap();
        let income = words.get("income").unwrap();
        assert_eq!(
            encode(b"Net income. Zork said 5%, odd\n...\n", &words),
            [
                Symbol::START,
                net,
                income,
                Symbol::END,
                Symbol::START,
                Symbol::NAME,
                Symbol::UNKNOWN,
                Symbol::PERCENT,
                Symbol::COMMA,
                Symbol::UNKNOWN,
                Symbol::END,
                Symbol::START,
                Symbol::COLON,
                Symbol::END
            ]
        );
    }
}
