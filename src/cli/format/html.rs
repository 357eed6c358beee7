//! HTML: the text between tags as one document, a line for every block, each character with its place.

use std::convert::Infallible;
use std::ops::Range;

use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};
use html5gum::{Span, Tokenizer};

use crate::cli::extract::{Builder, Escape, Extract};

/// Tags that stand inside a sentence; every other one ends a line.
const INLINE: [&[u8]; 37] = [
    b"a",
    b"abbr",
    b"acronym",
    b"b",
    b"bdi",
    b"bdo",
    b"big",
    b"cite",
    b"data",
    b"del",
    b"dfn",
    b"em",
    b"font",
    b"i",
    b"ins",
    b"kbd",
    b"label",
    b"mark",
    b"nobr",
    b"q",
    b"rp",
    b"rt",
    b"ruby",
    b"s",
    b"samp",
    b"small",
    b"span",
    b"strike",
    b"strong",
    b"sub",
    b"sup",
    b"time",
    b"tt",
    b"u",
    b"var",
    b"wbr",
    b"ix:nonfraction",
];

/// Elements whose content is no prose.
const CODE: [&[u8]; 12] = [
    b"script",
    b"style",
    b"template",
    b"noscript",
    b"iframe",
    b"noembed",
    b"noframes",
    b"xmp",
    b"code",
    b"pre",
    b"textarea",
    b"svg",
];

/// The text of a page.
pub(super) fn extract(page: &[u8]) -> Vec<Extract<'static>> {
    let mut builder = Builder::default();
    for piece in pieces(page) {
        match piece {
            Piece::Text(range) => text(page, range, &mut builder),
            Piece::Break => {
                if builder.last().is_some_and(|b| b != b'\n') {
                    builder.unplaced("\n");
                }
            }
        }
    }
    if builder.is_empty() { Vec::new() } else { vec![builder.finish(Some(Escape::Html), None)] }
}

#[derive(Debug)]
enum Piece {
    Text(Range<usize>),
    Break,
}

/// What of a page is text, and where lines end.
fn pieces(page: &[u8]) -> Vec<Piece> {
    let mut out = Vec::new();
    // The element whose content is skipped.
    let mut skipping: Option<Vec<u8>> = None;
    let mut emitter = CallbackEmitter::new(|event: CallbackEvent<'_>, span: Span<usize>| -> Option<Infallible> {
        match event {
            CallbackEvent::OpenStartTag { name } => {
                if skipping.is_none() && CODE.contains(&name) {
                    skipping = Some(name.to_vec());
                }
                if !INLINE.contains(&name) {
                    out.push(Piece::Break);
                }
            }
            CallbackEvent::EndTag { name } => {
                if skipping.as_deref() == Some(name) {
                    skipping = None;
                }
                if !INLINE.contains(&name) {
                    out.push(Piece::Break);
                }
            }
            CallbackEvent::String { .. } if skipping.is_none() => out.push(Piece::Text(span.start..span.end)),
            _ => {}
        }
        None
    });
    emitter.naively_switch_states(true);
    let Ok(()) = Tokenizer::new_with_emitter(page, emitter).finish();
    out
}

/// Adds a stretch of text. Line ends are blanks there, as browsers show them: a sentence goes on over them.
fn text(page: &[u8], range: Range<usize>, builder: &mut Builder) {
    let Some(bytes) = page.get(range.clone()) else { return };
    let mut at = 0;
    while at < bytes.len() {
        let next = memchr::memchr3(b'&', b'\n', b'\r', &bytes[at..]).map_or(bytes.len(), |n| at + n);
        builder.verbatim(&bytes[at..next], range.start + at);
        at = next;
        match bytes.get(at) {
            None => {}
            Some(b'&') => {
                let (decoded, len) = reference(&bytes[at..]);
                builder.escaped(decoded.encode_utf8(&mut [0; 4]), range.start + at..range.start + at + len);
                at += len;
            }
            Some(_) => {
                builder.verbatim(b" ", range.start + at);
                at += 1;
            }
        }
    }
}

