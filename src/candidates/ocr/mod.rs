//! Filling a lattice with what may have stood where an OCR engine read the tokens of a sentence.
//!
//! What a token is to the lists and whether it is left alone is decided here. What a word may have been `misread` knows, and where
//! no search finds it `own`; where spaces were lost or made up `spacing`, what marks and scraps may be `marks`; `costs` has the figures of all of them.

mod costs;
mod long_s;
mod marks;
mod misread;
mod own;
mod spacing;
mod tail;

use std::ops::Range;

use fst::raw::Fst;
use rustc_hash::FxHashMap;

use super::builder::WordLookup;
use super::lattice::{Accident, Lattice, Source};
use super::lists::Seeker;
use crate::dictionary::{Confusions, Marks};
use crate::text::{Form, Kind, Left};

use marks::{ends_sentence, junk, marks};
use tail::tails;

pub use costs::OcrCosts;
pub use long_s::with_short_s;
pub use misread::Memory;
pub use own::OwnWords;

type WordId = u16;

/// The reading of an arc that keeps its token.
pub const KEPT: u32 = u32::MAX;

/// Characters of a capitalised string on a page of another kind that may be a misread word of a title, at least: short ones are names.
const SHORTEST_TITLE: usize = 6;

/// Characters that few names go beyond.
const LONG_NAME: usize = 9;

/// What a token is to the lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// A word that the language model knows.
    Word,
    /// A name that the language model knows as one of many.
    Name,
    /// A word of the wide list.
    Wide,
    /// A word that no list holds.
    Unknown,
    /// A mark.
    Mark,
    /// A number, or anything else with a digit in it.
    Number,
}

/// A token as it was read.
#[derive(Debug, Clone)]
pub struct Seen<'a> {
    /// The lower-case form.
    pub text: &'a str,
    /// What it is.
    pub kind: Kind,
    /// What it is to the lists.
    pub standing: Standing,
    /// What the language model reads, if it does not look through the token.
    pub symbol: Option<WordId>,
    /// How it touches its neighbours.
    pub form: Form,
    /// Whether it touches the token before it.
    pub glued: bool,
    /// Whether edits must leave it alone.
    pub protected: bool,
    /// Whether it begins with a capital.
    pub capital: bool,
    /// How often the document holds the word.
    pub repeated: u32,
    /// Whether no list holds it, but a writer may have made it of a word that one does.
    pub made: bool,
    /// Whether it begins a sentence, as far as marks tell.
    pub begins: bool,
    /// Whether it is a capitalised word of those that hardly ever have a capital inside a sentence.
    pub opens: bool,
    /// Whether nothing but marks and scraps comes from here to the end of the line.
    pub trailing: bool,
    /// Whether it is near enough to the end of the line to be a scrap behind it.
    pub tail: bool,
    /// Whether a sentence ends before it, and none from here on.
    pub beyond: bool,
    /// Whether it is a quotation mark that opens or closes nothing.
    pub unpaired: bool,
    /// Whether words stand on both sides, or one at the edge of the line.
    pub among_words: bool,
}

/// What building needs to look things up.
pub struct OcrResources<'a, D> {
    /// The language model's vocabulary, for searches.
    pub vocabulary: &'a Fst<D>,
    /// Words beyond it.
    pub wide: &'a Fst<&'static [u8]>,
    /// Numbers of its words; names that it knows as one of many have none.
    pub word: &'a WordLookup,
    /// What engines confuse.
    pub confusions: &'a Confusions,
    /// The engine whose confusions those are, if they are not those of all.
    pub engine: Option<usize>,
    /// What engines make up.
    pub marks: &'a Marks,
    /// What accidents cost.
    pub costs: &'a OcrCosts,
    /// What was found so far.
    pub memory: &'a Memory,
    /// What the language model reads for a mark of this kind.
    pub mark_symbol: &'a (dyn Fn(Kind) -> Option<WordId> + Sync),
    /// Log-probabilities of its words wherever they stand.
    pub unigram: &'a (dyn Fn(WordId) -> f32 + Sync),
    /// How often the document holds each of them, by number.
    pub said: &'a [u32],
    /// How often it holds any of them.
    pub words: f32,
    /// How often it holds each name that the language model knows as one of many, and each word of the wide list.
    pub names: &'a FxHashMap<String, u32>,
    /// The page's words.
    pub own: &'a OwnWords,
    /// Whether the page is set in long s.
    pub long_s: bool,
    /// Whether the page has words that the model hardly knows.
    pub rare: bool,
    /// Whether dashes of the page are longer than a hyphen.
    pub long_dash: bool,
    /// Whether the page is of another kind than the model's: then marks are left alone where in doubt.
    pub foreign: bool,
    /// What the language model reads for an unknown word, and for a name.
    pub classes: [WordId; 2],
}

