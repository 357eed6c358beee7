//! A page as OCR repair sees it: tokens, what they are to the lists, and what looks like the work of an engine.

use std::ops::Range;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::super::document::lines_of;
use super::super::lexicon::FREQUENT;
use super::super::repairer::Engine;
use super::super::worker::Worker;
use crate::candidates::{Seen, Standing, with_short_s};
use crate::dictionary::Marks;
use crate::language_model::{WordId, class_of};
use crate::text::{
    Casing, Form, Kind, Left, Right, Token, fold_into, join_unread, may_be_decoded_wrongly, tokenize, wrong_decodings,
};

/// Tokens decoded at once, at most.
const LONGEST_PIECE: usize = 200;

/// Tokens on either side that tell text from tables and formulas.
const READABLE: usize = 8;

/// Rare words for each word of the vocabulary that a page of another kind has, at least.
const FOREIGN: f32 = 0.012;

/// Strange words for each word of the vocabulary that a page has of which most strange words are misread, at least.
const WORN: f32 = 0.05;

/// Words with a long s that a page set in long s has, at least, and for each of its strange words.
const LONG_S: (usize, f32) = (4, 0.25);

/// Scraps at the end of a line, at most.
pub(super) const LONGEST_TAIL: usize = 12;

/// Tokens that are looked past on either side, and brackets that may be open at once: pages of nothing but marks must not take the
/// square of their length.
const FARTHEST: usize = 12;

/// A mark in a form this much likelier of specks than of writers is suspicious.
const SUSPICIOUS: f32 = 4.0;

/// The forms in which each mark is suspicious.
#[derive(Debug)]
pub(super) struct SuspectMarks {
    /// Marks of one byte, which are most.
    short: [u32; 128],
    others: FxHashMap<Box<[u8]>, u32>,
}

impl SuspectMarks {
    pub fn new(marks: &Marks) -> SuspectMarks {
        let mut out = SuspectMarks { short: [0; 128], others: FxHashMap::default() };
        for (mark, forms) in marks.suspects(SUSPICIOUS) {
            match *mark.as_bytes() {
                [b] if b.is_ascii() => out.short[b as usize] = forms,
                _ => {
                    out.others.insert(mark.into_bytes().into(), forms);
                }
            }
        }
        out
    }

    /// As a set of [`Form::bit`]s.
    #[inline]
    pub fn forms(&self, mark: &[u8]) -> u32 {
        match *mark {
            [b] => self.short.get(b as usize).copied().unwrap_or_default(),
            _ => self.others.get(mark).copied().unwrap_or_default(),
        }
    }
}

/// A line, cut into tokens.
#[derive(Debug, Default)]
pub(super) struct Line {
    /// Its bytes in the document.
    pub range: Range<usize>,
    pub tokens: Vec<Token>,
    /// Lower-case text of all tokens.
    folded: String,
    /// The end of each token in `folded`.
    ends: Vec<u32>,
    pub standings: Vec<Standing>,
    symbols: Vec<Option<WordId>>,
    protected: Vec<bool>,
    /// Words in lower case that no list holds.
    pub strange: f32,
    /// Marks in forms that are an engine's rather than a writer's.
    pub specks: f32,
}

/// A document.
#[derive(Debug, Default)]
pub(super) struct Page {
    pub lines: Vec<Line>,
    /// How often the document holds each word that no list has.
    pub repeated: FxHashMap<String, u32>,
    /// How often it holds each word of the language model, by number.
    pub said: Vec<u32>,
    /// Whether it has so many rare words that its kind is none that the language model knows.
    pub rare: bool,
    /// Whether the strange words of a page of another kind are rather its writer's than the engine's.
    pub foreign: bool,
    /// Whether it is an old print, set in long s, which the engine read as f.
    pub long_s: bool,
    /// The engine that read the page, if that can be told.
    pub engine: Option<usize>,
}

