//! One sentence on its way from tokens to edits: built once, decoded as often as the document's profile changes.

mod doubt;
mod inspect;

use std::borrow::Cow;
use std::ops::Range;

pub(super) use doubt::Around;

use super::article::article_for;
use super::edit::{Edit, EditKind};
use super::repairer::Engine;
use super::worker::Worker;
use crate::candidates::{Lattice, Observed, Source, Worth};
use crate::channel::{Channel, Profile};
use crate::decoder::{Beam, Decoded, Graph, weigh, worth_of_words};
use crate::dictionary::Entry;
use crate::language_model::{Symbol, WordId, class_of};
use crate::text::{Casing, Kind, Token, carry_casing, fold_into};

/// Arcs less likely than this after the search are not looked at again.
const HOPELESS: f32 = 3e-5;

/// Ways through a graph less likely than this after the search are not looked at again.
const DEAD_END: f32 = 1e-4;

/// What the caller knows of the tokens around a sentence.
pub(super) struct Setting<'a> {
    /// The line.
    pub line: &'a [u8],
    /// The line's tokens.
    pub tokens: &'a [Token],
    /// Byte ranges nobody may edit.
    pub protected: &'a [Range<usize>],
    /// Whether the line is a heading or names a speaker.
    pub heading: bool,
    /// Whether the sentence was cut before its end.
    pub cut: bool,
}

/// What is remembered of a token once the lattice is built.
#[derive(Debug, Clone, Copy)]
struct Place {
    token: Token,
    /// The end of its lower-case form; it begins where the one before it ends.
    folded: u32,
    /// Whether edits must leave it alone.
    protected: bool,
    /// Whether the vocabulary lacks it.
    unknown: bool,
}

/// A sentence and what is left of its lattice.
#[derive(Debug)]
pub(super) struct Sentence {
    folded: String,
    places: Vec<Place>,
    lattice: Lattice,
    graph: Graph,
    /// The arcs of the best path.
    path: Vec<u32>,
    /// Where its words begin among those of the page, once [`Sentence::say`] said them.
    first_word: usize,
    /// Log-likelihood ratio of the sentence as garbled and as clean.
    pub evidence: f32,
}

impl Sentence {
    /// Decodes some tokens of a line for the first time, under what is assumed of every document; `None` where there is no word
    /// to repair.
    pub fn read(
        engine: &Engine,
        worker: &mut Worker,
        profile: &Profile,
        setting: &Setting<'_>,
        range: Range<usize>,
    ) -> Option<Sentence> {
        let (folded, places) = observe(engine, worker, setting, range);
        let observed = &worker.observed;
        if !observed.iter().any(|t| t.kind == Kind::Word) {
            return None;
        }
        let channel = Channel { table: &engine.table, weights: &engine.options.weights, profile };
        let worth = Worth {
            channel: &|arc, halves| weigh(arc, halves, 0.0, &channel),
            words: &|arc, words| worth_of_words(arc, words, channel.weights, &engine.model),
        };
        worker.builder.build(engine.resources(), worth, &folded, observed, &mut worker.lattice);
        let closed = !setting.cut && observed.last().is_some_and(|t| t.symbol != Symbol::END);
        let decoded = &mut worker.decoded;
        worker.decoder.decode(&worker.lattice, &channel, &engine.model, closed, Beam::SPUN, decoded);
        // What the first look finds hopeless is let go: later ones only weigh the rest again.
        let Decoded { path, posteriors, .. } = decoded;
        path.iter().for_each(|arc| posteriors[*arc as usize] = posteriors[*arc as usize].max(HOPELESS));
        let lattice = worker.lattice.thinned(posteriors, HOPELESS, &mut worker.index);
        let path = path.iter().map(|arc| worker.index[*arc as usize]).collect();
        let graph = worker.decoder.thinned(&worker.index, DEAD_END);
        Some(Sentence { folded, places, lattice, graph, path, first_word: 0, evidence: decoded.total - decoded.clean })
    }

