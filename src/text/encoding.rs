//! Characters that went wrong between programs: UTF-8 read as Windows-1252, entities of HTML left as they were, invisible marks,
//! apostrophes and quotation marks that became question marks.

use std::ops::Range;

use regex::Regex;

/// What Windows-1252 has at the bytes 0x80 to 0x9F; where it has nothing, readers make it the control character of Latin-1.
const WINDOWS: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8D}', 'Ž', '\u{8F}', '\u{90}', '‘', '’', '“', '”',
    '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9D}', 'ž', 'Ÿ',
];

/// Finds wrong characters in lines.
#[derive(Debug, Clone)]
pub struct Decoder {
    entity: Regex,
    apostrophe: Regex,
    quotation: Regex,
}

impl Default for Decoder {
    fn default() -> Self {
        Self::new()
    }
}

impl Decoder {
    /// Compiles the patterns.
    ///
    /// # Panics
    /// Never: the patterns are constants checked by the tests.
    pub fn new() -> Decoder {
        let regex = |pattern: &str| Regex::new(pattern).expect("constant pattern");
        Decoder {
            entity: regex(r"&(?:#[0-9]{2,6}|#[xX][0-9A-Fa-f]{2,5}|[A-Za-z][A-Za-z0-9]{1,30});"),
            apostrophe: regex(r"[A-Za-z]{2}(?P<mark>[?\x{FFFD}])(?:s|t|re|ve|ll|d|m)\b"),
            quotation: regex(r"(?:^|[ (])(?P<open>[?\x{FFFD}])\w[^?\x{FFFD}]{0,80}[\w.,](?P<close>[?\x{FFFD}])(?:$|[ .,;:)])"),
        }
    }

    /// Ranges of a line that hold wrong characters, with what is to stand there, sorted and apart from each other.
    pub fn find(&self, line: &str) -> Vec<(Range<usize>, String)> {
        let mut out = Vec::new();
        // Each search needs a character that most lines lack.
        if line.contains('&') {
            self.entities(line, &mut out);
        }
        if !line.is_ascii() {
            mojibake(line, &mut out);
            invisible(line, &mut out);
        }
        if line.contains(['?', '\u{FFFD}']) {
            self.question_marks(line, &mut out);
        }
        out.sort_by_key(|(range, _)| range.start);
        out.dedup_by(|next, kept| next.0.start < kept.0.end);
        out
    }

    fn entities(&self, line: &str, out: &mut Vec<(Range<usize>, String)>) {
        for found in self.entity.find_iter(line) {
            let mut end = found.end();
            let mut text = html_escape::decode_html_entities(found.as_str()).into_owned();
            // An entity may have been escaped once more: what is left of it stands behind.
            if text == "&" {
                let rest = format!("&{}", &line[end..]);
                if let Some(inner) = self.entity.find(&rest).filter(|m| m.start() == 0) {
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

    fn question_marks(&self, line: &str, out: &mut Vec<(Range<usize>, String)>) {
        for found in self.apostrophe.captures_iter(line) {
            let mark = found.name("mark").expect("the pattern has one").range();
            out.push((mark, "'".to_owned()));
        }
        for found in self.quotation.captures_iter(line) {
            for name in ["open", "close"] {
                let mark = found.name(name).expect("the pattern has one").range();
                out.push((mark, "\"".to_owned()));
            }
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
        let mut out = String::new();
        let mut at = 0;
        for (range, text) in Decoder::new().find(line) {
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
    }

    #[test]
    fn what_is_right_stays() {
        for line in
            ["AT&T; and R&D;", "“Élan” – naïve café, 5 £, É", "Really? So what?", "a? b? c", "who? me?", "\u{FEFF}Good", "Â"]
        {
            assert_eq!(decoded(line), line);
        }
    }
}