impl Page {
    pub fn scan(engine: &Engine, text: &[u8]) -> Page {
        let mut lines: Vec<Line> = lines_of(text)
            .into_par_iter()
            .map_init(|| engine.workers.hire(), |worker, (from, to)| Line::scan(engine, worker, &text[from..to], from..to))
            .collect();
        // The rest of a word that began on the line before is no word by itself.
        for i in 1..lines.len() {
            if lines[i - 1].ends_in_hyphen() && lines[i].standings.first() == Some(&Standing::Unknown) {
                lines[i].protected[0] = true;
            }
        }
        let mut repeated: FxHashMap<String, u32> = FxHashMap::default();
        let mut said = vec![0; WordId::MAX as usize + 1];
        for line in &lines {
            for (at, standing) in line.standings.iter().enumerate() {
                match (standing, line.symbols[at]) {
                    (Standing::Unknown, _) => *repeated.entry(line.text(at).to_owned()).or_default() += 1,
                    (Standing::Word, Some(symbol)) => said[symbol as usize] += 1,
                    _ => {}
                }
            }
        }
        // Garble makes unknown words of known ones, hardly ever rare ones: these tell of the writer.
        let count = |of: Standing| lines.iter().flat_map(|l| &l.standings).filter(|s| **s == of).count() as f32;
        let rare = count(Standing::Wide) > FOREIGN * count(Standing::Word);
        // No writer has so many words in lower case that no list holds: an old print, or a bad scan.
        let worn = lines.iter().map(|l| l.strange).sum::<f32>() > WORN * count(Standing::Word);
        let long_s = is_in_long_s(engine, &lines);
        Page { lines, repeated, said, rare, foreign: rare && !worn, long_s, engine: None }
    }
}

/// Whether enough strange words of a page are words with a long s, and most of those with an f in them.
fn is_in_long_s(engine: &Engine, lines: &[Line]) -> bool {
    let (mut explained, mut with_f, mut strange) = (0, 0, 0.0);
    for line in lines {
        strange += line.strange;
        for at in (0..line.tokens.len()).filter(|at| line.standings[*at] == Standing::Unknown && line.is_wordlike(*at)) {
            let mut words = with_short_s(line.text(at), 0).peekable();
            with_f += words.peek().is_some() as usize;
            explained += words.any(|word| engine.model.word(&word).is_some()) as usize;
        }
    }
    explained >= LONG_S.0 && explained * 3 > with_f * 2 && explained as f32 > LONG_S.1 * strange
}

/// Whether an engine that reads Latin script gives such a character: other scripts, their digits and pictures are the writer's.
fn is_read(c: char) -> bool {
    let punctuation = ('\u{2000}'..='\u{22FF}').contains(&c) || ('\u{FB00}'..='\u{FB06}').contains(&c) || c == '\u{FFFD}';
    c.is_ascii() || ((c < '\u{250}' || punctuation) && !c.is_numeric())
}

impl Line {
    pub fn scan(engine: &Engine, worker: &mut Worker, line: &[u8], range: Range<usize>) -> Line {
        let mut out = Line { range, ..Line::default() };
        tokenize(line, &mut out.tokens);
        let mut spans = Vec::new();
        engine.protector.spans(line, &out.tokens, &mut spans);
        join_unread(line, &mut out.tokens);
        for at in 0..out.tokens.len() {
            let token = out.tokens[at];
            let bytes = &line[token.range()];
            let word = matches!(token.kind, Kind::Word | Kind::Clitic | Kind::Code);
            let (symbol, standing) = if word {
                let entry = *worker.lexicon.entry(engine, &mut worker.builder, line, &token);
                out.folded.push_str(worker.lexicon.folded(&entry));
                (Some(entry.symbol), entry.standing)
            } else {
                fold_into(bytes, &mut out.folded);
                let number = matches!(token.kind, Kind::Number | Kind::Year | Kind::Money | Kind::Percent);
                (class_of(token.kind), if number { Standing::Number } else { Standing::Mark })
            };
            let span = token.range();
            let next = spans.partition_point(|p: &Range<usize>| p.end <= span.start);
            let inside = spans.get(next).is_some_and(|p| p.start < span.end);
            out.protected.push(inside || !std::str::from_utf8(bytes).is_ok_and(|t| t.chars().all(is_read)));
            out.symbols.push(symbol);
            out.standings.push(standing);
            out.ends.push(out.folded.len() as u32);
        }
        out.quotations(line);
        out.wrongly_decoded(line);
        out.suspect(engine, line);
        out
    }