/// References by name that stand in prose.
const NAMED: [(&str, char); 24] = [
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("apos", '\''),
    ("nbsp", '\u{A0}'),
    ("rsquo", '\u{2019}'),
    ("lsquo", '\u{2018}'),
    ("rdquo", '\u{201D}'),
    ("ldquo", '\u{201C}'),
    ("mdash", '\u{2014}'),
    ("ndash", '\u{2013}'),
    ("hellip", '\u{2026}'),
    ("eacute", '\u{E9}'),
    ("pound", '\u{A3}'),
    ("euro", '\u{20AC}'),
    ("yen", '\u{A5}'),
    ("cent", '\u{A2}'),
    ("reg", '\u{AE}'),
    ("trade", '\u{2122}'),
    ("copy", '\u{A9}'),
    ("bull", '\u{2022}'),
    ("ensp", '\u{2002}'),
    ("emsp", '\u{2003}'),
];

/// A letter nobody writes: a reference that is not in the list makes its word an unknown one, which is left alone.
const UNKNOWN: char = '\u{A78F}';

/// The character reference at the head and its length; an ampersand that begins none is itself.
fn reference(bytes: &[u8]) -> (char, usize) {
    let Some(end) = bytes.iter().take(34).position(|b| *b == b';') else { return ('&', 1) };
    let name = &bytes[1..end];
    let number = |digits: &[u8], radix| {
        let digits = std::str::from_utf8(digits).ok()?;
        u32::from_str_radix(digits, radix).ok().and_then(char::from_u32).filter(|c| !c.is_control())
    };
    let decoded = match name {
        [b'#', b'x' | b'X', digits @ ..] => number(digits, 16),
        [b'#', digits @ ..] => number(digits, 10),
        _ if name.is_empty() || !name.iter().all(u8::is_ascii_alphanumeric) => return ('&', 1),
        _ => NAMED.iter().find(|(n, _)| n.as_bytes() == name).map(|(_, c)| *c),
    };
    (decoded.unwrap_or(UNKNOWN), end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text_of(page: &str) -> String {
        extract(page.as_bytes()).first().map_or_else(String::new, |e| String::from_utf8(e.text.to_vec()).unwrap())
    }

    #[test]
    fn blocks_are_lines_and_inline_tags_are_nothing() {
        let page =
            "<!doctype html><title>A &amp; B</title><p class='x > y'>The <b>web</b> revenue\n rose.</p><br>It&rsquo;s&#32;fine";
        assert_eq!(text_of(page), "A & B\nThe web revenue  rose.\nIt\u{2019}s fine");
    }

    #[test]
    fn scripts_styles_comments_and_attributes_are_not_text() {
        let page = "a<script>if (x < 'web revenue') {}</script>b<style>p{}</style><!-- web revenue --><img alt='web revenue'>c\
                    <pre>web <b>revenue</b></pre>d<svg><text>x</text></svg><p>e";
        assert_eq!(text_of(page), "a\nb\nc\nd\ne");
    }

    #[test]
    fn places_lead_back_through_references() {
        let page = "<p>caf&eacute; &unknown; R&D &amp;</p>";
        let found = extract(page.as_bytes());
        let text = String::from_utf8(found[0].text.to_vec()).unwrap();
        assert_eq!(text, format!("caf\u{E9} {UNKNOWN} R&D &\n"));
        let source = |part: &str| {
            let at = text.find(part).unwrap();
            found[0].source(&(at..at + part.len())).map(|r| &page[r])
        };
        assert_eq!(source("caf\u{E9}"), Some("caf&eacute;"));
        assert_eq!(source("R&D"), Some("R&D"));
        assert_eq!(source("D &"), Some("D &amp;"));
    }

    #[test]
    fn spans_are_those_of_the_text_whatever_the_line_ends_and_bytes() {
        let page = b"\xEF\xBB\xBF<p>one\r\n\xFFtwo</p>\r\n<p>\0three</p>";
        let found = extract(page);
        let at = memchr::memmem::find(&found[0].text, b"three").unwrap();
        assert_eq!(&page[found[0].source(&(at..at + 5)).unwrap()], b"three");
        let at = memchr::memmem::find(&found[0].text, b"two").unwrap();
        assert_eq!(&page[found[0].source(&(at..at + 3)).unwrap()], b"two");
    }
}
