//! Encodings other than UTF-8: which one an input has, its text, and where each place of the text stands in the bytes.

use std::borrow::Cow;
use std::ops::Range;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, ISO_2022_JP, REPLACEMENT, UTF_8, UTF_16BE, UTF_16LE};

use super::blocks::BLOCK;

/// How the characters of an input are written as bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Charset {
    /// UTF-8; bytes that are not stay as they are.
    Utf8,
    /// Any other.
    Other(&'static Encoding),
}

impl Charset {
    /// The encoding that a label of the encoding standard (or `utf-16`) names.
    pub fn of_label(label: &str) -> Result<Charset, String> {
        let encoding = Encoding::for_label_no_replacement(label.trim().as_bytes())
            .ok_or_else(|| format!("no such encoding; write for example {}", KNOWN.join(", ")))?;
        if encoding == ISO_2022_JP || encoding == REPLACEMENT {
            return Err("degarble cannot write this encoding back piece by piece; convert the file first".into());
        }
        Ok(if encoding == UTF_8 { Charset::Utf8 } else { Charset::Other(encoding) })
    }

    /// Guesses from the first bytes of an input.
    ///
    /// A byte order mark decides. UTF-8 with stray bytes in it is UTF-8: only where most characters beyond ASCII are not
    /// valid is another encoding looked for.
    pub fn detect(head: &[u8]) -> Charset {
        if let Some((encoding, _)) = Encoding::for_bom(head) {
            return if encoding == UTF_8 { Charset::Utf8 } else { Charset::Other(encoding) };
        }
        // A look that ends inside an input may end inside a character.
        let whole =
            if head.len() > BLOCK { head.iter().rposition(u8::is_ascii).map_or(head.len(), |at| at + 1) } else { head.len() };
        let head = &head[..whole];
        let (mut valid, mut stray) = (0, 0);
        for chunk in head.utf8_chunks() {
            valid += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
            stray += chunk.invalid().len();
        }
        if stray <= valid + 3 && (valid > 0 || stray == 0) {
            return Charset::Utf8;
        }
        let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
        detector.feed(head, true);
        let encoding = detector.guess(None, Utf8Detection::Deny);
        if encoding == UTF_8 { Charset::Utf8 } else { Charset::Other(encoding) }
    }

    /// Whether plain letters are two bytes, of which one is zero.
    pub fn is_wide(self) -> bool {
        matches!(self, Charset::Other(encoding) if encoding == UTF_16LE || encoding == UTF_16BE)
    }

    /// The name for reports.
    pub fn name(self) -> String {
        match self {
            Charset::Utf8 => "utf-8".to_owned(),
            Charset::Other(encoding) => encoding.name().to_lowercase(),
        }
    }

    /// What ends a line.
    pub fn line_end(self) -> &'static [u8] {
        match self {
            Charset::Other(e) if e == UTF_16LE => b"\n\0",
            Charset::Other(e) if e == UTF_16BE => b"\0\n",
            _ => b"\n",
        }
    }

    /// Text as bytes; `None` where the encoding lacks a character.
    pub fn encode<'a>(self, text: &'a str) -> Option<Cow<'a, [u8]>> {
        match self {
            Charset::Utf8 => Some(Cow::Borrowed(text.as_bytes())),
            Charset::Other(e) if e == UTF_16LE => Some(text.encode_utf16().flat_map(u16::to_le_bytes).collect()),
            Charset::Other(e) if e == UTF_16BE => Some(text.encode_utf16().flat_map(u16::to_be_bytes).collect()),
            Charset::Other(e) => match e.encode(text) {
                (bytes, _, false) => Some(bytes),
                _ => None,
            },
        }
    }

    /// Bytes as text; `None` where they are not valid.
    pub fn decode<'a>(self, bytes: &'a [u8]) -> Option<Cow<'a, str>> {
        match self {
            Charset::Utf8 => std::str::from_utf8(bytes).ok().map(Cow::Borrowed),
            Charset::Other(e) => e.decode_without_bom_handling_and_without_replacement(bytes),
        }
    }

    /// Reads a piece of an input that ends with a line, or with the input.
    pub fn read<'a>(self, bytes: &'a [u8]) -> Decoded<'a> {
        if self == Charset::Utf8 {
            return Decoded { charset: self, text: Cow::Borrowed(bytes), lines: Vec::new() };
        }
        let (mut text, mut lines) = (String::new(), Vec::new());
        for range in lines_of(bytes, self.line_end()) {
            let line = &bytes[range.clone()];
            let start = text.len();
            let end = self.line_end();
            match self.decode(line).filter(|t| self.encode(t).is_some_and(|b| *b == *line)) {
                Some(decoded) => text.push_str(&decoded),
                // A line that would not come back as it was is nobody's to repair; its end keeps the lines in step.
                None if line.ends_with(end) => text.push('\n'),
                None => {}
            }
            lines.push(Line { text: start, source: range.start, whole: text.len() > start + 1 || line.len() <= end.len() });
        }
        Decoded { charset: self, text: Cow::Owned(text.into_bytes()), lines }
    }

    /// Characters in a piece of an input; what cannot be decoded counts as Python's `errors="replace"` counts it.
    pub fn count(self, bytes: &[u8]) -> u64 {
        match self {
            Charset::Utf8 => {
                bytes.utf8_chunks().map(|c| c.valid().chars().count() + !c.invalid().is_empty() as usize).sum::<usize>() as u64
            }
            Charset::Other(e) => e.decode_without_bom_handling(bytes).0.chars().count() as u64,
        }
    }
}