    /// Decodes again under another profile.
    pub fn decode(&mut self, engine: &Engine, worker: &mut Worker, profile: &Profile) {
        let channel = Channel { table: &engine.table, weights: &engine.options.weights, profile };
        let decoded = &mut worker.decoded;
        worker.decoder.again(&self.graph, &self.lattice, &channel, decoded);
        self.lattice.note(&decoded.posteriors);
        self.path.clone_from(&decoded.path);
        self.evidence = decoded.total - decoded.clean;
    }

    /// Lets go of what only another decoding would need.
    pub fn settle(&mut self) {
        self.graph = Graph::default();
    }

    /// Number of tokens that the language model reads.
    pub fn positions(&self) -> usize {
        self.lattice.positions()
    }

    /// The lower-case form of a token.
    fn text(&self, place: usize) -> &str {
        let from = place.checked_sub(1).map_or(0, |before| self.places[before].folded as usize);
        &self.folded[from..self.places[place].folded as usize]
    }

    /// Adds what became of the sentence's words, in expectation, to a profile.
    pub fn count(&self, profile: &mut Profile) {
        for (arc, p) in self.lattice.arcs().iter().zip(self.lattice.posteriors()) {
            if *p < 0.01 {
                continue;
            }
            match &arc.source {
                Source::Keep { original: Some(o) } => profile.add_kept(*o, *p),
                Source::Keep { original: None } | Source::Reading { .. } => {}
                Source::Substitute { entry, .. } => profile.add_swapped(entry, *p),
                Source::Split { halves, .. } => {
                    self.lattice.halves(*halves).iter().flatten().for_each(|e| profile.add_swapped(e, *p));
                }
            }
        }
    }

    /// The words of the text that may have been swapped, with how likely each was, and how likely by itself.
    pub fn swapped(&self) -> impl Iterator<Item = (WordId, f32, f32)> {
        let (arcs, posteriors) = (self.lattice.arcs(), self.lattice.posteriors());
        (0..self.positions()).filter_map(move |position| {
            let mut here = self.lattice.starting_at(position);
            // The arc that keeps a token comes first.
            let keep = here.next()?;
            let swapped = 1.0 - posteriors[keep];
            let word = self.lattice.symbols(&arcs[keep]).first()?;
            let alone: f32 = here.filter(|arc| arcs[*arc].end == arcs[*arc].start + 1).map(|arc| posteriors[arc]).sum();
            (swapped >= 0.01).then_some((*word, swapped, alone.min(swapped)))
        })
    }

    /// What the last decoding gave, one arc an expression, with confidences; and what the words around make of it.
    fn concluded(&self, around: Option<&Around<'_>>) -> Decoded {
        let (path, posteriors) = (self.path.clone(), self.lattice.posteriors().to_vec());
        let mut decoded = Decoded { path, posteriors, ..Decoded::default() };
        decoded.conclude(&self.lattice);
        if let Some(around) = around {
            self.judge(around, &mut decoded);
        }
        decoded
    }

    /// The edits of the best path, with ranges within the line.
    pub fn edits(&self, engine: &Engine, line: &[u8], around: Option<&Around<'_>>, out: &mut Vec<Edit>) {
        let first = out.len();
        let concluded = self.concluded(around);
        for (index, confidence) in concluded.path.iter().zip(&concluded.confidences) {
            let arc = &self.lattice.arcs()[*index as usize];
            let positions = arc.start as usize..arc.end as usize;
            let (words, kind) = match &arc.source {
                Source::Keep { .. } | Source::Reading { .. } => continue,
                Source::Substitute { entry, .. } => (Cow::from(engine.table.original(entry.original)), EditKind::Substitution),
                Source::Split { at, halves } => {
                    let text = self.text(positions.start);
                    let (left, right) = text.split_at(*at as usize);
                    let half = |entry: &Option<Entry>, own: &str| match entry {
                        Some(e) => engine.table.original(e.original).to_owned(),
                        None => own.to_owned(),
                    };
                    let [l, r] = self.lattice.halves(*halves);
                    (Cow::from(format!("{} {}", half(&l, left), half(&r, right))), EditKind::Split)
                }
            };
            let after = self.render(line, positions.clone(), &words);
            let range = self.span(positions.clone());
            let before = String::from_utf8_lossy(&line[range.clone()]);
            if before != after {
                let (head, tail) = shared_words(&before, &after);
                let range = range.start + head..range.end - tail;
                let (before, after) = (trim(&before, head, tail), trim(&after, head, tail));
                let alternatives = match engine.options.alternatives {
                    true => self.alternatives(engine, line, &concluded, &positions, (head, tail), &after),
                    false => Vec::new(),
                };
                out.push(Edit { range, line: 0, before, after, kind, confidence: *confidence, alternatives });
            }
        }
        self.articles(line, first, out);
    }