    /// The lower-case text of a token.
    pub fn text(&self, at: usize) -> &str {
        let from = if at == 0 { 0 } else { self.ends[at - 1] as usize };
        &self.folded[from..self.ends[at] as usize]
    }

    /// Quotation marks and brackets that are opened and closed are the writer's.
    fn quotations(&mut self, line: &[u8]) {
        let mut open: Vec<(usize, &[u8])> = Vec::new();
        for at in 0..self.tokens.len() {
            let bytes = &line[self.tokens[at].range()];
            let form = Form::of(line, &self.tokens, at);
            let opens = matches!(form.left, Left::Start | Left::Space);
            let partner: Option<&[u8]> = match bytes {
                b")" => Some(b"("),
                b"]" => Some(b"["),
                b"\"" if !opens => Some(b"\""),
                b if b == "”".as_bytes() => Some("“".as_bytes()),
                _ => None,
            };
            // A bracket in the middle of a word closes nothing.
            let inside = form.left == Left::Word && matches!(form.right, Right::Lower | Right::Upper);
            if let Some(partner) = partner {
                if let Some(n) = open.iter().rposition(|(_, b)| *b == partner)
                    && !inside
                {
                    let (from, _) = open[n];
                    open.truncate(n);
                    self.protected[from] = true;
                    self.protected[at] = true;
                }
            } else if matches!(bytes, b"(" | b"[" | b"\"") || bytes == "“".as_bytes() {
                if open.len() > FARTHEST {
                    open.remove(0);
                }
                open.push((at, bytes));
            }
        }
    }

    /// Whether the last word of the line seems to go on on the next one.
    fn ends_in_hyphen(&self) -> bool {
        let Some(last) = self.tokens.len().checked_sub(1).filter(|last| *last > 0) else { return false };
        self.text(last) == "-"
            && self.tokens[last - 1].end == self.tokens[last].start
            && self.standings[last - 1] != Standing::Mark
    }

    /// Words with wrongly decoded characters in them are nobody's to touch but the repair of encodings'.
    fn wrongly_decoded(&mut self, bytes: &[u8]) {
        if !may_be_decoded_wrongly(bytes) {
            return;
        }
        let Ok(line) = std::str::from_utf8(bytes) else { return };
        self.protect_around(line, wrong_decodings(line).into_iter().map(|(range, _)| range));
        // Half a quotation mark is not to be told from specks, but no engine sees these two.
        self.protect_around(line, line.match_indices("â€").map(|(at, half)| at..at + half.len()));
    }

    /// Protects all that stands between the blanks around some ranges, the first one first.
    fn protect_around(&mut self, line: &str, ranges: impl Iterator<Item = Range<usize>>) {
        let mut done = 0;
        for range in ranges {
            // One stretch may have many of them.
            if range.end <= done {
                continue;
            }
            let from = line[..range.start].rfind(char::is_whitespace).map_or(0, |at| at + 1);
            let to = line[range.end..].find(char::is_whitespace).map_or(line.len(), |n| range.end + n);
            let first = self.tokens.partition_point(|t| t.end as usize <= from);
            let last = self.tokens.partition_point(|t| (t.start as usize) < to);
            self.protected[first..last].fill(true);
            done = to;
        }
    }

    /// Whether a mark is part of a blank that the writer left, to be filled in.
    fn is_blank(&self, line: &[u8], at: usize) -> bool {
        let token = self.tokens[at];
        let before = line[..token.end as usize].iter().rev().take(3).take_while(|b| **b == b'_').count();
        let after = line[token.end as usize..].iter().take(3).take_while(|b| **b == b'_').count();
        before > 0 && before + after >= 3
    }

