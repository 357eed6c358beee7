//! Filling a lattice for one sentence.

use std::ops::Range;

use super::forms::{Forms, Originals, least_plausible};
use super::lattice::{Arc, Lattice, Source};
use crate::dictionary::{Entry, OriginalId, Spun, Table};
use crate::text::Kind;

type WordId = u16;

/// A token of a sentence as the lattice sees it.
#[derive(Debug, Clone)]
pub struct Observed {
    /// The lower-case form, as a range into the sentence's folded text.
    pub folded: Range<usize>,
    /// What the language model reads for the token as it stands.
    pub symbol: WordId,
    /// Whether that is a class for words the vocabulary does not hold.
    pub unknown: bool,
    /// What the token is.
    pub kind: Kind,
    /// Whether edits must leave it alone.
    pub protected: bool,
    /// Whether an edit may reach from the token before this one into it: not over a quotation mark.
    pub joins: bool,
    /// Whether a hyphen or slash stands between the token before this one and it: an edit across keeps the number of words.
    pub hyphen: bool,
    /// The table's row for the word.
    pub original: Option<OriginalId>,
    /// Where the automaton of spun forms stands behind it.
    pub spun: Option<Spun>,
    /// Begins with a capital where neither a sentence start nor a heading explains it.
    pub capital: bool,
}

/// Number of a lower-case word in the language model; `None` where it is unknown or a mere name.
pub type WordLookup = dyn Fn(&str) -> Option<WordId> + Send + Sync;

/// What building needs to look things up.
#[derive(Clone, Copy)]
pub struct Resources<'a> {
    /// Substitution tables; user tables come after the embedded one.
    pub table: &'a Table,
    /// The language model's vocabulary.
    pub word: &'a WordLookup,
    /// What the language model reads for a name it does not know.
    pub name: WordId,
}

impl std::fmt::Debug for Resources<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Resources").finish_non_exhaustive()
    }
}

/// What arcs are worth before anything is known of the document or of what surrounds them.
#[derive(Clone, Copy)]
pub struct Worth<'a> {
    /// The channel's log-probability of an arc; of one that splits a word, with what the halves stand for.
    pub channel: &'a dyn Fn(&Arc, [Option<Entry>; 2]) -> f32,
    /// What the language model makes of an arc's words wherever they stand, at best.
    pub words: &'a dyn Fn(&Arc, &[WordId]) -> f32,
}

impl std::fmt::Debug for Worth<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Worth").finish_non_exhaustive()
    }
}

/// Longest spun form in tokens.
const LONGEST: usize = 5;

/// Shortest half of a glued word.
const SHORTEST_HALF: usize = 3;

/// Builds lattices; keeps what it has looked up for the sentences that follow.
#[derive(Debug, Default)]
pub struct LatticeBuilder {
    originals: Originals,
    forms: Forms,
}

impl LatticeBuilder {
    /// Fills `lattice` with the arcs of one sentence, weighed.
    ///
    /// Every token has a keep arc, so there is always a path. Words for words that no context makes up for are left out. A builder
    /// is for one table, one model and one `worth`: it remembers.
    pub fn build(
        &mut self,
        resources: Resources<'_>,
        worth: Worth<'_>,
        folded: &str,
        sentence: &[Observed],
        lattice: &mut Lattice,
    ) {
        lattice.clear();
        for (i, token) in sentence.iter().enumerate() {
            lattice.next_position();
            let text = &folded[token.folded.clone()];
            let editable = matches!(token.kind, Kind::Word | Kind::Clitic) && !token.protected;
            let original = if editable { token.original } else { None };
            let keep = self.add(worth, i..i + 1, Source::Keep { original }, token.unknown as u8, &[token.symbol], lattice);
            if !editable {
                continue;
            }
            self.substitutions(resources, worth, folded, sentence, i, keep, lattice);
            if token.unknown && token.kind == Kind::Word {
                self.splits(resources, worth, text, i, lattice);
            }
        }
    }

