//! The tokenizer: one pass over bytes, no allocation but the output vector.

use std::ops::Range;

/// What a token is, as far as its characters tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Letters, with inner apostrophes (`don't`, `O'Brien`) and dotted abbreviations (`U.S.`).
    Word,
    /// The tail of a contraction or possessive, apostrophe included: `'s`, `'re`, `'ve`, `'ll`, `'d`, `'m`.
    Clitic,
    /// Letters and digits mixed: `Q3`, `5G`, `10K`.
    Code,
    /// A plain number: `1,453`, `0.6`.
    Number,
    /// Four digits that read as a year: `2024`.
    Year,
    /// A currency sign and a number: `$1,000`.
    Money,
    /// A number and a percent sign: `10%`.
    Percent,
    /// A comma.
    Comma,
    /// `.`, `!` or `?` that ends a sentence.
    SentenceEnd,
    /// A colon, semicolon or ellipsis.
    Colon,
    /// A dash between words, not a hyphen inside one.
    Dash,
    /// An opening bracket.
    Open,
    /// A closing bracket.
    Close,
    /// Quotation marks, hyphens inside compounds and slashes between words: the language model looks through them.
    Transparent,
    /// Any other visible character, invalid UTF-8 included.
    Symbol,
}

/// A token: a byte range of its line and its [`Kind`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// First byte, counted from the start of the line.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
    /// What it is.
    pub kind: Kind,
}

