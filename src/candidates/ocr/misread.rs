//! Which word of the lists a string was, and the memory of what was found.

use std::sync::{Arc, PoisonError, RwLock};

use rustc_hash::FxHashMap;

use super::spacing::splits;
use super::{OcrBuilder, OcrResources, Seen, Standing, WordId};
use crate::candidates::lattice::{Accident, Lattice, Source};
use crate::candidates::lists::{Lists, Query};
use crate::candidates::node::{FIRST, SECOND};
use crate::candidates::plan::Bounds;
use crate::dictionary::ENGINES;
use crate::text::Kind;

/// A text that may have stood there, as the memory holds it.
#[derive(Debug, Clone)]
pub(super) struct Candidate {
    pub text: String,
    pub log_weight: f32,
    pub symbols: Vec<WordId>,
}

/// Log-probability of words that may take a known word's place, at least.
const RAREST: f32 = -12.0;

/// Candidates kept of one string, at most.
const MOST_UNKNOWN: usize = 16;
const MOST_KNOWN: usize = 4;
/// How many times as often as what an engine makes of it a document has a word, at least.
const HABIT: u32 = 6;

/// Share of words that writers repeat from their own page.
const CACHED: f32 = 0.2;

/// Words that any page is taken to have, at least: of a line or two nobody can tell what it repeats.
const SHORTEST_PAGE: f32 = 500.0;

/// Longest string that is searched for or cut up, in bytes.
const LONGEST: usize = 32;

/// Strings that are remembered at once of each kind, at most: streams bring new ones for ever.
const MOST_REMEMBERED: usize = 1 << 13;

/// What was found for strings, since pages repeat themselves and each other, and the lists as they are searched.
#[derive(Debug, Default)]
pub struct Memory {
    /// Of all engines and of each; of pages of calls, of pages with other words and of foreign ones; unknown strings and known words.
    found: [[[RwLock<Found>; 2]; 3]; ENGINES + 1],
    lists: Lists,
}

/// What was found for strings of one kind.
type Found = FxHashMap<String, Arc<[Candidate]>>;

impl OcrBuilder {
    /// Other words that `text`, the tokens from `at` on, may have been.
    #[allow(clippy::too_many_arguments)]
    pub(super) fn words<D: AsRef<[u8]>>(
        &mut self,
        resources: &OcrResources<'_, D>,
        token: &Seen<'_>,
        at: usize,
        length: usize,
        text: &str,
        lattice: &mut Lattice,
        texts: &mut Vec<String>,
    ) {
        let known = length == 1 && matches!(token.standing, Standing::Word);
        let found = self.candidates(resources, text, known);
        let own = if known || !found.is_empty() { Vec::new() } else { own_words(resources, text) };
        for c in found.iter().chain(&own) {
            let log_weight = c.log_weight + if known { 0.0 } else { familiarity(resources, c) };
            let source = Source::Reading { reading: texts.len() as u32, accident: Accident::Misread, log_weight };
            lattice.push(at, at + length, source, 0, c.symbols.iter().copied());
            texts.push(c.text.clone());
        }
    }

    /// Words that a string that no list holds may have been, with their log-probabilities wherever they stand.
    pub fn unknown<D: AsRef<[u8]>>(&mut self, resources: &OcrResources<'_, D>, text: &str) -> Vec<(String, f32)> {
        let found = self.candidates(resources, text, false);
        let words = found.iter().filter(|c| c.symbols.len() == 1);
        words.map(|c| (c.text.to_lowercase(), c.log_weight + (resources.unigram)(c.symbols[0]))).collect()
    }

    /// Whether a string that the document repeats is no word of its own but what the engine makes of a word that the document has
    /// far more often.
    pub(super) fn is_habit<D: AsRef<[u8]>>(&mut self, resources: &OcrResources<'_, D>, token: &Seen<'_>) -> bool {
        let likely = |c: &Candidate| c.log_weight >= -resources.costs.likely_bound;
        let far_more_often = |c: &Candidate| {
            let [symbol] = c.symbols[..] else { return false };
            !resources.classes.contains(&symbol)
                && resources.said.get(symbol as usize).is_some_and(|said| *said >= HABIT * token.repeated)
        };
        token.kind == Kind::Word && self.candidates(resources, token.text, false).iter().any(|c| likely(c) && far_more_often(c))
    }

