//! The texts in a piece of an input, and where each of their places stands.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// How text is written where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Escape {
    /// Inside a JSON string.
    Json,
    /// Inside a quoted CSV field.
    Csv,
    /// Between HTML tags.
    Html,
}

impl Escape {
    /// Text in the form it takes there.
    pub fn escape(self, text: &str) -> Cow<'_, str> {
        match self {
            Escape::Json => {
                let quoted = serde_json::to_string(text).expect("a string is always JSON");
                Cow::Owned(quoted[1..quoted.len() - 1].to_owned())
            }
            Escape::Csv => Cow::Owned(text.replace('"', "\"\"")),
            Escape::Html => Cow::Owned(text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")),
        }
    }
}

/// A stretch of an extracted text and what it is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stretch {
    /// Where it begins in the text.
    pub text: usize,
    /// Where it begins in the piece.
    pub source: usize,
    /// Bytes of the text.
    pub text_len: usize,
    /// Bytes of the piece.
    pub source_len: usize,
    /// Whether the bytes of both are the same; others (escapes) stand for their text as a whole.
    pub verbatim: bool,
}

/// Where the places of a text stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Places {
    /// The text is the piece.
    Same,
    /// Stretches in order.
    Stretches(Vec<Stretch>),
}

/// A text that is repaired on its own.
#[derive(Debug, Clone)]
pub(super) struct Extract<'a> {
    /// The text.
    pub text: Cow<'a, [u8]>,
    /// Where its places stand in the piece.
    pub places: Places,
    /// How replacements are written.
    pub escape: Option<Escape>,
    /// The field it was found in.
    pub field: Option<Arc<str>>,
}

impl Extract<'_> {
    /// Where a range of the text stands; `None` where it begins or ends inside an escape or has markup in it.
    pub fn source(&self, range: &Range<usize>) -> Option<Range<usize>> {
        let Places::Stretches(stretches) = &self.places else { return Some(range.clone()) };
        let first = stretches.partition_point(|s| s.text + s.text_len <= range.start);
        let last = stretches.partition_point(|s| s.text < range.end).checked_sub(1)?;
        let within = |s: &Stretch, at: usize| {
            let offset = at.checked_sub(s.text)?;
            if s.verbatim && offset <= s.text_len {
                Some(s.source + offset)
            } else if offset == 0 {
                Some(s.source)
            } else {
                (offset == s.text_len).then_some(s.source + s.source_len)
            }
        };
        let from = within(stretches.get(first)?, range.start)?;
        let to = within(stretches.get(last)?, range.end)?;
        let joined = stretches.get(first..=last)?.windows(2).all(|w| w[0].source + w[0].source_len == w[1].source);
        (joined && from <= to).then_some(from..to)
    }
}

/// Puts a text together.
#[derive(Debug, Default)]
pub(super) struct Builder {
    text: Vec<u8>,
    stretches: Vec<Stretch>,
}

impl Builder {
    /// Adds bytes that stand in the piece as they are.
    pub fn verbatim(&mut self, bytes: &[u8], source: usize) {
        if let Some(last) = self.stretches.last_mut()
            && last.verbatim
            && last.text + last.text_len == self.text.len()
            && last.source + last.source_len == source
        {
            last.text_len += bytes.len();
            last.source_len += bytes.len();
        } else if !bytes.is_empty() {
            let text = self.text.len();
            let len = bytes.len();
            self.stretches.push(Stretch { text, source, text_len: len, source_len: len, verbatim: true });
        }
        self.text.extend(bytes);
    }

    /// Adds text that is written in some other way there.
    pub fn escaped(&mut self, text: &str, source: Range<usize>) {
        let (at, len) = (self.text.len(), source.len());
        let stretch = Stretch { text: at, source: source.start, text_len: text.len(), source_len: len, verbatim: false };
        self.stretches.push(stretch);
        self.text.extend(text.as_bytes());
    }

    /// Adds text that stands nowhere, such as a line end for a new paragraph.
    pub fn unplaced(&mut self, text: &str) {
        self.text.extend(text.as_bytes());
    }

    /// Whether there is any text yet.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// The last byte so far.
    pub fn last(&self) -> Option<u8> {
        self.text.last().copied()
    }

    /// The text.
    pub fn finish(self, escape: Option<Escape>, field: Option<Arc<str>>) -> Extract<'static> {
        Extract { text: Cow::Owned(self.text), places: Places::Stretches(self.stretches), escape, field }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_lead_back_to_the_source_or_nowhere() {
        // Source: ab\u0020cd<i>ef
        let mut builder = Builder::default();
        builder.verbatim(b"ab", 0);
        builder.escaped(" ", 2..8);
        builder.verbatim(b"cd", 8);
        builder.verbatim(b"ef", 13);
        builder.unplaced("\n");
        let extract = builder.finish(Some(Escape::Json), None);
        assert_eq!(&*extract.text, b"ab cdef\n");
        assert_eq!(extract.source(&(0..2)), Some(0..2));
        assert_eq!(extract.source(&(1..5)), Some(1..10));
        assert_eq!(extract.source(&(2..3)), Some(2..8));
        assert_eq!(extract.source(&(5..7)), Some(13..15));
        assert_eq!(extract.source(&(4..6)), None, "markup between");
        assert_eq!(extract.source(&(5..8)), None, "the line end stands nowhere");
    }

    #[test]
    fn an_escape_as_long_as_its_text_stays_whole() {
        let mut builder = Builder::default();
        builder.escaped("xyz", 4..7);
        let extract = builder.finish(None, None);
        assert_eq!(extract.source(&(0..3)), Some(4..7));
        assert_eq!(extract.source(&(1..3)), None);
    }
}