impl Token {
    /// The token's bytes as a range into its line.
    pub fn range(&self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Whether the language model sees words here: the kinds that can be part of an edit.
    pub fn is_wordlike(&self) -> bool {
        matches!(self.kind, Kind::Word | Kind::Clitic)
    }
}

/// The character at `at`, or `None` with length 1 where the bytes are not UTF-8.
fn decode(bytes: &[u8], at: usize) -> (Option<char>, usize) {
    let lead = bytes[at];
    let len = match lead {
        0..0x80 => return (Some(lead as char), 1),
        0xC2..0xE0 => 2,
        0xE0..0xF0 => 3,
        0xF0..0xF5 => 4,
        _ => return (None, 1),
    };
    match bytes.get(at..at + len).map(std::str::from_utf8) {
        Some(Ok(s)) => (s.chars().next(), len),
        _ => (None, 1),
    }
}

/// Length of the apostrophe at `at` (`'` or `’`), or 0.
fn apostrophe(bytes: &[u8], at: usize) -> usize {
    match bytes.get(at) {
        Some(b'\'') => 1,
        Some(0xE2) if bytes[at..].starts_with("’".as_bytes()) => 3,
        _ => 0,
    }
}

/// Length of the letter at `at`, or 0.
fn letter(bytes: &[u8], at: usize) -> usize {
    match bytes.get(at) {
        Some(b) if b.is_ascii() => b.is_ascii_alphabetic() as usize,
        Some(_) => match decode(bytes, at) {
            // Superscripts and the like are alphabetic to Unicode but numbers to a reader.
            (Some(c), n) if c.is_alphabetic() => n,
            _ => 0,
        },
        None => 0,
    }
}

fn digit(bytes: &[u8], at: usize) -> bool {
    bytes.get(at).is_some_and(u8::is_ascii_digit)
}

/// Length of the currency sign at `at`, or 0.
fn currency(bytes: &[u8], at: usize) -> usize {
    match bytes[at] {
        b'$' => 1,
        b if b.is_ascii() => 0,
        _ => match decode(bytes, at) {
            (Some('€' | '£' | '¥' | '₹'), n) => n,
            _ => 0,
        },
    }
}

/// End of the run of digits with inner separators that starts at `at`.
fn number_end(bytes: &[u8], mut at: usize) -> usize {
    while digit(bytes, at) || (matches!(bytes.get(at), Some(b'.' | b',' | b':')) && digit(bytes, at + 1)) {
        at += 1;
    }
    at
}

/// Splits a line into tokens, appending to `out` (which is cleared first).
///
/// White space and other control bytes belong to no token. Tokens come in order and do not overlap. Lines longer than
/// 4 GiB are the caller's to cut: offsets are 32 bits wide.
///
/// ```
/// use degarble::text::{Kind, tokenize};
/// let mut tokens = Vec::new();
/// tokenize("We’re up 10%.".as_bytes(), &mut tokens);
/// let kinds: Vec<Kind> = tokens.iter().map(|t| t.kind).collect();
/// assert_eq!(kinds, [Kind::Word, Kind::Clitic, Kind::Word, Kind::Percent, Kind::SentenceEnd]);
/// ```
pub fn tokenize(line: &[u8], out: &mut Vec<Token>) {
    out.clear();
    let mut at = 0;
    while at < line.len() {
        let b = line[at];
        if b <= b' ' || b == 0x7F {
            at += 1;
            continue;
        }
        let start = at;
        let kind = if letter(line, at) > 0 {
            at = word(line, at, out);
            continue;
        } else if b.is_ascii_digit() {
            at = number_end(line, at);
            number_kind(line, start, &mut at)
        } else {
            punctuation(line, &mut at)
        };
        if let Some(kind) = kind {
            out.push(Token { start: start as u32, end: at as u32, kind });
        }
    }
}

/// What follows the digits decides: `10%`, `10K`, `2024`.
fn number_kind(line: &[u8], start: usize, at: &mut usize) -> Option<Kind> {
    if line.get(*at) == Some(&b'%') {
        *at += 1;
        return Some(Kind::Percent);
    }
    if letter(line, *at) > 0 {
        while letter(line, *at) > 0 || digit(line, *at) {
            *at += letter(line, *at).max(1);
        }
        return Some(Kind::Code);
    }
    let text = &line[start..*at];
    let year = text.len() == 4 && (text.starts_with(b"19") || text.starts_with(b"20")) && text.iter().all(u8::is_ascii_digit);
    Some(if year { Kind::Year } else { Kind::Number })
}

/// End of the run of ASCII letters that starts at `at`: eight bytes at a time, since where words end is what processors guess wrong.
#[inline]
fn letters_end(line: &[u8], mut at: usize) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x80 * ONES;
    while let Some(bytes) = line.get(at..at + 8) {
        let bytes = u64::from_le_bytes(bytes.try_into().expect("eight bytes"));
        // In lower case; a sum reaches the high bit of a byte where that is at least `a`, or beyond `z`.
        let low = (bytes | (0x20 * ONES)) & !HIGH;
        let letters = (low + (0x80 - b'a' as u64) * ONES) & !(low + (0x7F - b'z' as u64) * ONES) & !bytes & HIGH;
        if letters != HIGH {
            return at + ((letters ^ HIGH).trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    at + line[at..].iter().take_while(|b| b.is_ascii_alphabetic()).count()
}

/// Reads a word and its contraction tail; returns where it ends.
fn word(line: &[u8], start: usize, out: &mut Vec<Token>) -> usize {
    let mut at = letters_end(line, start);
    // Most words are letters up to a space or a plain mark: nothing below has anything to say of those.
    if matches!(line.get(at), None | Some(b' ' | b',' | b'-' | b'\r')) {
        out.push(Token { start: start as u32, end: at as u32, kind: Kind::Word });
        return at;
    }
    at = start;
    let mut has_digit = false;
    let mut last_apostrophe = None;
    loop {
        let n = letter(line, at);
        if n > 0 {
            at += n;
        } else if digit(line, at) {
            has_digit = true;
            at += 1;
        } else {
            let a = apostrophe(line, at);
            if a == 0 || letter(line, at + a) == 0 {
                break;
            }
            last_apostrophe = Some((at, a));
            at += a;
        }
    }
    // U.S. and a.m.: single letters with dots between them are one word, the last dot included.
    if at == start + 1 && line.get(at) == Some(&b'.') {
        let mut end = at;
        while line.get(end) == Some(&b'.') && letter(line, end + 1) == 1 && letter(line, end + 2) == 0 && !digit(line, end + 2) {
            end += 2;
        }
        if end > at {
            at = if line.get(end) == Some(&b'.') { end + 1 } else { end };
        }
    }
    let kind = if has_digit { Kind::Code } else { Kind::Word };
    if let Some((split, a)) = last_apostrophe {
        let tail = &line[split + a..at];
        let clitic = ["s", "re", "ve", "ll", "d", "m"].iter().any(|c| tail.eq_ignore_ascii_case(c.as_bytes()));
        if clitic {
            out.push(Token { start: start as u32, end: split as u32, kind });
            out.push(Token { start: split as u32, end: at as u32, kind: Kind::Clitic });
            return at;
        }
    }
    out.push(Token { start: start as u32, end: at as u32, kind });
    at
}

/// Classifies a character that is neither letter nor digit. `None` for white space outside ASCII and invisible marks.
fn punctuation(line: &[u8], at: &mut usize) -> Option<Kind> {
    let start = *at;
    let money = currency(line, start);
    if money > 0 {
        *at += money;
        if digit(line, *at) {
            *at = number_end(line, *at);
            if letter(line, *at) > 0 {
                *at += letter(line, *at);
            }
            return Some(Kind::Money);
        }
        return Some(Kind::Symbol);
    }
    let (c, n) = decode(line, start);
    *at += n;
    let spaced = (start == 0 || line[start - 1] <= b' ') && line.get(*at).is_none_or(|b| *b <= b' ');
    Some(match c {
        Some(',') => Kind::Comma,
        Some('.' | '!' | '?') => {
            while matches!(line.get(*at), Some(b'.' | b'!' | b'?')) {
                *at += 1;
            }
            if &line[start..*at] == b"..." {
                Kind::Colon
            } else if ends_sentence(line, *at) {
                Kind::SentenceEnd
            } else {
                Kind::Symbol
            }
        }
        Some(':' | ';' | '…') => Kind::Colon,
        Some('—' | '–') => Kind::Dash,
        Some('-') => {
            let double = line.get(*at) == Some(&b'-');
            while line.get(*at) == Some(&b'-') {
                *at += 1;
            }
            if double || spaced { Kind::Dash } else { Kind::Transparent }
        }
        Some('‐' | '‑' | '/' | '"' | '\'' | '“' | '”' | '‘' | '’' | '`') => Kind::Transparent,
        Some('(' | '[' | '{') => Kind::Open,
        Some(')' | ']' | '}') => Kind::Close,
        Some(c) if c.is_whitespace() || c.is_control() || ('\u{200B}'..='\u{200F}').contains(&c) || c == '\u{FEFF}' => {
            return None;
        }
        _ => Kind::Symbol,
    })
}

/// A full stop ends a sentence before white space, a closing mark, or a glued capital ("costs.We").
fn ends_sentence(line: &[u8], at: usize) -> bool {
    match line.get(at) {
        None => true,
        Some(b) if *b <= b' ' => true,
        Some(b'"' | b'\'' | b')' | b']' | b'*') => true,
        Some(b) if b.is_ascii_uppercase() => true,
        Some(b) if !b.is_ascii() => matches!(decode(line, at), (Some('”' | '’' | '\u{a0}'), _)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(line: &str) -> Vec<(&str, Kind)> {
        let mut tokens = Vec::new();
        tokenize(line.as_bytes(), &mut tokens);
        tokens.iter().map(|t| (&line[t.range()], t.kind)).collect()
    }

    #[test]
    fn runs_of_letters_end_where_the_first_other_byte_is() {
        for length in 0..20 {
            for byte in 0..=u8::MAX {
                let mut line = b"abcMNOxyzAZ".repeat(3);
                line[length + 1] = byte;
                let wanted = line[1..].iter().position(|b| !b.is_ascii_alphabetic()).map_or(line.len(), |n| n + 1);
                assert_eq!(letters_end(&line, 1), wanted, "byte {byte} behind {length} letters");
            }
        }
    }

    #[test]
    fn contractions_split_before_the_apostrophe_but_negations_do_not() {
        use Kind::*;
        assert_eq!(split("it's"), [("it", Word), ("'s", Clitic)]);
        assert_eq!(split("company’s"), [("company", Word), ("’s", Clitic)]);
        assert_eq!(split("don't"), [("don't", Word)]);
        assert_eq!(split("O'Brien"), [("O'Brien", Word)]);
        assert_eq!(split("'quoted'"), [("'", Transparent), ("quoted", Word), ("'", Transparent)]);
    }

    #[test]
    fn numbers_keep_their_signs() {
        use Kind::*;
        assert_eq!(
            split("$1,000 10% 2024 0.6 Q3 7:30 5x €2bn"),
            [
                ("$1,000", Money),
                ("10%", Percent),
                ("2024", Year),
                ("0.6", Number),
                ("Q3", Code),
                ("7:30", Number),
                ("5x", Code),
                ("€2b", Money),
                ("n", Word)
            ]
        );
    }

    #[test]
    fn full_stops_end_sentences_but_not_abbreviations_or_decimals() {
        use Kind::*;
        assert_eq!(split("U.S. sales"), [("U.S.", Word), ("sales", Word)]);
        assert_eq!(split("costs.We"), [("costs", Word), (".", SentenceEnd), ("We", Word)]);
        assert_eq!(split("a.b"), [("a.b", Word)]);
        assert_eq!(split("end."), [("end", Word), (".", SentenceEnd)]);
        assert_eq!(split("well..."), [("well", Word), ("...", Colon)]);
    }

    #[test]
    fn hyphens_inside_compounds_are_transparent_and_dashes_are_not() {
        use Kind::*;
        assert_eq!(split("year-over-year")[1], ("-", Transparent));
        assert_eq!(split("a - b")[1], ("-", Dash));
        assert_eq!(split("a -- b")[1], ("--", Dash));
    }

    #[test]
    fn invalid_bytes_become_symbols() {
        let mut tokens = Vec::new();
        tokenize(b"ab\xff\xfecd\0e", &mut tokens);
        assert_eq!(tokens.len(), 5);
        assert_eq!(tokens[1].kind, Kind::Symbol);
    }
}
