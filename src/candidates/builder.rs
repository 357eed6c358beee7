//! Filling a lattice for one sentence.

use std::ops::Range;

use super::lattice::{Lattice, Source};
use crate::dictionary::{OriginalId, Spun, Table};
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

/// Longest spun form in tokens.
const LONGEST: usize = 5;

/// Shortest half of a glued word.
const SHORTEST_HALF: usize = 3;

/// What the language model reads for an original.
#[derive(Debug, Clone, Copy)]
enum Original {
    /// Nobody has asked yet.
    Unread,
    /// A word that the model cannot name.
    Unnamed,
    /// A range of the builder's symbols, and how many of them stand for words that the model cannot name.
    Read { from: u32, words: u8, unknown: u8 },
}

/// Builds lattices; keeps what it has looked up for the sentences that follow.
#[derive(Debug, Default)]
pub struct LatticeBuilder {
    /// By number of the original.
    originals: Vec<Original>,
    symbols: Vec<WordId>,
}

impl LatticeBuilder {
    /// Fills `lattice` with the arcs of one sentence.
    ///
    /// Every token has a keep arc, so there is always a path.
    pub fn build(&mut self, resources: Resources<'_>, folded: &str, sentence: &[Observed], lattice: &mut Lattice) {
        lattice.clear();
        for (i, token) in sentence.iter().enumerate() {
            lattice.next_position();
            let text = &folded[token.folded.clone()];
            let editable = matches!(token.kind, Kind::Word | Kind::Clitic) && !token.protected;
            let original = if editable { token.original } else { None };
            lattice.push(i, i + 1, Source::Keep { original }, token.unknown as u8, [token.symbol]);
            if !editable {
                continue;
            }
            self.substitutions(resources, folded, sentence, i, lattice);
            if token.unknown && token.kind == Kind::Word {
                self.splits(resources, text, i, lattice);
            }
        }
    }

    fn substitutions(&mut self, resources: Resources<'_>, folded: &str, sentence: &[Observed], at: usize, lattice: &mut Lattice) {
        let window = &sentence[at..sentence.len().min(at + LONGEST)];
        let reach = 1 + window[1..].iter().take_while(|t| t.joins && !t.protected && is_edited(t.kind)).count();
        let mut spun = window[0].spun;
        for len in 1..=reach {
            if len > 1 {
                spun = spun.and_then(|s| resources.table.spun_on(&s, &folded[window[len - 1].folded.clone()]));
            }
            let Some(place) = &spun else { break };
            let Some(entries) = resources.table.entries_of(place) else { continue };
            // A capital inside a sentence on a word the model does not know is a name; only a listed phrase speaks for it.
            if len == 1 && window[0].capital && window[0].unknown {
                continue;
            }
            let hyphen = window[1..len].iter().any(|t| t.hyphen);
            let capitals = window[..len].iter().filter(|t| t.capital).count() as u8;
            for entry in entries {
                if let Some((from, to, unknown)) = self.symbols_of(resources, entry.original) {
                    if hyphen && (to - from) as usize != len {
                        continue;
                    }
                    let symbols = self.symbols[from as usize..to as usize].iter().copied();
                    lattice.push(at, at + len, Source::Substitute { entry, capitals }, unknown, symbols);
                }
            }
        }
    }

    /// What the language model reads for an original. A phrase may hold words it cannot name (Motley Fool): the rest of
    /// the phrase vouches for them. A single such word is never proposed.
    fn symbols_of(&mut self, resources: Resources<'_>, original: OriginalId) -> Option<(u32, u32, u8)> {
        let index = original as usize;
        if index >= self.originals.len() {
            self.originals.resize(resources.table.originals().max(index + 1), Original::Unread);
        }
        if let Original::Unread = self.originals[index] {
            self.originals[index] = self.read(resources, original);
        }
        match self.originals[index] {
            Original::Read { from, words, unknown } => Some((from, from + words as u32, unknown)),
            _ => None,
        }
    }

    /// What the language model reads for an original of one word that it can name.
    pub fn word(&mut self, resources: Resources<'_>, original: OriginalId) -> Option<WordId> {
        let (from, to, _) = self.symbols_of(resources, original)?;
        (to - from == 1).then(|| self.symbols[from as usize])
    }

    fn read(&mut self, resources: Resources<'_>, original: OriginalId) -> Original {
        let from = self.symbols.len();
        let mut unknown = 0;
        for word in resources.table.original(original).split(' ') {
            let symbol = (resources.word)(word);
            unknown += symbol.is_none() as u8;
            self.symbols.push(symbol.unwrap_or(resources.name));
        }
        let words = (self.symbols.len() - from) as u8;
        if unknown == words {
            self.symbols.truncate(from);
            return Original::Unnamed;
        }
        Original::Read { from: from as u32, words, unknown }
    }

    /// A word the vocabulary does not hold may be two that it does hold, either of them garbled on its own.
    fn splits(&mut self, resources: Resources<'_>, text: &str, at: usize, lattice: &mut Lattice) {
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
                        if let Some((from, to, 0)) = self.symbols_of(resources, entry.original)
                            && to - from == 1
                        {
                            options[side].push((Some(entry), self.symbols[from as usize]));
                        }
                    }
                });
            }
            for (a, sa) in &options[0] {
                for (b, sb) in &options[1] {
                    let halves = lattice.push_halves([*a, *b]);
                    lattice.push(at, at + 1, Source::Split { at: cut as u32, halves }, 0, [*sa, *sb]);
                }
            }
        }
    }
}

fn is_edited(kind: Kind) -> bool {
    matches!(kind, Kind::Word | Kind::Clitic)
}
