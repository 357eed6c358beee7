//! Spans that substitution never edits: addresses, tickers, dates, file names, acronyms.

use std::ops::Range;
use std::sync::LazyLock;

use regex::bytes::Regex;

use super::{Casing, Kind, PhraseList, Token};

/// A pattern that is compiled when first it is needed: most texts need few, and compiling takes longer than a page.
type Pattern = LazyLock<Regex>;

/// URLs, e-mail addresses, bare domains, file names, handles. Word boundaries are those of ASCII: automata find these at once.
static ADDRESSES: Pattern = LazyLock::new(|| {
    pattern(
        r"(?x)
        (?:https?|ftp)://[^\s<>\x22]+ | www\.[^\s<>\x22]+
        | [\w.+-]+@[\w-]+(?:\.[\w-]+)+
        | (?-u:\b)[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|gov|edu|io|co|ai|info|biz|html?|pdf|txt|csv|xlsx?|docx?|pptx?|zip|json|xml|png|jpg)(?-u:\b)(?:/[^\s<>\x22]*)?
        | [@\#][A-Za-z]\w+",
    )
});

/// How whatever follows the last dot of a domain or file name begins in [`ADDRESSES`].
const ENDS: [&[u8]; 21] = [
    b"co", b"org", b"net", b"gov", b"edu", b"io", b"ai", b"info", b"biz", b"htm", b"pdf", b"txt", b"csv", b"xls", b"doc", b"ppt",
    b"zip", b"json", b"xml", b"png", b"jpg",
];

/// (NYSE: BABA), (NASDAQ:GOOG, NASDAQ: GOOGL), (BABA 0.79%). By bytes: forty characters of Unicode make an automaton of thousands
/// of states.
static TICKERS: Pattern = LazyLock::new(|| {
    pattern(
        r"(?x-u) [(\[] \s* (?:(?:NYSE|NASDAQ|Nasdaq|OTC\w*|AMEX|TSX|LSE|HKEX|HKG|SEHK|ASX|NSE|BSE)[^)\]\n]{0,40}
        | [A-Z]{1,5} \s+ [-+]?[\d.]+% ) [)\]]",
    )
});

/// A month and a day.
static DATES: Pattern = LazyLock::new(|| {
    pattern(
        r"(?x-u) \b(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?
        |Nov(?:ember)?|Dec(?:ember)?)\.?\s+\d{1,2}(?:st|nd|rd|th)?\b",
    )
});

fn pattern(pattern: &str) -> Regex {
    Regex::new(pattern).expect("constant pattern")
}

/// Finds protected spans in a line.
///
/// Numbers, money and percentages need no pattern: they are token kinds of their own and carry no candidates.
#[derive(Debug, Clone, Default)]
pub struct Protector {
    /// Words and phrases of the user's.
    pub listed: PhraseList,
}

/// Why a span is out of bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protection {
    /// A URL, e-mail address, file name or handle.
    Address,
    /// An exchange and its ticker.
    Ticker,
    /// A day.
    Date,
    /// A word in capitals among others that are not.
    Acronym,
    /// A word or phrase of the user's list.
    Listed,
}

impl Protector {
    /// A protector with no words of the user's.
    pub fn new() -> Self {
        Self::default()
    }

    /// Why a token of a line is protected; `None` where it is not, or by its own kind.
    pub fn why(&self, line: &[u8], tokens: &[Token], token: &Token) -> Option<Protection> {
        let touches = |r: &Range<usize>| r.start < token.end as usize && (token.start as usize) < r.end;
        let mut listed = Vec::new();
        self.listed.spans(line, tokens, &mut listed);
        let patterns = [(&ADDRESSES, Protection::Address), (&TICKERS, Protection::Ticker), (&DATES, Protection::Date)];
        let mut acronym = Vec::new();
        acronyms(line, tokens, &mut acronym);
        let pattern = patterns.into_iter().find(|(p, _)| p.find_iter(line).any(|m| touches(&m.range()))).map(|(_, why)| why);
        if listed.iter().any(touches) {
            return Some(Protection::Listed);
        }
        pattern.or_else(|| acronym.iter().any(touches).then_some(Protection::Acronym))
    }