/// Adds that there was nothing where these tokens were read.
fn nothing(lattice: &mut Lattice, texts: &mut Vec<String>, tokens: Range<usize>, accident: Accident, log_weight: f32) {
    let source = Source::Reading { reading: texts.len() as u32, accident, log_weight };
    lattice.push(tokens.start, tokens.end, source, 0, []);
    texts.push(String::new());
}

/// Builds lattices.
#[derive(Debug, Default)]
pub struct OcrBuilder {
    /// For the tables of all engines, then of each.
    seeker: Seeker,
}

impl OcrBuilder {
    /// Fills `lattice` with the readings of some tokens, and `texts` with their texts.
    ///
    /// The first arc of every token keeps it.
    pub fn build<D: AsRef<[u8]>>(
        &mut self,
        resources: &OcrResources<'_, D>,
        tokens: &[Seen<'_>],
        lattice: &mut Lattice,
        texts: &mut Vec<String>,
    ) {
        lattice.clear();
        texts.clear();
        for (at, token) in tokens.iter().enumerate() {
            lattice.next_position();
            let own = token.repeated > 1 && !self.is_habit(resources, token);
            let mut log_weight = keep_weight(resources, token, own);
            if token.standing == Standing::Mark && !ends_sentence(token.kind) && tokens.get(at + 1).is_some_and(|t| t.opens) {
                log_weight += resources.costs.capital;
            }
            let keep = Source::Reading { reading: KEPT, accident: Accident::None, log_weight };
            lattice.push(at, at + 1, keep, 0, token.symbol);
            tails(resources, tokens, at, lattice, texts);
            if token.protected || token.standing == Standing::Number {
                continue;
            }
            long_s::long_s(resources, token, at, lattice, texts);
            match token.standing {
                Standing::Mark => marks(resources, tokens, at, lattice, texts),
                _ => {
                    if token.kind == Kind::Word && !is_left(resources, tokens, at, own) {
                        self.words(resources, token, at, 1, token.text, lattice, texts);
                        junk(resources, tokens, at, lattice, texts);
                        self.joins(resources, tokens, at, lattice, texts);
                    }
                }
            }
            self.spans(resources, tokens, at, lattice, texts);
        }
    }
}

/// Whether a word is left alone as it stands; `own` says whether the document has it for a word of its own.
fn is_left<D>(resources: &OcrResources<'_, D>, tokens: &[Seen<'_>], at: usize, own: bool) -> bool {
    let token = &tokens[at];
    // A piece of a word with marks inside is no word by itself: it comes back as a whole or not at all. A full stop is none of those.
    let torn = |n: usize| {
        tokens.get(n).is_some_and(|mark| {
            mark.glued
                && mark.standing == Standing::Mark
                && mark.kind != Kind::Transparent
                && mark.text != "."
                && !ends_sentence(mark.kind)
                && tokens.get(n + 1).is_some_and(|t| t.glued && t.standing == Standing::Unknown)
        })
    };
    if token.standing == Standing::Unknown && (torn(at + 1) || (token.glued && at >= 2 && tokens[at - 1].glued && torn(at - 1))) {
        return true;
    }
    if !resources.foreign {
        return false;
    }
    // On pages of another kind rare words, terms, names, abbreviations and symbols abound.
    let begins_torn = tokens.get(at + 1).is_some_and(|t| t.glued && t.text == "-")
        && tokens.get(at + 2).is_none_or(|t| !t.glued || t.standing == Standing::Mark);
    match token.standing {
        Standing::Unknown if begins_torn => true,
        Standing::Wide => true,
        Standing::Unknown => {
            let name = token.capital && !token.begins && token.text.chars().count() < SHORTEST_TITLE;
            name || own || token.made || token.text.contains('.')
        }
        _ => token.text.len() < 2,
    }
}

/// What keeping a token as it was read costs.
fn keep_weight<D>(resources: &OcrResources<'_, D>, token: &Seen<'_>, own: bool) -> f32 {
    let costs = resources.costs;
    let (base, each) = costs.unknown;
    let length = token.text.chars().count();
    let unknown = base + each * length as f32;
    match token.standing {
        Standing::Word | Standing::Number => 0.0,
        Standing::Wide => costs.wide,
        Standing::Name => costs.name,
        // A word that comes again and again is a word.
        Standing::Unknown if own && token.repeated > 2 => unknown.max(costs.wide),
        Standing::Unknown if token.capital => {
            let beyond = length.saturating_sub(LONG_NAME) as f32;
            unknown.max(costs.capitalised + costs.capitalised_long * beyond)
        }
        Standing::Unknown => unknown,
        Standing::Mark => {
            let unpaired = if token.unpaired && !resources.foreign { costs.unpaired } else { 0.0 };
            let short_dash = resources.long_dash && token.text == "-" && token.form.left <= Left::Space;
            unpaired + if short_dash { costs.short_dash } else { 0.0 } - resources.marks.weights(token.text, token.form).genuine
        }
    }
}