    /// Bytes of the line that positions of the sentence cover.
    fn span(&self, positions: Range<usize>) -> Range<usize> {
        self.places[positions.start].token.start as usize..self.places[positions.end - 1].token.end as usize
    }

    /// The replacement as it is to stand in the line: case carried over, separators kept where words line up.
    fn render(&self, line: &[u8], positions: Range<usize>, words: &str) -> String {
        let texts: Vec<_> = positions.clone().map(|p| String::from_utf8_lossy(&line[self.places[p].token.range()])).collect();
        let garbled: Vec<&str> = texts.iter().map(AsRef::as_ref).collect();
        let cased = carry_casing(&garbled, words);
        let parts: Vec<&str> = cased.split(' ').collect();
        let mut out = String::new();
        for (i, part) in parts.iter().enumerate() {
            if i > 0 && !part.starts_with('\'') {
                let between = self.places[(positions.start + i - 1).min(self.places.len() - 1)].token.end as usize
                    ..self.places[(positions.start + i).min(self.places.len() - 1)].token.start as usize;
                // "we're" for "we are" has no space to keep; words that do not line up need one.
                if parts.len() == garbled.len() && !between.is_empty() {
                    out.push_str(&String::from_utf8_lossy(&line[between]));
                } else {
                    out.push(' ');
                }
            }
            out.push_str(if *part == "i" { "I" } else { part });
        }
        // Apostrophes are as curly as the line's own.
        if out.contains('\'') && memchr::memmem::find(line, "’".as_bytes()).is_some() { out.replace('\'', "’") } else { out }
    }

    /// Makes `a` and `an` before a repaired word agree with it.
    fn articles(&self, line: &[u8], first: usize, out: &mut Vec<Edit>) {
        let mut fixes = Vec::new();
        for edit in &out[first..] {
            let at = self.places.binary_search_by_key(&edit.range.start, |p| p.token.start as usize).ok();
            let Some(before) = at.and_then(|p| p.checked_sub(1)) else { continue };
            let article = self.places[before];
            let text = self.text(before);
            let range = article.token.range();
            let edited = out[first..].iter().any(|e| e.range.start < range.end && range.start < e.range.end);
            if !matches!(text, "a" | "an") || article.protected || edited {
                continue;
            }
            let Some(word) = edit.after.split([' ', '-']).next() else { continue };
            let wanted = article_for(word);
            // Acronyms are spoken letter by letter: their article is the writer's.
            if wanted != text && Casing::of(word.as_bytes()) != Casing::Upper {
                let before = String::from_utf8_lossy(&line[range.clone()]).into_owned();
                let after = carry_casing(&[&before], wanted);
                let (kind, confidence, alternatives) = (EditKind::Article, edit.confidence, Vec::new());
                fixes.push(Edit { range, line: 0, before, after, kind, confidence, alternatives });
            }
        }
        out.extend(fixes);
        out[first..].sort_by_key(|e| e.range.start);
    }
}

