//! The lists of words as they are searched: as they come for a few strings, with trees of their words for many.
//!
//! The finite-state lists can be walked from the first letters of words only. What it takes to walk them from the last ones is made
//! when it pays: a short text has few strange words.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use fst::Streamer;
use fst::raw::Fst;

use super::moves::{BothMoves, Direction};
use super::node::{FIRST, SECOND};
use super::plan::Bounds;
use super::search::{Hit, Search};
use super::tree::{ROOT, Tree, Words};
use super::union::{BOTH, FIRST_ONLY, Union};
use crate::dictionary::{Confusions, ENGINES};

/// Steps that walks from one end take before the words are listed for searches from both: listing them takes as long as twice as many.
const MANY: u32 = 50_000;

/// Longest word that is listed, in bytes: no string that is searched for is nearly as long, and a model that is not ours may have any.
const LONGEST: usize = 255;

/// The lists of all searches.
#[derive(Debug, Default)]
pub(super) struct Lists {
    /// Steps that were taken so far.
    steps: AtomicU32,
    listed: OnceLock<Listed>,
}

/// Words for searches from both ends.
#[derive(Debug)]
struct Listed {
    /// Those of both lists, from their ends.
    back: Words,
    /// Those that may take a known word's place.
    rivals: Words,
    rivals_back: Words,
}

/// What searches are made of.
pub(super) struct Query<'a, A, B> {
    /// The language model's vocabulary.
    pub vocabulary: &'a Fst<A>,
    /// Words beyond it.
    pub wide: &'a Fst<B>,
    /// The words of both, once they are listed.
    pub lists: &'a Lists,
    /// Whether a word of the vocabulary, by its number, may take a known word's place.
    pub is_rival: &'a dyn Fn(u64) -> bool,
    /// What engines confuse.
    pub confusions: &'a Confusions,
    /// The engine whose confusions those are, if they are not those of all.
    pub engine: Option<usize>,
}

impl<A: AsRef<[u8]>, B: AsRef<[u8]>> Query<'_, A, B> {
    /// The words, once it pays to list them.
    fn listed(&self) -> Option<&Listed> {
        let Lists { steps, listed } = self.lists;
        // Nothing depends on who counts when: searches from one end and from both find the same.
        if listed.get().is_none() && steps.load(Ordering::Relaxed) < MANY {
            return None;
        }
        Some(listed.get_or_init(|| self.list()))
    }

    fn list(&self) -> Listed {
        let [mut back, mut rivals, mut rivals_back] =
            [Direction::Backward, Direction::Forward, Direction::Backward].map(Words::new);
        let mut stream = self.vocabulary.stream();
        while let Some((word, value)) = stream.next() {
            if word.len() > LONGEST {
                continue;
            }
            back.add(word, FIRST);
            if (self.is_rival)(value.value()) {
                rivals.add(word, FIRST);
                rivals_back.add(word, FIRST);
            }
        }
        let mut stream = self.wide.stream();
        while let Some((word, _)) = stream.next() {
            back.add(word, SECOND);
        }
        for words in [&mut back, &mut rivals, &mut rivals_back] {
            words.settle();
        }
        Listed { back, rivals, rivals_back }
    }
}

/// Trees of the words, as far as they have grown.
#[derive(Debug)]
struct Trees {
    back: Tree,
    rivals: Tree,
    rivals_back: Tree,
}

impl Trees {
    fn new(listed: &Listed) -> Trees {
        let Listed { back, rivals, rivals_back } = listed;
        Trees { back: Tree::new(back), rivals: Tree::new(rivals), rivals_back: Tree::new(rivals_back) }
    }
}

/// Searches lists; keeps what it needs again.
#[derive(Debug, Default)]
pub(super) struct Seeker {
    /// The tables of all engines, then of each.
    moves: [Option<BothMoves>; ENGINES + 1],
    search: Search,
    union: Union,
    trees: Option<Trees>,
}

impl Seeker {
    /// Words that may have been read as `read`, cheapest first; in place of a known word those of the vocabulary.
    pub fn seek<A, B>(&mut self, query: &Query<'_, A, B>, read: &str, known: bool, bounds: Bounds) -> Vec<Hit>
    where
        A: AsRef<[u8]>,
        B: AsRef<[u8]>,
    {
        let Seeker { moves, search, union, trees } = self;
        let moves = moves[query.engine.map_or(0, |e| e + 1)].get_or_insert_with(|| BothMoves::new(query.confusions));
        let all = union.open(query.vocabulary, query.wide);
        let Some(listed) = query.listed() else {
            let hits = search.forward(all, if known { FIRST_ONLY } else { BOTH }, read, moves, bounds);
            query.lists.steps.fetch_add(search.take_steps(), Ordering::Relaxed);
            return hits;
        };
        let Trees { back, rivals, rivals_back } = trees.get_or_insert_with(|| Trees::new(listed));
        match known {
            true => {
                let words = (rivals.open(&listed.rivals), ROOT);
                search.both_ways(words, rivals_back.open(&listed.rivals_back), read, moves, bounds)
            }
            false => search.both_ways((all, BOTH), back.open(&listed.back), read, moves, bounds),
        }
    }
}