    /// Adds an arc that nobody has weighed yet and returns what it is worth before any context is seen.
    fn add(
        &self,
        worth: Worth<'_>,
        tokens: Range<usize>,
        source: Source,
        unknown: u8,
        symbols: &[WordId],
        lattice: &mut Lattice,
    ) -> f32 {
        let halves = match source {
            Source::Split { halves, .. } => lattice.halves(halves),
            _ => [None, None],
        };
        let arc = Arc::new(tokens.clone(), source, unknown, (0, symbols.len()));
        let (weight, words) = ((worth.channel)(&arc, halves), (worth.words)(&arc, symbols));
        lattice.push_read(tokens, source, unknown, symbols);
        lattice.value(weight, words);
        weight + words
    }

    /// What the language model reads for an original of one word that it can name.
    pub fn word(&mut self, resources: Resources<'_>, original: OriginalId) -> Option<WordId> {
        self.originals.word(resources, original)
    }

    /// Adds what the forms that begin at a token stand for; `keep` is what the token is worth as it stands.
    #[allow(clippy::too_many_arguments)]
    fn substitutions(
        &mut self,
        resources: Resources<'_>,
        worth: Worth<'_>,
        folded: &str,
        sentence: &[Observed],
        at: usize,
        keep: f32,
        lattice: &mut Lattice,
    ) {
        let Self { originals, forms } = self;
        let window = &sentence[at..sentence.len().min(at + LONGEST)];
        let mut spun = window[0].spun;
        for len in 1..=window.len() {
            if len > 1 {
                let next = &window[len - 1];
                if !next.joins || next.protected || !is_edited(next.kind) {
                    break;
                }
                spun = spun.and_then(|s| resources.table.spun_on(&s, &folded[next.folded.clone()]));
            }
            let Some(place) = &spun else { break };
            // A capital inside a sentence on a word the model does not know is a name; only a listed phrase speaks for it.
            if len == 1 && window[0].capital && window[0].unknown {
                continue;
            }
            let hyphen = window[1..len].iter().any(|t| t.hyphen);
            let capitals = window[..len].iter().filter(|t| t.capital).count() as u8;
            for ready in forms.ready(originals, resources, worth, place, len) {
                let alike = len == 1 && ready.length() == 1;
                if (hyphen && ready.length() != len) || (alike && ready.estimate() < least_plausible(keep)) {
                    continue;
                }
                let source = Source::Substitute { entry: resources.table.entry(ready.pair), capitals };
                lattice.push_read(at..at + len, source, ready.unknown, originals.symbols(ready.symbols()));
                let weight = match capitals {
                    0 => ready.weight,
                    _ => (worth.channel)(&Arc::new(at..at + len, source, ready.unknown, (0, ready.length())), [None, None]),
                };
                lattice.value(weight, ready.words);
            }
        }
    }

    /// A word the vocabulary does not hold may be two that it does hold, either of them garbled on its own.
    fn splits(&mut self, resources: Resources<'_>, worth: Worth<'_>, text: &str, at: usize, lattice: &mut Lattice) {
        if text.len() < 2 * SHORTEST_HALF {
            return;
        }
        for cut in SHORTEST_HALF..=text.len() - SHORTEST_HALF {
            if !text.is_char_boundary(cut) {
                continue;
            }
            let (left, right) = text.split_at(cut);
            let (Some(l), Some(r)) = ((resources.word)(left), (resources.word)(right)) else { continue };
            let mut options = [vec![(None, l)], vec![(None, r)]];
            for (side, word) in [left, right].into_iter().enumerate() {
                resources.table.walk(std::iter::once(word), |_, entries| {
                    for entry in entries {
                        if let Some((symbols, 0)) = self.originals.read(resources, entry.original)
                            && let [symbol] = self.originals.symbols(symbols)
                        {
                            options[side].push((Some(entry), *symbol));
                        }
                    }
                });
            }
            for (a, sa) in &options[0] {
                for (b, sb) in &options[1] {
                    let halves = lattice.push_halves([*a, *b]);
                    self.add(worth, at..at + 1, Source::Split { at: cut as u32, halves }, 0, &[*sa, *sb], lattice);
                }
            }
        }
    }
}

fn is_edited(kind: Kind) -> bool {
    matches!(kind, Kind::Word | Kind::Clitic)
}