    /// Whether a token is known words with `_` between them: a name of a file or a variable.
    fn is_identifier(&self, engine: &Engine, at: usize) -> bool {
        let text = self.text(at);
        text.contains('_') && text.split('_').all(|part| part.len() > 1 && (engine.word())(part).is_some())
    }

    fn suspect(&mut self, engine: &Engine, line: &[u8]) {
        for at in 0..self.tokens.len() {
            self.protected[at] |= self.standings[at] == Standing::Unknown && self.is_identifier(engine, at);
            if self.protected[at] {
                continue;
            }
            match self.standings[at] {
                Standing::Unknown if Casing::of(&line[self.tokens[at].range()]) == Casing::Lower => self.strange += 1.0,
                Standing::Mark if !self.is_blank(line, at) => {
                    let form = Form::of(line, &self.tokens, at);
                    let forms = engine.ocr.suspects.forms(self.text(at).as_bytes());
                    self.specks += (forms & form.bit() != 0) as u8 as f32;
                }
                _ => {}
            }
        }
    }

    /// Tokens in stretches that are decoded at once, cut behind sentences where that can be.
    pub fn pieces(&self) -> Vec<Range<usize>> {
        let mut out = Vec::new();
        let mut from = 0;
        while from < self.tokens.len() {
            let mut to = self.tokens.len().min(from + LONGEST_PIECE);
            if to < self.tokens.len()
                && let Some(n) = self.tokens[from..to].iter().rposition(|t| t.kind == Kind::SentenceEnd)
                && n > 0
            {
                to = from + n + 1;
            }
            out.push(from..to);
            from = to;
        }
        out
    }