/// Labels for the error message.
const KNOWN: [&str; 5] = ["utf-8", "utf-16le", "windows-1252", "shift_jis", "gb18030"];

/// Byte ranges of the lines of a piece, ends included.
fn lines_of(bytes: &[u8], end: &[u8]) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    let mut start = 0;
    // Bytes of a two-byte line end may also stand astride two characters.
    let ends = memchr::memmem::find_iter(bytes, end).filter(|at| at % end.len() == 0);
    for at in ends {
        out.push(start..at + end.len());
        start = at + end.len();
    }
    if start < bytes.len() {
        out.push(start..bytes.len());
    }
    out
}

/// Where a line begins in the text and in the bytes.
#[derive(Debug)]
struct Line {
    text: usize,
    source: usize,
    /// Whether the text of the line is the line.
    whole: bool,
}

/// A piece of an input as UTF-8, as far as it can be told.
#[derive(Debug)]
pub(super) struct Decoded<'a> {
    charset: Charset,
    /// The text.
    pub text: Cow<'a, [u8]>,
    lines: Vec<Line>,
}

impl Decoded<'_> {
    /// Goes through places of the text in order.
    pub fn cursor(&self) -> Cursor<'_> {
        Cursor { decoded: self, line: 0, text: 0, source: 0 }
    }
}

/// Finds the bytes behind places of the text that come in order.
#[derive(Debug)]
pub(super) struct Cursor<'a> {
    decoded: &'a Decoded<'a>,
    line: usize,
    text: usize,
    source: usize,
}

impl Cursor<'_> {
    /// The place in the bytes that a place in the text stands for; `None` in a line that could not be decoded.
    pub fn source(&mut self, text: usize) -> Option<usize> {
        let Decoded { charset, text: all, lines } = self.decoded;
        if *charset == Charset::Utf8 {
            return Some(text);
        }
        let line = lines.partition_point(|l| l.text <= text).checked_sub(1)?;
        if !lines[line].whole {
            return None;
        }
        if line != self.line || text < self.text || (self.text, self.source) == (0, 0) {
            (self.line, self.text, self.source) = (line, lines[line].text, lines[line].source);
        }
        let between = std::str::from_utf8(all.get(self.text..text)?).ok()?;
        self.source += charset.encode(between)?.len();
        self.text = text;
        Some(self.source)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "Net income was \u{20AC}5 million, they\u{2019}re pleased.\r\nThe caf\u{E9} closed.\n";

    fn charset(label: &str) -> Charset {
        Charset::of_label(label).unwrap()
    }

    #[test]
    fn places_are_found_in_every_encoding() {
        for label in ["utf-8", "utf-16le", "utf-16be", "windows-1252"] {
            let charset = charset(label);
            let bytes = charset.encode(TEXT).unwrap();
            let decoded = charset.read(&bytes);
            assert_eq!(decoded.text, TEXT.as_bytes(), "{label}");
            let mut cursor = decoded.cursor();
            for word in ["income", "re", "pleased", "caf\u{E9}", "closed"] {
                let at = TEXT.find(word).unwrap();
                let (from, to) = (cursor.source(at).unwrap(), cursor.source(at + word.len()).unwrap());
                assert_eq!(bytes[from..to], *charset.encode(word).unwrap(), "{label}: {word}");
            }
            assert_eq!(charset.count(&bytes), TEXT.chars().count() as u64);
        }
    }

    #[test]
    fn lines_that_would_not_come_back_are_left_out() {
        let charset = charset("utf-16le");
        let mut bytes = charset.encode("first\n").unwrap().into_owned();
        bytes.extend([b'a', 0, 0x00, 0xD8, b'\n', 0]);
        bytes.extend(charset.encode("third").unwrap().iter());
        bytes.push(7);
        let decoded = charset.read(&bytes);
        assert_eq!(decoded.text, b"first\n\n".as_slice());
        let mut cursor = decoded.cursor();
        assert_eq!(cursor.source(3), Some(6));
        assert_eq!(cursor.source(6), None);
    }

    #[test]
    fn encodings_are_guessed() {
        for label in ["utf-8", "windows-1252"] {
            assert_eq!(Charset::detect(&charset(label).encode(TEXT).unwrap()), charset(label));
        }
        assert_eq!(Charset::detect(b"\xFF\xFEN\0e\0t\0"), charset("utf-16le"));
        assert_eq!(Charset::detect("\u{FEFF}Net".as_bytes()), Charset::Utf8);
        assert_eq!(Charset::detect(b"plain"), Charset::Utf8);
        let cut = format!("{}\u{20AC}", "a".repeat(BLOCK));
        assert_eq!(Charset::detect(&cut.as_bytes()[..BLOCK + 1]), Charset::Utf8, "cut inside a character");
        let mut stray = TEXT.as_bytes().to_vec();
        stray.push(0xFF);
        assert_eq!(Charset::detect(&stray), Charset::Utf8, "a stray byte does not make a page Latin");
    }

    #[test]
    fn labels_that_cannot_be_written_back_are_refused() {
        assert!(Charset::of_label("iso-2022-jp").is_err());
        assert!(Charset::of_label("latin-9x").is_err());
        assert_eq!(Charset::of_label("UTF8"), Ok(Charset::Utf8));
    }
}
