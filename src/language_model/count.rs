//! Counting n-grams: sort and merge of packed keys.

use rayon::prelude::*;

use super::symbol::{Symbol, WordId};

/// An n-gram of up to four symbols, 16 bits each, the last symbol lowest. Keys of one order sort as their symbol rows do.
pub(super) type Key = u64;

/// The longest n-grams a key holds.
pub const MAX_ORDER: usize = 4;

pub(super) fn key(symbols: &[WordId]) -> Key {
    symbols.iter().fold(0, |k, s| k << 16 | *s as Key)
}

/// The key without its last symbol.
pub(super) fn history(key: Key) -> Key {
    key >> 16
}

/// The key of order `n` without its first symbol.
pub(super) fn suffix(key: Key, n: usize) -> Key {
    key & (u64::MAX >> (64 - 16 * (n - 1)))
}

/// The first symbol of a key of order `n`.
pub(super) fn first(key: Key, n: usize) -> WordId {
    (key >> (16 * (n - 1))) as WordId
}

/// The counts of one order, sorted by key.
#[derive(Debug, Default, Clone)]
pub(super) struct Counts {
    pub keys: Vec<Key>,
    /// How often the n-gram occurs.
    pub raw: Vec<u32>,
    /// Whether at least two documents hold it: what one document alone says stays with that document.
    pub shared: Vec<bool>,
}

/// Counts the n-grams of order `n` in the documents.
pub(super) fn count(documents: &[Vec<WordId>], n: usize) -> Counts {
    // Per document first: the second component tells how many documents hold a key.
    let mut entries: Vec<(Key, u32)> = documents
        .par_iter()
        .flat_map_iter(|d| {
            let mut keys = Vec::with_capacity(d.len());
            for (end, symbol) in d.iter().enumerate() {
                // The start mark is given, never predicted; n-grams do not cross sentences.
                if *symbol == Symbol::START || end + 1 < n {
                    continue;
                }
                let gram = &d[end + 1 - n..=end];
                if gram[1..].contains(&Symbol::START) {
                    continue;
                }
                keys.push(key(gram));
            }
            keys.sort_unstable();
            keys.chunk_by(|a, b| a == b).map(|run| (run[0], run.len() as u32)).collect::<Vec<_>>()
        })
        .collect();
    entries.par_sort_unstable_by_key(|e| e.0);
    let mut out = Counts::default();
    if n == 1 {
        // Never predicted, but a history like any other: it needs a place for its back-off weight.
        entries.insert(0, (Symbol::START as Key, 0));
        entries.sort_unstable_by_key(|e| e.0);
    }
    for run in entries.chunk_by(|a, b| a.0 == b.0) {
        out.keys.push(run[0].0);
        out.raw.push(run.iter().map(|e| e.1).sum());
        out.shared.push(run.len() > 1);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_take_apart() {
        let k = key(&[5, 6, 7]);
        assert_eq!(history(k), key(&[5, 6]));
        assert_eq!(suffix(k, 3), key(&[6, 7]));
        assert_eq!(first(k, 3), 5);
    }

    #[test]
    fn counts_stop_at_sentences_and_know_documents() {
        let d = vec![vec![1, 20, 21, 2, 1, 20, 21, 2], vec![1, 20, 22, 2]];
        let c = count(&d, 2);
        let at = |k: &[WordId]| c.keys.binary_search(&key(k)).map(|i| (c.raw[i], c.shared[i]));
        assert_eq!(at(&[1, 20]), Ok((3, true)));
        assert_eq!(at(&[20, 21]), Ok((2, false)));
        assert!(at(&[2, 1]).is_err());
    }
}