    pub(super) fn candidates<D: AsRef<[u8]>>(
        &mut self,
        resources: &OcrResources<'_, D>,
        text: &str,
        known: bool,
    ) -> Arc<[Candidate]> {
        if text.len() > LONGEST {
            return Arc::new([]);
        }
        let kind = if resources.foreign { 2 } else { resources.rare as usize };
        let memory = &resources.memory.found[resources.engine.map_or(0, |e| e + 1)][kind][known as usize];
        if let Some(found) = memory.read().unwrap_or_else(PoisonError::into_inner).get(text) {
            return found.clone();
        }
        // Two threads may search for one string: both find the same.
        let found: Arc<[Candidate]> = self.find(resources, text, known).into();
        let mut memory = memory.write().unwrap_or_else(PoisonError::into_inner);
        if memory.len() >= MOST_REMEMBERED {
            memory.clear();
        }
        memory.insert(text.to_owned(), found.clone());
        found
    }

    fn find<D: AsRef<[u8]>>(&mut self, resources: &OcrResources<'_, D>, text: &str, known: bool) -> Vec<Candidate> {
        let costs = resources.costs;
        let letters = text.chars().count();
        let mut out = Vec::new();
        // Of a string of two or three characters anything could be made: only likely accidents count.
        let bound = match (known, letters) {
            (true, _) => costs.known_bound,
            (false, 0..=1) => costs.search_bound.min(4.0),
            (false, 2..=3) => costs.search_bound.min(7.0),
            // Long strings bear more accidents, and marks inside them tell of some.
            (false, 9..) if text.contains(|c: char| !c.is_alphabetic()) => costs.torn_bound,
            (false, _) => costs.search_bound,
        };
        let unlisted = if known || letters <= 3 { f32::INFINITY } else { -costs.unlisted };
        // Likely accidents first: whoever finds a likely word there need not look for the unlikely ones. Of a page with other words
        // than calls have the model does not know which are likely.
        let plausible = |c: &Candidate| resources.rare || c.log_weight + (resources.unigram)(c.symbols[0]) >= costs.plausible;
        let stages = [(bound.min(costs.likely_bound), f32::INFINITY), (bound, unlisted)];
        for (bound, unlisted) in stages.into_iter().take(1 + (bound > costs.likely_bound) as usize) {
            out.clear();
            self.collect(resources, text, known, bound, unlisted, &mut out);
            if out.iter().any(plausible) {
                break;
            }
        }
        // A rare word must be the better reading to be worth a look.
        let rank = |c: &Candidate| c.log_weight + 0.7 * (resources.unigram)(c.symbols[0]);
        out.sort_by(|a, b| rank(b).total_cmp(&rank(a)).then_with(|| a.text.cmp(&b.text)));
        out.truncate(if known { MOST_KNOWN } else { MOST_UNKNOWN });
        // Writers whom nobody edits slip, and their slips are theirs.
        if resources.foreign && !known && out.first().is_some_and(|c| is_slip(text, &c.text)) {
            out.clear();
        }
        // Other writers glue words together themselves.
        let rare = || (resources.word)(text).is_none_or(|word| (resources.unigram)(word) < costs.glued_known);
        if !resources.foreign && (!known || rare()) {
            splits(resources, text, &mut out);
        }
        if !resources.foreign && !known && text.contains(|c: char| !c.is_alphanumeric()) {
            self.marked(resources, text, &mut out);
        }
        out
    }