    /// The tokens as lattices want them.
    pub fn seen(&self, engine: &Engine, line: &[u8], page: &Page) -> Vec<Seen<'_>> {
        let trailing = self.trailing();
        let (tail, beyond) = self.tail();
        (0..self.tokens.len())
            .map(|at| {
                let token = self.tokens[at];
                let text = self.text(at);
                let standing = self.standings[at];
                let mut form = Form::of(line, &self.tokens, at);
                if at + 1 == trailing {
                    form.right = Right::End;
                }
                let casing = Casing::of(&line[token.range()]);
                // A capital inside a word that begins with none is an engine's, if not a brand's (`eBay`).
                let within = matches!(line[token.range()], [first, second, ..] if first.is_ascii_lowercase() && !second.is_ascii_uppercase());
                let capital = casing != Casing::Lower && !within;
                let frequent = self.symbols[at].is_some_and(|s| standing == Standing::Word && engine.unigram(s) > FREQUENT);
                Seen {
                    text,
                    kind: token.kind,
                    standing,
                    symbol: self.symbols[at],
                    form,
                    glued: at > 0 && self.tokens[at - 1].end == token.start,
                    protected: self.protected[at] || !self.is_readable(at, page.foreign),
                    capital,
                    opens: frequent && capital && text != "i" && Casing::of(&line[token.range()]) == Casing::Title,
                    begins: (at.saturating_sub(FARTHEST)..at)
                        .rev()
                        .find(|n| self.tokens[*n].kind != Kind::Transparent)
                        .is_none_or(|n| matches!(self.tokens[n].kind, Kind::SentenceEnd | Kind::Colon | Kind::Dash)),
                    trailing: at >= trailing,
                    tail: at >= tail,
                    beyond: at >= beyond,
                    among_words: self.is_among_words(at),
                    made: page.foreign && standing == Standing::Unknown && engine.ocr.may_be_made(text, &|w| engine.model.word(w).is_some()),
                    repeated: match standing {
                        Standing::Unknown => page.repeated.get(text).copied().unwrap_or_default(),
                        _ => 0,
                    },
                }
            })
            .collect()
    }

    /// Where scraps behind the end of the line may begin, and where the last of its sentences has ended.
    pub fn tail(&self) -> (usize, usize) {
        let n = self.tokens.len();
        let ends = |at: usize| {
            let said = (at.saturating_sub(FARTHEST)..at).rev().find(|n| self.standings[*n] != Standing::Mark);
            self.tokens[at].kind == Kind::SentenceEnd
                && said.is_some_and(|n| self.long(n) || self.standings[n] == Standing::Number)
        };
        if n == 0 || ends(n - 1) {
            return (n, n);
        }
        let first = n.saturating_sub(LONGEST_TAIL);
        let beyond = (first..n).rev().find(|at| ends(*at)).map_or(n, |at| at + 1);
        (if beyond < n { beyond } else { first }, beyond)
    }

    /// Where the scraps at the end of the line begin: marks, and strings that are short or no words, behind a whole sentence.
    fn trailing(&self) -> usize {
        let mut from = self.tokens.len();
        for (at, token) in self.tokens.iter().enumerate().rev() {
            if token.kind == Kind::SentenceEnd && at > 0 && self.standings[at - 1] != Standing::Mark && self.long(at - 1) {
                return at + 1;
            }
            let scrap = match self.standings[at] {
                Standing::Mark | Standing::Unknown | Standing::Number => true,
                _ => self.text(at).len() <= 4,
            };
            if !scrap || self.tokens.len() - at > LONGEST_TAIL {
                break;
            }
            from = at;
        }
        // Without a sentence before them only marks are scraps.
        while from < self.tokens.len() && self.standings[from] != Standing::Mark {
            from += 1;
        }
        from
    }

    /// Whether a token is a word, and not a mere letter.
    fn long(&self, at: usize) -> bool {
        match self.standings[at] {
            Standing::Mark | Standing::Number => false,
            _ => self.text(at).len() > 1 || matches!(self.text(at), "a" | "i"),
        }
    }

    /// Whether the next tokens on both sides that are no marks are words, or one of them is and the line ends on the other side.
    fn is_among_words(&self, at: usize) -> bool {
        let mark = |n: &usize| self.standings[*n] == Standing::Mark;
        let before = (at.saturating_sub(FARTHEST)..at).rev().find(|n| !mark(n)).map(|n| self.long(n));
        let after = (at + 1..self.tokens.len().min(at + FARTHEST)).find(|n| !mark(n)).map(|n| self.long(n));
        matches!((before, after), (Some(true), Some(true)) | (None, Some(true)) | (Some(true), None))
            || (self.is_plain(at) && (before == Some(true) || after == Some(true)))
    }

    /// Whether a mark is no sign of arithmetic: numbers stand beside those.
    fn is_plain(&self, at: usize) -> bool {
        !matches!(
            self.text(at),
            "=" | "+" | "<" | ">" | "*" | "/" | "\\" | "^" | "#" | "&" | "%" | "$" | "-" | "(" | ")" | "[" | "]" | "{" | "}"
        )
    }

    /// Whether a word that no list holds is long enough to be a misread one rather than a symbol of a formula.
    fn is_wordlike(&self, at: usize) -> bool {
        self.text(at).len() > 3 && self.text(at).chars().all(char::is_alphabetic)
    }

    /// Whether at least half of what stands around a token has a word in it: tables and formulas are not read, so not repaired.
    ///
    /// Stretches without white space count once: a badly misread word is many tokens.
    fn is_readable(&self, at: usize, foreign: bool) -> bool {
        let (mut known, mut all) = (0, 0);
        let (first, last) = (at.saturating_sub(READABLE), self.standings.len().min(at + READABLE + 1));
        let mut n = first;
        while n < last {
            let (mut word, mut other) = (false, false);
            let start = n;
            while n < last && (n == start || self.tokens[n].start == self.tokens[n - 1].end) {
                match self.standings[n] {
                    Standing::Mark => {}
                    Standing::Word | Standing::Wide | Standing::Name if self.long(n) => word = true,
                    // So is what an engine took for one, character for character.
                    Standing::Unknown if self.text(n).contains('_') => word = true,
                    Standing::Unknown if !foreign && self.is_wordlike(n) => word = true,
                    _ => other = true,
                }
                n += 1;
            }
            known += word as usize;
            all += (word || other) as usize;
        }
        known >= 2 && known * 2 >= all
    }
}
