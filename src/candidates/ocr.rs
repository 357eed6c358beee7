//! Filling a lattice with what may have stood where an OCR engine read the tokens of a sentence.

use std::sync::{Arc, PoisonError, RwLock};

use fst::raw::Fst;
use rustc_hash::FxHashMap;

use super::builder::WordLookup;
use super::lattice::{Accident, Lattice, Source};
use super::search::Search;
use crate::dictionary::{Confusions, Marks, START};
use crate::text::{Form, Kind, Left, Right};

type WordId = u16;

/// The reading of an arc that keeps its token.
pub const KEPT: u32 = u32::MAX;

/// What the accidents of engines cost; natural logarithms, all of them negative.
#[derive(Debug, Clone, PartialEq)]
pub struct OcrCosts {
    /// One particular word of the wide list, which the language model does not know.
    pub wide: f32,
    /// The same where it would replace something else.
    pub wide_put: f32,
    /// One particular name that the language model knows as a name only.
    pub name: f32,
    /// One particular capitalised word that no list holds.
    pub capitalised: f32,
    /// One particular word in lower case that no list holds, and for each of its characters.
    pub unknown: (f32, f32),
    /// An accident to a single character that the table of confusions does not list.
    pub unlisted: f32,
    /// Two words that lost the space between them.
    pub split: f32,
    /// Two words with a mark in place of the space.
    pub marked_split: f32,
    /// A word with a space inside.
    pub join: f32,
    /// A capital on such a word where no sentence begins.
    pub capital: f32,
    /// What the table of confusions understates a lone bar for `I` by.
    pub bar: f32,
    /// A word that the engine saw in specks, and for each of its characters.
    pub junk: (f32, f32),
    /// What that costs more where the line goes on behind it.
    pub junk_inside: f32,
    /// Weights above this end a search for what an unknown string was.
    pub search_bound: f32,
    /// Nothing beyond this is looked for where something is found within it.
    pub likely_bound: f32,
    /// The same for long strings with marks inside.
    pub torn_bound: f32,
    /// The same on pages of a kind that the model does not know.
    pub foreign_bound: f32,
    /// The same for a word that may well have stood there.
    pub known_bound: f32,
}

impl Default for OcrCosts {
    fn default() -> Self {
        OcrCosts {
            wide: -7.0,
            wide_put: -9.0,
            name: -8.0,
            capitalised: -12.0,
            unknown: (-5.0, -2.0),
            unlisted: -7.0,
            split: -2.5,
            marked_split: -1.5,
            join: -4.0,
            capital: -5.0,
            bar: 2.0,
            junk: (-1.5, -1.5),
            junk_inside: -5.0,
            search_bound: 9.0,
            likely_bound: 5.5,
            torn_bound: 13.0,
            foreign_bound: 7.0,
            known_bound: 4.8,
        }
    }
}

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
    /// Whether it begins a sentence, as far as marks tell.
    pub begins: bool,
    /// Whether it is a capitalised word of those that hardly ever have a capital inside a sentence.
    pub opens: bool,
    /// Whether nothing but marks and scraps comes from here to the end of the line.
    pub trailing: bool,
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
    /// Whether the page is of another kind than the model's: then marks are left alone where in doubt.
    pub foreign: bool,
    /// What the language model reads for an unknown word, and for a name.
    pub classes: [WordId; 2],
}

/// A text that may have stood there, as the memory holds it.
#[derive(Debug, Clone)]
struct Candidate {
    text: String,
    log_weight: f32,
    symbols: Vec<WordId>,
}

/// Log-probability of the words that hold sentences together, at least.
pub const FREQUENT: f32 = -6.2;

/// Log-probability of words that may take a known word's place, at least.
const RAREST: f32 = -12.0;

/// Candidates kept of one string, at most.
const MOST_UNKNOWN: usize = 16;
const MOST_KNOWN: usize = 4;
/// Longest string that is searched for or cut up, in bytes.
const LONGEST: usize = 32;
/// Tokens without a space between them that may be one word, at most.
const LONGEST_SPAN: usize = 9;

/// What was found for every string of a page, since pages repeat themselves; unknown strings first, then known words.
#[derive(Debug, Default)]
pub struct Memory([RwLock<FxHashMap<String, Arc<[Candidate]>>>; 2]);

