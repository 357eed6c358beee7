//! Characters that went wrong between programs: UTF-8 read as Windows-1252, entities of HTML left as they were, invisible marks,
//! apostrophes, quotation marks and dashes that became question marks.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

/// What Windows-1252 has at the bytes 0x80 to 0x9F; where it has nothing, readers make it the control character of Latin-1.
const WINDOWS: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8D}', 'Ž', '\u{8F}', '\u{90}', '‘', '’', '“', '”',
    '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9D}', 'ž', 'Ÿ',
];

/// U+200B and U+2060, marks without width.
const INVISIBLE: [&[u8]; 2] = ["\u{200B}".as_bytes(), "\u{2060}".as_bytes()];

/// A pattern that is compiled when first it is needed.
type Pattern = LazyLock<Regex>;

static ENTITY: Pattern = LazyLock::new(|| pattern(r"&(?:#[0-9]{2,6}|#[xX][0-9A-Fa-f]{2,5}|[A-Za-z][A-Za-z0-9]{1,30});"));

/// A mark in the place of the apostrophe of a contraction.
static APOSTROPHE: Pattern = LazyLock::new(|| pattern(r"[A-Za-z]{2}(?P<mark>[?\x{FFFD}])(?:s|t|re|ve|ll|d|m)\b"));

/// A mark in the place of the apostrophe of a name.
static NAMED: Pattern = LazyLock::new(|| pattern(r"\b[DO](?P<mark>[?\x{FFFD}])[A-Z][a-z]{2}"));

/// A mark behind the hyphen that is left of the dash between two numbers.
static RANGE: Pattern = LazyLock::new(|| pattern(r"[0-9]-(?P<mark>[?\x{FFFD}])[0-9]"));

/// Two marks in the place of quotation marks.
static QUOTATION: Pattern =
    LazyLock::new(|| pattern(r"(?:^|[ (])(?P<open>[?\x{FFFD}])\w[^?\x{FFFD}]{0,80}[\w.,](?P<close>[?\x{FFFD}])(?:$|[ .,;:)])"));

fn pattern(pattern: &str) -> Regex {
    Regex::new(pattern).expect("constant pattern")
}

/// Whether a line may hold wrong characters: a few bytes tell for most lines that [`wrong_decodings`] has nothing to find.
pub fn may_be_decoded_wrongly(line: &[u8]) -> bool {
    let after = |at: usize, wanted: fn(u8) -> bool| line.get(at + 1).is_some_and(|b| wanted(*b));
    // What stands for an apostrophe or opens a quotation touches a letter, and entities begin with one or with #.
    let spoken = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || !b.is_ascii();
    memchr::memchr2_iter(b'?', b'&', line).any(|at| match line[at] {
        b'?' => after(at, spoken),
        _ => after(at, |b| b == b'#' || b.is_ascii_alphabetic()) && memchr::memchr(b';', &line[at..]).is_some(),
    }) || (!line.is_ascii()
        // The first byte of every letter that a first byte is read as; soft hyphens; byte order marks and U+FFFD; and the
        // second byte of marks without width, which dashes and quotation marks share.
        && (memchr::memchr3(0xC3, 0xC2, 0xEF, line).is_some()
            || INVISIBLE.iter().any(|mark| memchr::memmem::find(line, mark).is_some())))
}

/// Ranges of a line that hold wrong characters, with what is to stand there, sorted and apart from each other.
pub fn wrong_decodings(line: &str) -> Vec<(Range<usize>, String)> {
    let mut out = Vec::new();
    // Each search needs a character that most lines lack.
    if line.contains('&') {
        entities(line, &mut out);
    }
    if !line.is_ascii() {
        mojibake(line, &mut out);
        invisible(line, &mut out);
    }
    if line.contains(['?', '\u{FFFD}']) {
        question_marks(line, &mut out);
    }
    out.sort_by_key(|(range, _)| range.start);
    out.dedup_by(|next, kept| next.0.start < kept.0.end);
    out
}

fn entities(line: &str, out: &mut Vec<(Range<usize>, String)>) {
    for found in ENTITY.find_iter(line) {
        let mut end = found.end();
        let mut text = html_escape::decode_html_entities(found.as_str()).into_owned();
        // An entity may have been escaped once more: what is left of it stands behind.
        if text == "&" {
            let rest = format!("&{}", &line[end..]);
            if let Some(inner) = ENTITY.find(&rest).filter(|m| m.start() == 0) {
                let decoded = html_escape::decode_html_entities(inner.as_str());
                if decoded != inner.as_str() {
                    text = decoded.into_owned();
                    end += inner.len() - 1;
                }
            }
        }
        if text != found.as_str() && !text.chars().any(|c| c == '\n' || c == '\r' || c.is_control()) {
            out.push((found.start()..end, text));
        }
    }
}

