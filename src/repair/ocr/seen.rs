//! The tokens of a line as lattices want them: what stands around each, and whether it may be a scrap.

use super::super::lexicon::FREQUENT;
use super::super::repairer::Engine;
use super::line::{FARTHEST, Line};
use super::page::Page;
use crate::candidates::{Seen, Standing};
use crate::text::{Casing, Form, Kind, Right};

/// Tokens on either side that tell text from tables and formulas.
const READABLE: usize = 8;

/// Scraps at the end of a line, at most.
pub(super) const LONGEST_TAIL: usize = 12;

/// Tokens between the two marks of a quotation, at most.
const LONGEST_QUOTATION: usize = 60;

impl Line {
    /// The tokens as lattices want them.
    pub(super) fn seen(&self, engine: &Engine, line: &[u8], page: &Page) -> Vec<Seen<'_>> {
        let trailing = self.trailing();
        let (tail, beyond) = self.tail();
        let speaks: Vec<Option<bool>> = (0..self.tokens.len()).map(|n| self.speaks(n, page.foreign)).collect();
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
                    protected: self.protected[at] || !self.is_readable(at, &speaks),
                    capital,
                    opens: frequent && capital && text != "i" && Casing::of(&line[token.range()]) == Casing::Title,
                    begins: (at.saturating_sub(FARTHEST)..at)
                        .rev()
                        .find(|n| self.tokens[*n].kind != Kind::Transparent)
                        .is_none_or(|n| matches!(self.tokens[n].kind, Kind::SentenceEnd | Kind::Colon | Kind::Dash)),
                    trailing: at >= trailing,
                    tail: at >= tail,
                    beyond: at >= beyond,
                    unpaired: self.is_unpaired(at),
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
        // A word that goes on on the next line fills this one.
        if n == 0 || ends(n - 1) || self.ends_in_hyphen() {
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

    /// Whether a quotation mark opens what nothing closes, or closes what nothing opened and is no possessive's.
    fn is_unpaired(&self, at: usize) -> bool {
        let single = |n: usize| match self.text(n) {
            "'" | "’" | "‘" => Some(true),
            "\"" | "“" | "”" => Some(false),
            _ => None,
        };
        let Some(kind) = single(at).filter(|_| !self.protected[at]) else { return false };
        // What is quoted may go on on other lines; nobody quotes so much between single marks.
        if !kind && (at == 0 || at + 1 == self.tokens.len()) {
            return false;
        }
        let touches = |n: usize| n > 0 && n < self.tokens.len() && self.tokens[n - 1].end == self.tokens[n].start;
        let opens = |n: usize| single(n) == Some(kind) && !touches(n) && touches(n + 1);
        let closes = |n: usize| single(n) == Some(kind) && touches(n) && !touches(n + 1);
        if !touches(at) {
            let after = at + 1..self.tokens.len().min(at + 1 + LONGEST_QUOTATION);
            return !after.into_iter().any(closes);
        }
        let possessive = kind && at > 0 && self.text(at - 1).ends_with('s');
        !possessive && !(at.saturating_sub(LONGEST_QUOTATION)..at).any(opens)
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
    pub fn is_wordlike(&self, at: usize) -> bool {
        self.text(at).len() > 3 && self.text(at).chars().all(char::is_alphabetic)
    }

    /// Whether a token is a word, or could be one that was misread; `None` for marks, which tell nothing.
    fn speaks(&self, at: usize, foreign: bool) -> Option<bool> {
        match self.standings[at] {
            Standing::Mark => None,
            Standing::Word | Standing::Wide | Standing::Name => Some(self.long(at)),
            // So is what an engine took for one, character for character.
            Standing::Unknown => Some(self.text(at).contains('_') || (!foreign && self.is_wordlike(at))),
            Standing::Number => Some(false),
        }
    }

    /// Whether at least half of what stands around a token has a word in it: tables and formulas are not read, so not repaired.
    ///
    /// Stretches without white space count once: a badly misread word is many tokens.
    fn is_readable(&self, at: usize, speaks: &[Option<bool>]) -> bool {
        let (mut known, mut all) = (0, 0);
        let (first, last) = (at.saturating_sub(READABLE), self.standings.len().min(at + READABLE + 1));
        let mut n = first;
        while n < last {
            let (mut word, mut other) = (false, false);
            let start = n;
            while n < last && (n == start || self.tokens[n].start == self.tokens[n - 1].end) {
                match speaks[n] {
                    None => {}
                    Some(true) => word = true,
                    Some(false) => other = true,
                }
                n += 1;
            }
            known += word as usize;
            all += (word || other) as usize;
        }
        known >= 2 && known * 2 >= all
    }
}

#[cfg(test)]
mod tests {
    use super::Line;
    use crate::repair::Repairer;

    /// The texts of the quotation marks that have no partner.
    fn unpaired(text: &str) -> Vec<String> {
        let repairer = Repairer::new();
        let engine = repairer.engine();
        let line = Line::scan(engine, &mut engine.workers.hire(), text.as_bytes(), 0..text.len());
        (0..line.tokens.len()).filter(|at| line.is_unpaired(*at)).map(|at| line.text(at).to_owned()).collect()
    }

    #[test]
    fn quotation_marks_without_a_partner_are_told_from_pairs_and_possessives() {
        assert_eq!(unpaired("We call it 'the year', and our owners' share is a \"third\"."), [""; 0]);
        assert_eq!(unpaired("In 'the year we grew"), ["'"]);
        assert_eq!(unpaired("In the year' we grew"), ["'"]);
        assert_eq!(unpaired("In \"the year we grew' much"), ["\"", "'"]);
        assert_eq!(unpaired("\"In the year we grew"), [""; 0], "the quotation may end on the next line");
    }
}