/// Builds lattices.
#[derive(Debug, Default)]
pub struct OcrBuilder {
    search: Search,
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
            let mut log_weight = keep_weight(resources, token);
            if token.standing == Standing::Mark && !ends_sentence(token.kind) && tokens.get(at + 1).is_some_and(|t| t.opens) {
                log_weight += resources.costs.capital;
            }
            let keep = Source::Reading { reading: KEPT, accident: Accident::None, log_weight };
            lattice.push(at, at + 1, keep, 0, token.symbol);
            if token.protected || token.standing == Standing::Number {
                continue;
            }
            match token.standing {
                Standing::Mark => marks(resources, tokens, at, lattice, texts),
                _ => {
                    if token.kind == Kind::Word && !is_left(resources, tokens, at) {
                        self.words(resources, token, at, 1, token.text, lattice, texts);
                        junk(resources, tokens, at, lattice, texts);
                        self.joins(resources, tokens, at, lattice, texts);
                    }
                }
            }
            self.spans(resources, tokens, at, lattice, texts);
        }
    }

    /// Other words that `text`, the tokens from `at` on, may have been.
    #[allow(clippy::too_many_arguments)]
    fn words<D: AsRef<[u8]>>(
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
        for c in self.candidates(resources, text, known).iter() {
            let source = Source::Reading { reading: texts.len() as u32, accident: Accident::Misread, log_weight: c.log_weight };
            lattice.push(at, at + length, source, 0, c.symbols.iter().copied());
            texts.push(c.text.clone());
        }
    }

    fn candidates<D: AsRef<[u8]>>(&mut self, resources: &OcrResources<'_, D>, text: &str, known: bool) -> Arc<[Candidate]> {
        if text.len() > LONGEST {
            return Arc::new([]);
        }
        let memory = &resources.memory.0[known as usize];
        if let Some(found) = memory.read().unwrap_or_else(PoisonError::into_inner).get(text) {
            return found.clone();
        }
        // Two threads may search for one string: both find the same.
        let found: Arc<[Candidate]> = self.find(resources, text, known).into();
        memory.write().unwrap_or_else(PoisonError::into_inner).insert(text.to_owned(), found.clone());
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
            (false, 2..=3) => costs.search_bound.min(6.0),
            // Long strings bear more accidents, and marks inside them tell of some.
            (false, 9..) if text.contains(|c: char| !c.is_alphabetic()) => costs.torn_bound,
            (false, _) if resources.foreign => costs.foreign_bound,
            (false, _) => costs.search_bound,
        };
        let unlisted = if known || letters <= 3 || resources.foreign { f32::INFINITY } else { -costs.unlisted };
        // Likely accidents first: whoever finds something there need not look for the unlikely ones.
        let stages = [(bound.min(costs.likely_bound), f32::INFINITY), (bound, unlisted)];
        for (bound, unlisted) in stages.into_iter().take(1 + (bound > costs.likely_bound) as usize) {
            self.collect(resources, text, known, bound, unlisted, &mut out);
            if !out.is_empty() {
                break;
            }
        }
        // A rare word must be the better reading to be worth a look.
        let rank = |c: &Candidate| c.log_weight + 0.7 * (resources.unigram)(c.symbols[0]);
        out.sort_by(|a, b| rank(b).total_cmp(&rank(a)).then_with(|| a.text.cmp(&b.text)));
        out.truncate(if known { MOST_KNOWN } else { MOST_UNKNOWN });
        if !known {
            splits(resources, text, &mut out);
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
        for hit in self.search.run(resources.vocabulary, text, resources.confusions, bound, unlisted) {
            let symbol = hit.value as WordId;
            let name = symbol == name_class;
            if (known || resources.foreign) && is_inflected(text, &hit.word) {
                continue;
            }
            // A word that may well stand is not given up for a name or a rare word.
            if known && (name || (resources.unigram)(symbol) < RAREST) {
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
        if !known {
            for hit in self.search.run(resources.wide, text, resources.confusions, bound, unlisted) {
                let log_weight = costs.wide_put - hit.weight;
                out.push(Candidate { text: hit.word, log_weight, symbols: vec![unknown_class] });
            }
        }
    }

    /// Tokens without a space between them that may be one word: an engine puts marks where letters were.
    fn spans<D: AsRef<[u8]>>(
        &mut self,
        resources: &OcrResources<'_, D>,
        tokens: &[Seen<'_>],
        at: usize,
        lattice: &mut Lattice,
        texts: &mut Vec<String>,
    ) {
        let mut text = tokens[at].text.to_owned();
        let (mut doubtful, mut spoken, mut marks) = (false, false, 0);
        for (n, token) in tokens[at..].iter().take(LONGEST_SPAN).enumerate() {
            // Numbers are nobody's to touch, not even in the middle of a word.
            if (n > 0 && !token.glued) || token.protected || token.standing == Standing::Number {
                return;
            }
            match token.standing {
                Standing::Mark if matches!(token.text, "/" | "-" | "&" | ".") => return,
                Standing::Mark => marks += 1,
                Standing::Unknown => (doubtful, spoken) = (true, true),
                _ => {
                    doubtful |= token.text.len() <= 2;
                    spoken = true;
                }
            }
            if n > 0 {
                text.push_str(token.text);
            }
            // A mark at the edge of a word is hardly ever a letter of it; inside it often is.
            let ends_in_word = token.standing != Standing::Mark;
            let whole = !tokens.get(at + n + 1).is_some_and(|t| t.glued && t.standing != Standing::Mark);
            if n > 0 && marks > 0 && doubtful && spoken && ends_in_word && whole && !tokens[at].glued && text.len() > 3 {
                self.words(resources, token, at, n + 1, &text, lattice, texts);
            }
        }
    }

    /// Two tokens with a space between them, or a hyphen and a space, that may be one word.
    fn joins<D: AsRef<[u8]>>(
        &mut self,
        resources: &OcrResources<'_, D>,
        tokens: &[Seen<'_>],
        at: usize,
        lattice: &mut Lattice,
        texts: &mut Vec<String>,
    ) {
        let mut next = at + 1;
        let hyphen = tokens.get(next).is_some_and(|t| t.text == "-" && t.glued)
            && tokens.get(next + 1).is_some_and(|t| !t.glued && t.kind == Kind::Word);
        next += hyphen as usize;
        let Some(right) = tokens.get(next).filter(|t| t.kind == Kind::Word && !t.glued && !t.protected) else { return };
        let left = &tokens[at];
        if right.capital && !left.capital {
            return;
        }
        let doubtful = |t: &Seen<'_>| matches!(t.standing, Standing::Unknown | Standing::Name);
        if !hyphen && !doubtful(left) && !doubtful(right) {
            return;
        }
        let whole = format!("{}{}", left.text, right.text);
        let Some(symbol) = (resources.word)(&whole).filter(|_| whole.len() > 3) else { return };
        let source =
            Source::Reading { reading: texts.len() as u32, accident: Accident::Misread, log_weight: resources.costs.join };
        lattice.push(at, next + 1, source, 0, [symbol]);
        texts.push(whole);
    }
}

/// A name as names are written; those of several parts are more than the lists tell.
fn capitalised(word: &str) -> String {
    let mut rest = word.chars();
    rest.next().into_iter().flat_map(char::to_uppercase).chain(rest).collect()
}

/// Whether a word is left alone as it stands.
fn is_left<D>(resources: &OcrResources<'_, D>, tokens: &[Seen<'_>], at: usize) -> bool {
    let token = &tokens[at];
    // A piece of a word with marks inside is no word by itself: it comes back as a whole or not at all.
    let torn = |n: usize| {
        tokens.get(n).is_some_and(|mark| {
            mark.glued
                && mark.standing == Standing::Mark
                && mark.kind != Kind::Transparent
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
    match token.standing {
        Standing::Wide => true,
        Standing::Unknown => token.capital && !token.begins || token.repeated > 1 || token.text.contains('.'),
        _ => token.text.len() < 2,
    }
}

/// Whether two words share all but their last letters: which form a writer wanted, a misread page does not tell.
fn is_inflected(a: &str, b: &str) -> bool {
    let shared = a.bytes().zip(b.bytes()).take_while(|(x, y)| x == y).count();
    let rest = a.len().max(b.len()) - shared;
    shared >= 3 && rest <= 2
}

/// What keeping a token as it was read costs.
fn keep_weight<D>(resources: &OcrResources<'_, D>, token: &Seen<'_>) -> f32 {
    let costs = resources.costs;
    let (base, each) = costs.unknown;
    let unknown = base + each * token.text.chars().count() as f32;
    match token.standing {
        Standing::Word | Standing::Number => 0.0,
        Standing::Wide => costs.wide,
        Standing::Name => costs.name,
        // A word that comes again and again is a word.
        Standing::Unknown if token.repeated > 2 => unknown.max(costs.wide),
        Standing::Unknown if token.capital => unknown.max(costs.capitalised),
        Standing::Unknown => unknown,
        Standing::Mark => -resources.marks.weights(token.text, token.form).genuine,
    }
}

/// What a mark may have been: nothing, another mark, or a word.
fn marks<D: AsRef<[u8]>>(
    resources: &OcrResources<'_, D>,
    tokens: &[Seen<'_>],
    at: usize,
    lattice: &mut Lattice,
    texts: &mut Vec<String>,
) {
    let token = &tokens[at];
    let mut push = |text: String, accident: Accident, log_weight: f32, symbols: &[WordId]| {
        let source = Source::Reading { reading: texts.len() as u32, accident, log_weight };
        lattice.push(at, at + 1, source, 0, symbols.iter().copied());
        texts.push(text);
    };
    if may_go(tokens, at, resources.foreign) {
        let mut log_weight = -resources.marks.weights(token.text, token.form).stray;
        if tokens.get(at + 1).is_some_and(|t| t.opens) && ends_sentence(token.kind) {
            log_weight += resources.costs.capital;
        }
        push(String::new(), Accident::Speck, log_weight, &[]);
    }
    let whole = format!("{START}{}", token.text);
    let words = resources.confusions.originals(&whole).iter().map(|(o, w)| (o.trim_start_matches(START), w));
    let others = resources.confusions.originals(token.text).iter().map(|(o, w)| (o.as_str(), w));
    for (original, weight) in words.chain(others) {
        let Some(first) = original.chars().next() else { continue };
        if resources.foreign && token.text != "|" {
            continue;
        }
        if first.is_alphabetic() {
            let alone = !token.glued && !tokens.get(at + 1).is_some_and(|t| t.glued && t.standing != Standing::Mark);
            if let Some(symbol) = (resources.word)(original).filter(|_| alone) {
                let bar = if token.text == "|" && original == "i" { resources.costs.bar } else { 0.0 };
                push(original.to_owned(), Accident::Misread, bar - weight, &[symbol]);
            }
        } else if let Some(kind) = kind_of_mark(original, token.form) {
            let genuine = resources.marks.weights(original, token.form).genuine;
            let symbol = (resources.mark_symbol)(kind);
            let opens = tokens.get(at + 1).is_some_and(|t| t.opens) && !ends_sentence(kind);
            let genuine = if opens { genuine - resources.costs.capital } else { genuine };
            push(original.to_owned(), Accident::Misread, -weight - genuine, symbol.as_slice());
        }
    }
}

fn ends_sentence(kind: Kind) -> bool {
    kind == Kind::SentenceEnd
}

/// Whether a mark may be nothing but specks: not where it is part of a formula, a reference, a compound or a plural's possessive.
fn may_go(tokens: &[Seen<'_>], at: usize, foreign: bool) -> bool {
    let token = &tokens[at];
    let before = at.checked_sub(1).map(|p| &tokens[p]);
    let after = tokens.get(at + 1);
    let left = before.filter(|_| token.glued);
    let right = after.filter(|t| t.glued);
    let word = |t: &Seen<'_>| matches!(t.standing, Standing::Word | Standing::Wide | Standing::Name | Standing::Unknown);
    let long = |t: &Seen<'_>| word(t) && (t.text.len() > 1 || matches!(t.text, "a" | "i"));
    if foreign {
        // Other writers have other habits: only what stands alone among words is an engine's beyond doubt.
        let unwritten = !token.text.is_ascii() || matches!(token.text, "~" | "_" | "|" | "`" | "^");
        return unwritten && token.kind == Kind::Symbol && token.among_words && left.is_none() && right.is_none();
    }
    // Lists and footnotes have marks of their own.
    if matches!(token.text, "-" | "*" | "–" | "—" | "•" | "·" | "+" | ">" | "#")
        && (before.is_none() || (left.is_some() && token.text == "*"))
    {
        return false;
    }
    match (left, right) {
        (Some(l), Some(r)) => long(l) && long(r) && !matches!(token.text, "-" | "/" | "_" | "&"),
        (Some(l), None) => match token.text {
            "." if word(l) && (l.text.len() == 1 || l.standing == Standing::Unknown) => token.trailing,
            "'" | "’" => !l.text.ends_with('s'),
            _ => true,
        },
        (None, Some(_)) => !matches!(token.text, "$" | "#" | "@" | "("),
        (None, None) => true,
    }
}

/// What the tokenizer would say of another mark in this place; `None` where it could not stand.
fn kind_of_mark(mark: &str, form: Form) -> Option<Kind> {
    let behind_word = form.left == Left::Word;
    let spaced = !matches!(form.right, Right::Lower | Right::Upper | Right::Other);
    match mark {
        "," if behind_word && spaced => Some(Kind::Comma),
        "." | "?" | "!" if behind_word && spaced => Some(Kind::SentenceEnd),
        ":" | ";" if behind_word && spaced => Some(Kind::Colon),
        "--" | "—" | "–" if form.left == Left::Space && spaced => Some(Kind::Dash),
        "-" if behind_word && !spaced => Some(Kind::Transparent),
        "'" | "’" if behind_word => Some(Kind::Transparent),
        "$" if matches!(form.right, Right::Other) => Some(Kind::Symbol),
        _ => None,
    }
}

/// A short string beside marks or at an edge may be specks.
fn junk<D>(resources: &OcrResources<'_, D>, tokens: &[Seen<'_>], at: usize, lattice: &mut Lattice, texts: &mut Vec<String>) {
    let token = &tokens[at];
    let length = token.text.chars().count();
    let before = at.checked_sub(1).map(|p| &tokens[p]);
    let after = tokens.get(at + 1);
    // The edge of a line is no sign: words are broken there.
    let mark = |t: Option<&Seen<'_>>| t.is_some_and(|t| t.standing == Standing::Mark);
    let scrap = |t: Option<&Seen<'_>>| t.is_some_and(|t| t.standing == Standing::Mark || t.standing == Standing::Unknown);
    if token.glued || after.is_some_and(|t| t.glued && (t.standing != Standing::Mark || t.text == "-")) {
        return;
    }
    let likely = match token.standing {
        _ if resources.foreign => false,
        Standing::Unknown => length <= 5 && (token.trailing || scrap(before) || scrap(after)),
        _ => token.trailing || (length == 1 && mark(before) && mark(after)),
    };
    if !likely {
        return;
    }
    let (base, each) = resources.costs.junk;
    // In the middle of a line a strange string is rather a misread word.
    let inside = if token.trailing { 0.0 } else { resources.costs.junk_inside };
    let log_weight = base + inside + each * length as f32;
    lattice.push(at, at + 1, Source::Reading { reading: texts.len() as u32, accident: Accident::Speck, log_weight }, 0, []);
    texts.push(String::new());
}

/// A string that no list holds may be two words or more that lost the spaces between them, or have marks there.
fn splits<D>(resources: &OcrResources<'_, D>, text: &str, out: &mut Vec<Candidate>) {
    let costs = resources.costs;
    let word = |s: &str| (s.len() > 1 || matches!(s, "a" | "i")).then(|| (resources.word)(s)).flatten();
    let two: Vec<(usize, &str, &str)> = text
        .char_indices()
        .skip(1)
        .map(|(cut, c)| match c {
            '\'' | '’' => (cut, &text[..cut], &text[cut + c.len_utf8()..]),
            _ => (cut, &text[..cut], &text[cut..]),
        })
        .collect();
    let mut found = false;
    for (cut, left, right) in two {
        // Compounds that nobody lists are no glued words: these have one of the words that stand everywhere.
        if let (Some(l), Some(r)) = (word(left), word(right))
            && (resources.unigram)(l).max((resources.unigram)(r)) > FREQUENT
        {
            let marked = left.len() + right.len() < text.len();
            let log_weight = if marked { costs.marked_split } else { costs.split };
            let (text, symbols) = (format!("{left} {right}"), vec![l, r]);
            out.push(Candidate { text, log_weight, symbols });
            found |= cut > 0;
        }
    }
    if found || text.len() < 8 {
        return;
    }
    // Fewest words first; of as few, the longest words.
    let mut best: Vec<Option<(usize, usize, usize)>> = vec![None; text.len() + 1];
    best[0] = Some((0, 0, 0));
    for end in 1..=text.len() {
        for from in 0..end {
            let Some((words, squares, _)) = best[from] else { continue };
            let Some(part) = text.get(from..end) else { continue };
            if word(part).is_none() {
                continue;
            }
            let candidate = (words + 1, squares + part.len() * part.len(), from);
            let better = best[end].is_none_or(|b| candidate.0 < b.0 || (candidate.0 == b.0 && candidate.1 > b.1));
            if better {
                best[end] = Some(candidate);
            }
        }
    }
    if let Some((words, _, _)) = best[text.len()]
        && words > 2
    {
        let mut parts = Vec::new();
        let mut end = text.len();
        while end > 0 {
            let (_, _, from) = best[end].expect("a path leads here");
            parts.push(&text[from..end]);
            end = from;
        }
        parts.reverse();
        let symbols = parts.iter().filter_map(|p| word(p)).collect();
        let log_weight = costs.split * (words - 1) as f32;
        out.push(Candidate { text: parts.join(" "), log_weight, symbols });
    }
}