    /// What searches of the lists find.
    fn collect<D: AsRef<[u8]>>(
        &mut self,
        resources: &OcrResources<'_, D>,
        text: &str,
        known: bool,
        bound: f32,
        unlisted: f32,
        out: &mut Vec<Candidate>,
    ) {
        let costs = resources.costs;
        let [unknown_class, name_class] = resources.classes;
        // A word that may well stand is not given up for one beyond the vocabulary, nor for a name or a rare word.
        let is_rival = |value: u64| value as WordId != name_class && (resources.unigram)(value as WordId) >= RAREST;
        let query = Query {
            vocabulary: resources.vocabulary,
            wide: resources.wide,
            lists: &resources.memory.lists,
            is_rival: &is_rival,
            confusions: resources.confusions,
            engine: resources.engine,
        };
        for hit in self.seeker.seek(&query, text, known, Bounds { bound, unlisted }) {
            if hit.lists & SECOND != 0 {
                let log_weight = costs.wide_put - hit.weight;
                out.push(Candidate { text: hit.word.clone(), log_weight, symbols: vec![unknown_class] });
            }
            let Some(symbol) = resources.vocabulary.get(&hit.word).filter(|_| hit.lists & FIRST != 0) else { continue };
            let symbol = symbol.value() as WordId;
            let name = symbol == name_class;
            if known && (is_inflected(text, &hit.word) || !is_rival(symbol.into())) {
                continue;
            }
            // Clitics, codes and abbreviations of the vocabulary are no words to put down.
            if hit.word.starts_with('\'') || hit.word.contains(|c: char| c.is_ascii_digit() || c == '.') {
                continue;
            }
            let extra = if name { costs.name } else { 0.0 };
            let log_weight = extra - hit.weight;
            let text = if name { capitalised(&hit.word) } else { hit.word };
            out.push(Candidate { text, log_weight, symbols: vec![symbol] });
        }
    }
}

/// Words of the page that a string may have been which no search finds.
fn own_words<D>(resources: &OcrResources<'_, D>, text: &str) -> Vec<Candidate> {
    let near = resources.own.near(resources, text, resources.costs.own_bound);
    near.into_iter()
        .map(|(weight, word, symbol)| Candidate { text: word.to_owned(), log_weight: -weight, symbols: vec![symbol] })
        .collect()
}

/// How much likelier a word is on a page that holds it than anywhere: a cache language model (Kuhn & De Mori 1990), which draws some words
/// from the page itself.
fn familiarity<D>(resources: &OcrResources<'_, D>, candidate: &Candidate) -> f32 {
    let [symbol] = *candidate.symbols else { return 0.0 };
    let (said, usual) = if resources.classes.contains(&symbol) {
        let said = resources.names.get(candidate.text.to_lowercase().as_str()).copied().unwrap_or_default();
        (said, (resources.unigram)(symbol) + resources.costs.name)
    } else {
        (resources.said.get(symbol as usize).copied().unwrap_or_default(), (resources.unigram)(symbol))
    };
    let share = said as f32 / resources.words.max(SHORTEST_PAGE);
    (1.0 - CACHED + CACHED * share / usual.exp()).ln()
}
/// A name as names are written; those of several parts are more than the lists tell.
fn capitalised(word: &str) -> String {
    let mut rest = word.chars();
    rest.next().into_iter().flat_map(char::to_uppercase).chain(rest).collect()
}

/// Whether a string is a word as it is often spelt wrongly: a letter doubled or not doubled, or one vowel in place of another.
fn is_slip(read: &str, word: &str) -> bool {
    let [read, word] = [read, word].map(|s| s.chars().collect::<Vec<char>>());
    let same = read.iter().zip(&word).take_while(|(r, w)| r == w).count();
    if same == 0 {
        return false;
    }
    if read.len() == word.len() {
        let vowel = |s: &[char]| matches!(s.get(same), Some('a' | 'e' | 'i' | 'o' | 'u'));
        return vowel(&read) && vowel(&word) && read[same + 1..] == word[same + 1..];
    }
    let (short, long) = if read.len() < word.len() { (read, word) } else { (word, read) };
    long.len() == short.len() + 1 && long[same] == long[same - 1] && long[same + 1..] == short[same..]
}

/// Whether two words share all but their last letters: which form a writer wanted, a misread page does not tell.
fn is_inflected(a: &str, b: &str) -> bool {
    let shared = a.bytes().zip(b.bytes()).take_while(|(x, y)| x == y).count();
    let rest = a.len().max(b.len()) - shared;
    shared >= 3 && rest <= 2
}

#[cfg(test)]
mod tests {
    use super::is_slip;

    #[test]
    fn doubled_letters_and_vowels_are_slips() {
        assert!(is_slip("fullfill", "fulfill"));
        assert!(is_slip("ocurred", "occurred"));
        assert!(is_slip("seperate", "separate"));
        assert!(!is_slip("eamings", "earnings"));
        assert!(!is_slip("havc", "have"));
        assert!(!is_slip("urface", "surface"));
        assert!(!is_slip("oven", "even"), "engines misread first letters, writers hardly ever");
        assert!(!is_slip("", ""));
        assert!(!is_slip("profit", "profit"));
    }
}
