//! A line as OCR repair sees it: its tokens, what they are to the lists, and which of them look like the work of an engine.

use std::ops::Range;

use rustc_hash::FxHashMap;

use super::super::lexicon::FREQUENT;
use super::super::repairer::Engine;
use super::super::worker::Worker;
use crate::candidates::Standing;
use crate::dictionary::Marks;
use crate::language_model::{WordId, class_of};
use crate::text::{
    Casing, Form, Kind, Left, Right, Token, fold_into, join_unread, may_be_decoded_wrongly, tokenize, wrong_decodings,
};

/// Tokens decoded at once, at most.
const LONGEST_PIECE: usize = 200;

/// Tokens that are looked past on either side, and brackets that may be open at once: pages of nothing but marks must not take the
/// square of their length.
pub(super) const FARTHEST: usize = 12;

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
pub(in crate::repair) struct Line {
    /// Its bytes in the document.
    pub range: Range<usize>,
    pub tokens: Vec<Token>,
    /// Lower-case text of all tokens.
    folded: String,
    /// The end of each token in `folded`.
    ends: Vec<u32>,
    pub standings: Vec<Standing>,
    pub symbols: Vec<Option<WordId>>,
    pub protected: Vec<bool>,
    /// Words, those of them that the language model holds, and those of these that hold sentences together.
    pub words: [u32; 3],
    /// Which tokens are known words with `_` between them, protected for that alone.
    pub identifiers: Vec<usize>,
    /// Words in lower case that no list holds.
    pub strange: f32,
    /// Marks in forms that are an engine's rather than a writer's.
    pub specks: f32,
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
                let known = entry.standing == Standing::Word;
                let frequent = known && engine.unigram(entry.symbol) > FREQUENT;
                for (count, more) in out.words.iter_mut().zip([true, known, frequent]) {
                    *count += more as u32;
                }
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

    /// The line with its place in a document.
    pub fn moved(self, range: Range<usize>) -> Line {
        Line { range, ..self }
    }

    /// Lets nothing of it be repaired, nor tell of the page.
    pub fn protect(&mut self) {
        self.protected.fill(true);
        self.identifiers.clear();
        (self.strange, self.specks) = (0.0, 0.0);
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
    pub fn ends_in_hyphen(&self) -> bool {
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

    /// Takes words with `_` between them for misread words.
    pub fn release_identifiers(&mut self) {
        for at in std::mem::take(&mut self.identifiers) {
            self.protected[at] = false;
        }
    }

    /// Whether a word that no list holds has an `_` in the place of a character.
    pub fn is_unread(&self, at: usize) -> bool {
        self.standings[at] == Standing::Unknown && !self.protected[at] && self.text(at).contains('_')
    }

    /// Whether a token is known words with `_` between them: a name of a file or a variable.
    fn is_identifier(&self, engine: &Engine, at: usize) -> bool {
        let text = self.text(at);
        text.contains('_') && text.split('_').all(|part| part.len() > 1 && (engine.word())(part).is_some())
    }

    fn suspect(&mut self, engine: &Engine, line: &[u8]) {
        for at in 0..self.tokens.len() {
            if self.protected[at] {
                continue;
            }
            if self.standings[at] == Standing::Unknown && self.is_identifier(engine, at) {
                self.protected[at] = true;
                self.identifiers.push(at);
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
}