    /// Finds the protected byte ranges of `line`, sorted and apart from each other. `tokens` are those of the same line.
    pub fn spans(&self, line: &[u8], tokens: &[Token], out: &mut Vec<Range<usize>>) {
        out.clear();
        // Each pattern needs something that most lines lack.
        let (mut dot, mut at, mut bracket, mut digit) = (false, false, false, false);
        for (i, b) in line.iter().enumerate() {
            match b {
                b'.' => dot |= line[..i].ends_with(b"www") || ENDS.iter().any(|end| line[i + 1..].starts_with(end)),
                b':' => dot |= line[i + 1..].starts_with(b"//"),
                b'@' | b'#' => at = true,
                b'(' | b'[' => bracket = true,
                b'0'..=b'9' => digit = true,
                _ => {}
            }
        }
        if dot || at {
            out.extend(ADDRESSES.find_iter(line).map(|m| m.range()));
        }
        if bracket {
            out.extend(TICKERS.find_iter(line).map(|m| m.range()));
        }
        if digit {
            out.extend(DATES.find_iter(line).map(|m| m.range()));
        }
        acronyms(line, tokens, out);
        self.listed.spans(line, tokens, out);
        out.sort_unstable_by_key(|r| r.start);
        out.dedup_by(|next, kept| {
            let overlap = next.start < kept.end;
            if overlap {
                kept.end = kept.end.max(next.end);
            }
            overlap
        });
    }
}

/// All-capital words, unless the line shouts: a heading in capitals has words in it, not acronyms.
fn acronyms(line: &[u8], tokens: &[Token], out: &mut Vec<Range<usize>>) {
    let words = tokens.iter().filter(|t| t.kind == Kind::Word && t.end - t.start > 1);
    let (mut upper, mut all) = (0, 0);
    let first = out.len();
    for t in words {
        all += 1;
        // Two capitals at the head tell enough apart for the common case; `Casing::of` decides.
        let bytes = &line[t.range()];
        if bytes[..2].iter().all(|b| !b.is_ascii_lowercase()) && Casing::of(bytes) == Casing::Upper {
            upper += 1;
            out.push(t.range());
        }
    }
    if all >= 2 && upper * 10 >= all * 6 {
        out.truncate(first);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn protected(line: &str) -> Vec<&str> {
        let mut tokens = Vec::new();
        crate::text::tokenize(line.as_bytes(), &mut tokens);
        let mut spans = Vec::new();
        Protector::new().spans(line.as_bytes(), &tokens, &mut spans);
        spans.into_iter().map(|r| &line[r]).collect()
    }

    #[test]
    fn addresses_tickers_dates_and_acronyms_are_found() {
        assert_eq!(protected("see https://ir.example.com/call?x=1 now"), ["https://ir.example.com/call?x=1"]);
        assert_eq!(protected("mail name@web.example.org please"), ["name@web.example.org"]);
        assert_eq!(protected("Harrow (NYSE: HRW) rose")[0], "(NYSE: HRW)");
        assert_eq!(protected("on May 15, 2024"), ["May 15"]);
        assert_eq!(protected("the GAAP number"), ["GAAP"]);
        assert_eq!(protected("open report.pdf"), ["report.pdf"]);
    }

    #[test]
    fn no_address_is_overlooked_by_the_first_look() {
        for end in "com org net gov edu io co ai info biz htm html pdf txt csv xls xlsx doc docx ppt pptx zip json xml png jpg"
            .split(' ')
        {
            let address = format!("some-name.{end}");
            assert_eq!(protected(&format!("see {address} now")), [address]);
        }
        assert_eq!(protected("see www.7seas now"), ["www.7seas"]);
        assert_eq!(protected("see ftp://seas now"), ["ftp://seas"]);
        assert_eq!(protected("ask #seas now"), ["#seas"]);
        assert!(protected("we grew.revenue fell").is_empty());
    }

    #[test]
    fn a_shouted_heading_is_not_a_row_of_acronyms() {
        assert!(protected("MOTLEY IDIOT TRANSCRIBING").is_empty());
    }
}