fn question_marks(line: &str, out: &mut Vec<(Range<usize>, String)>) {
    for found in APOSTROPHE.captures_iter(line) {
        let mark = found.name("mark").expect("the pattern has one").range();
        out.push((mark, "'".to_owned()));
    }
    for found in NAMED.captures_iter(line) {
        out.push((found.name("mark").expect("the pattern has one").range(), "'".to_owned()));
    }
    for found in RANGE.captures_iter(line) {
        out.push((found.name("mark").expect("the pattern has one").range(), String::new()));
    }
    for found in QUOTATION.captures_iter(line) {
        for name in ["open", "close"] {
            let mark = found.name(name).expect("the pattern has one").range();
            out.push((mark, "\"".to_owned()));
        }
    }
}
/// The byte that Windows-1252 has for a character outside ASCII.
fn byte_of(c: char) -> Option<u8> {
    match c {
        '\u{80}'..='\u{9F}' | '\u{A0}'..='\u{FF}' => Some(c as u32 as u8),
        _ => WINDOWS.iter().position(|w| *w == c).map(|i| 0x80 + i as u8),
    }
}

/// Whether a character is one that texts are full of: what is decoded to anything else was no mojibake.
fn is_usual(c: char) -> bool {
    matches!(c, '\u{A0}'..='\u{17F}' | '\u{2010}'..='\u{2044}' | '€' | '™' | '\u{2212}' | 'ﬁ' | 'ﬂ')
}

/// Characters that are the bytes of one UTF-8 character, read one by one.
fn mojibake(line: &str, out: &mut Vec<(Range<usize>, String)>) {
    let mut at = 0;
    while let Some(c) = line[at..].chars().next() {
        let lead = if c.is_ascii() { None } else { byte_of(c) };
        let length = match lead {
            Some(0xC2..=0xDF) => 2,
            Some(0xE2..=0xEF) => 3,
            _ => 0,
        };
        if length > 0 {
            let mut bytes = Vec::new();
            let mut end = at;
            for c in line[at..].chars().take(length) {
                bytes.extend(byte_of(c));
                end += c.len_utf8();
            }
            let decoded = std::str::from_utf8(&bytes).ok().filter(|_| bytes.len() == length);
            let single = decoded.and_then(|s| s.chars().next()).filter(|c| is_usual(*c));
            if let Some(single) = single {
                out.push((at..end, single.to_string()));
                at = end;
                continue;
            }
        }
        at += c.len_utf8();
    }
}

/// Soft hyphens and marks without width that stand between visible characters.
fn invisible(line: &str, out: &mut Vec<(Range<usize>, String)>) {
    for (at, c) in line.char_indices().skip(1) {
        let before = line[..at].chars().next_back().is_some_and(char::is_alphanumeric);
        let after = line[at + c.len_utf8()..].chars().next().is_some_and(char::is_alphanumeric);
        let goes = match c {
            // At the end of a line a soft hyphen is a hyphen.
            '\u{AD}' => before && after,
            '\u{200B}' | '\u{2060}' | '\u{FEFF}' => before || after,
            _ => false,
        };
        if goes {
            out.push((at..at + c.len_utf8(), String::new()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(line: &str) -> String {
        assert!(may_be_decoded_wrongly(line.as_bytes()) || wrong_decodings(line).is_empty(), "{line}");
        let mut out = String::new();
        let mut at = 0;
        for (range, text) in wrong_decodings(line) {
            out.push_str(&line[at..range.start]);
            out.push_str(&text);
            at = range.end;
        }
        out + &line[at..]
    }

    #[test]
    fn what_was_decoded_wrongly_is_decoded_rightly() {
        assert_eq!(decoded("the companyâ€™s â€œcafÃ©â€\u{9D} â€“ Â£5"), "the company’s “café” – £5");
        assert_eq!(decoded("R&amp;D &#8217;til &quot;now&quot; &amp;#39;s"), "R&D ’til \"now\" 's");
        assert_eq!(decoded("reve\u{AD}nue and zero\u{200B}width"), "revenue and zerowidth");
        assert_eq!(decoded("the company?s plan doesn\u{FFFD}t"), "the company's plan doesn't");
        assert_eq!(decoded("the ?base case? is"), "the \"base case\" is");
        assert_eq!(decoded("pages 33-?40, 7\u{2013}9"), "pages 33-40, 7\u{2013}9");
        assert_eq!(decoded("Mr. O?Harrow spoke"), "Mr. O'Harrow spoke");
    }

    #[test]
    fn what_is_right_stays() {
        for line in [
            "AT&T; and R&D;",
            "“Élan” – naïve café, 5 £, É",
            "Really? So what?",
            "a? b? c",
            "who? me?",
            "5?6",
            "was it 33-? 40",
            "SO?WHAT",
            "What was our ROIC?15 percent.",
            "\u{FEFF}Good",
            "Â",
        ] {
            assert_eq!(decoded(line), line);
        }
    }
}