/// Turns tokens into what the lattice wants, in the worker's buffer, and what is remembered of them.
fn observe(engine: &Engine, worker: &mut Worker, setting: &Setting<'_>, range: Range<usize>) -> (String, Vec<Place>) {
    let Worker { lexicon, builder, observed, .. } = worker;
    observed.clear();
    let mut text = String::new();
    let mut places = Vec::with_capacity(range.len());
    let (mut joins, mut hyphen) = (true, false);
    let mut first = true;
    for token in &setting.tokens[range] {
        let bytes = &setting.line[token.range()];
        if token.kind == Kind::Transparent {
            let hyphenlike = matches!(bytes, b"-" | b"/");
            joins &= hyphenlike;
            hyphen |= hyphenlike;
            continue;
        }
        let start = text.len();
        let word = matches!(token.kind, Kind::Word | Kind::Clitic | Kind::Code);
        let entry = word.then(|| *lexicon.entry(engine, builder, setting.line, token));
        match &entry {
            Some(entry) => text.push_str(lexicon.folded(entry)),
            None => fold_into(bytes, &mut text),
        }
        let folded = start..text.len();
        let range = token.range();
        let protected = is_protected(setting.protected, &range);
        let unknown = entry.is_some_and(|e| e.unknown);
        observed.push(Observed {
            symbol: entry.map_or_else(|| class_of(token.kind).unwrap_or(Symbol::SIGN), |e| e.symbol),
            unknown,
            kind: token.kind,
            protected,
            joins,
            hyphen,
            original: entry.and_then(|e| e.original),
            spun: entry.and_then(|e| e.spun),
            capital: token.kind == Kind::Word
                && !first
                && !setting.heading
                && text[folded.clone()] != *"i"
                && entry.is_some_and(|e| e.casing != Casing::Lower),
            folded,
        });
        places.push(Place { token: *token, folded: text.len() as u32, protected, unknown });
        (joins, hyphen) = (true, false);
        // A sentence may begin behind a dash or a colon as well.
        first = matches!(token.kind, Kind::Dash | Kind::Colon);
    }
    text.shrink_to_fit();
    (text, places)
}

/// Whether a token touches one of the sorted, disjoint protected ranges.
fn is_protected(protected: &[Range<usize>], token: &Range<usize>) -> bool {
    let next = protected.partition_point(|p| p.end <= token.start);
    protected.get(next).is_some_and(|p| p.start < token.end)
}

/// Bytes of the whole words that both texts begin and end with: an edit covers what changes and no more.
fn shared_words(before: &str, after: &str) -> (usize, usize) {
    let shared = |a: &mut dyn Iterator<Item = &str>, b: &mut dyn Iterator<Item = &str>| -> usize {
        a.zip(b).take_while(|(x, y)| x == y).map(|(x, _)| x.len() + 1).sum()
    };
    // Bytes that are not UTF-8 were replaced in `before`, so that its lengths are not those of the line.
    if before.contains('\u{FFFD}') {
        return (0, 0);
    }
    let head = shared(&mut before.split(' '), &mut after.split(' '));
    let (before, after) = (before.get(head..).unwrap_or_default(), after.get(head..).unwrap_or_default());
    if before.is_empty() || after.is_empty() {
        // All of one side is shared: the words that go or come need a neighbour to stand for them.
        return (0, 0);
    }
    let tail = shared(&mut before.rsplit(' '), &mut after.rsplit(' '));
    if tail > before.len() || tail > after.len() { (head, 0) } else { (head, tail) }
}

fn trim(text: &str, head: usize, tail: usize) -> String {
    text[head..text.len() - tail].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_shrink_to_the_words_that_change() {
        assert_eq!(shared_words("web revenue was", "net income was"), (0, 4));
        assert_eq!(shared_words("The Motley Idiot", "The Motley Fool"), (11, 0));
        assert_eq!(shared_words("software program", "software"), (0, 0));
        assert_eq!(shared_words("thanks", "thank you"), (0, 0));
        assert_eq!(shared_words("a extra open", "a more open"), (2, 5));
    }

    #[test]
    fn protection_is_by_overlap() {
        let spans = [2..5, 9..12];
        assert!(is_protected(&spans, &(4..6)));
        assert!(!is_protected(&spans, &(5..9)));
        assert!(is_protected(&spans, &(11..20)));
        assert!(!is_protected(&[], &(0..1)));
    }
}
