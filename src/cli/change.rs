//! What is to change in a piece of an input: edits of its texts, with their places in the bytes as read.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use rayon::prelude::*;

use super::encoding::{Charset, Decoded};
use super::extract::{Escape, Extract};
use crate::repair::{Edit, Repairer};

/// One change.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Change {
    /// Bytes of the piece as read.
    pub source: Range<usize>,
    /// Bytes of the piece as UTF-8.
    pub text: Range<usize>,
    /// Line of the input, from 1.
    pub line: u64,
    /// The edit; its range is that within its own text.
    pub edit: Edit,
    /// What stands there in the piece as UTF-8, where that is not the edit's `before` escaped.
    pub raw: Option<String>,
    /// What will stand there, as UTF-8.
    pub written: String,
    /// The same in the input's encoding.
    pub bytes: Vec<u8>,
    /// How text is written there.
    pub escape: Option<Escape>,
    /// The field it is in.
    pub field: Option<Arc<str>>,
}

/// A piece of an input and what is to change in it.
#[derive(Debug)]
pub(super) struct Piece<'a> {
    /// The bytes as read.
    pub source: &'a [u8],
    /// The same as UTF-8.
    pub text: &'a [u8],
    /// Its encoding.
    pub charset: Charset,
    /// Line of the input that it begins in, from 1.
    pub first_line: u64,
    /// Bytes of the input before it.
    pub offset: u64,
    /// Documents in it, where it holds whole ones.
    pub documents: u64,
    /// In order, apart from each other.
    pub changes: Vec<Change>,
}

impl Piece<'_> {
    /// The bytes with the changes made.
    pub fn changed(&self) -> Cow<'_, [u8]> {
        if self.changes.is_empty() {
            return Cow::Borrowed(self.source);
        }
        let mut out = Vec::with_capacity(self.source.len() + 64);
        let mut at = 0;
        for change in &self.changes {
            out.extend(&self.source[at..change.source.start]);
            out.extend(&change.bytes);
            at = change.source.end;
        }
        out.extend(&self.source[at..]);
        Cow::Owned(out)
    }
}

/// Repairs the texts of a piece and finds where their edits belong.
///
/// An edit whose place cannot be told (markup in its midst, half of an escape) or whose words the encoding cannot write is left out.
pub(super) fn changes(
    repairer: &Repairer,
    extracts: &[Extract<'_>],
    decoded: &Decoded<'_>,
    charset: Charset,
    first_line: u64,
) -> Vec<Change> {
    // Records are documents of their own: many short ones side by side, a long one with its lines side by side.
    let edits: Vec<Vec<Edit>> = extracts.par_iter().map(|e| repairer.repair(&e.text).edits).collect();
    let mut cursor = decoded.cursor();
    let (mut line, mut counted) = (first_line, 0);
    let mut out: Vec<Change> = Vec::new();
    for (extract, edits) in extracts.iter().zip(edits) {
        for edit in edits {
            let Some(text) = extract.source(&edit.range) else { continue };
            let Some(raw) = decoded.text.get(text.clone()).and_then(|b| std::str::from_utf8(b).ok()) else { continue };
            let Some(after) = written(raw, &edit.after, extract.escape, extract.field.is_some()) else { continue };
            let (Some(start), Some(end)) = (cursor.source(text.start), cursor.source(text.end)) else { continue };
            let Some(bytes) = charset.encode(&after).map(Cow::into_owned) else { continue };
            if out.last().is_some_and(|last| last.text.end > text.start) {
                continue;
            }
            line += memchr::memchr_iter(b'\n', &decoded.text[counted..text.start]).count() as u64;
            counted = text.start;
            let raw = (raw != escaped(extract.escape, &edit.before)).then(|| raw.to_owned());
            let (escape, field) = (extract.escape, extract.field.clone());
            out.push(Change { source: start..end, text, line, edit, raw, written: after, bytes, escape, field });
        }
    }
    out
}

/// Text in the form it takes in its place.
pub(super) fn escaped(escape: Option<Escape>, text: &str) -> Cow<'_, str> {
    escape.map_or(Cow::Borrowed(text), |e| e.escape(text))
}

/// The replacement as it is written in the place of `raw`; `None` where it cannot be.
pub(super) fn written(raw: &str, after: &str, escape: Option<Escape>, in_field: bool) -> Option<String> {
    let after = match escape {
        // In HTML a sentence goes on over line ends, which stay.
        Some(Escape::Html) if raw.contains(['\n', '\r']) => rewrap(raw, after)?,
        _ => after.to_owned(),
    };
    // A bare field of CSV has no way to write these.
    if escape.is_none() && in_field && after.contains([',', '\t', ';', '"', '\n', '\r']) {
        return None;
    }
    Some(escaped(escape, &after).into_owned())
}

/// Puts the line ends between the words of `raw` between those of `after`; `None` where there is no place for one.
fn rewrap(raw: &str, after: &str) -> Option<String> {
    let is_space = |c: char| matches!(c, ' ' | '\n' | '\r' | '\t');
    let gaps: Vec<&str> = raw.split(|c| !is_space(c)).filter(|g| !g.is_empty()).collect();
    let words: Vec<&str> = after.split(is_space).filter(|w| !w.is_empty()).collect();
    if gaps.len() > words.len().saturating_sub(1)
        && gaps.iter().skip(words.len().saturating_sub(1)).any(|g| g.contains(['\n', '\r']))
    {
        return None;
    }
    let mut out = String::new();
    for (i, word) in words.iter().enumerate() {
        if i > 0 {
            out.push_str(gaps.get(i - 1).unwrap_or(&" "));
        }
        out.push_str(word);
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;

    use super::*;
    use crate::cli::format::{Extractor, Format};

    fn repaired(source: &str, format: Format, fields: &[&str]) -> String {
        let fields: Vec<Arc<str>> = fields.iter().map(|f| (*f).into()).collect();
        let decoded = Charset::Utf8.read(source.as_bytes());
        let extracts = Extractor::new(format, &fields).extract(source.as_bytes(), &mut Vec::new());
        let changes = changes(&Repairer::new(), &extracts, &decoded, Charset::Utf8, 1);
        for change in &changes {
            assert_eq!(change.line as usize, 1 + source[..change.source.start].matches('\n').count());
            let raw = change.raw.clone().unwrap_or_else(|| escaped(change.escape, &change.edit.before).into_owned());
            assert_eq!(source[change.source.clone()], raw);
        }
        let piece = Piece {
            source: source.as_bytes(),
            text: source.as_bytes(),
            charset: Charset::Utf8,
            first_line: 1,
            offset: 0,
            documents: 1,
            changes,
        };
        String::from_utf8(piece.changed().into_owned()).unwrap()
    }

    #[test]
    fn every_format_keeps_what_is_not_text() {
        let (spun, fixed) = ("Welcome to the third quarter convention name.", "Welcome to the third quarter conference call.");
        let both = |format, fields: &[&str], shape: &str| {
            assert_eq!(repaired(&shape.replace('$', spun), format, fields), shape.replace('$', fixed));
        };
        both(Format::Text, &[], "$\r\n");
        both(Format::Jsonl, &["text"], "{ \"text\" :\"\\u201c$\\u201d\\n\", \"note\":\"convention name\"}\n");
        both(Format::Csv, &["text"], "text,note\n\"\"\"$\"\"\",convention name\n$,\"convention name\"\n");
        both(Format::Html, &[], "<p title='convention name'>It&rsquo;s. $</p>\n<script>'convention name'</script>\n");
    }

    #[test]
    fn line_ends_in_html_stay() {
        let page = "<p>Welcome to the third\nquarter convention\n    name.</p>";
        assert_eq!(repaired(page, Format::Html, &[]), "<p>Welcome to the third\nquarter conference\n    call.</p>");
        assert_eq!(rewrap("a\nb", "c"), None);
        assert_eq!(rewrap("a\nb c", "d e"), Some("d\ne".into()));
    }

    #[test]
    fn an_edit_with_markup_in_it_is_left_out() {
        let page = "<p>Earlier <b>than</b> the bell, shares have been greater as a result of web revenue was sturdy.</p>";
        let fixed = repaired(page, Format::Html, &[]);
        assert!(fixed.starts_with("<p>Earlier <b>than</b> the bell") && fixed.contains("because net income"), "{fixed}");
    }

    /// Files put together from what is difficult in any format, in any order.
    fn files() -> impl Strategy<Value = (Format, Charset, Vec<u8>)> {
        let parts: [&[u8]; 26] = [
            b"Welcome to the third quarter convention name. ",
            b"free money stream ",
            b"{\"text\":\"",
            b"\"}\n",
            b"\\u201c",
            b"\\ud83d\\ude00",
            b"\\ud800",
            b"\\\"",
            b"\\",
            b"\"",
            b"\"\"",
            b",",
            b"\t",
            b"\n",
            b"\r\n",
            b"text,note\n",
            b"<p>",
            b"</b>",
            b"<script>",
            b"<!--",
            b"-->",
            b"&amp;",
            b"&#x",
            b"\xEF\xBB\xBF",
            b"\xFF\xFE",
            b"\0",
        ];
        let formats = [Format::Text, Format::Json, Format::Jsonl, Format::Csv, Format::Tsv, Format::Html];
        let charsets = ["utf-8", "utf-16le", "windows-1252", "shift_jis"].map(|l| Charset::of_label(l).unwrap());
        let file = prop::collection::vec(prop::sample::select(parts.to_vec()).prop_map(<[u8]>::to_vec), 0..40);
        (prop::sample::select(formats.to_vec()), prop::sample::select(charsets.to_vec()), file)
            .prop_map(|(format, charset, parts)| (format, charset, parts.concat()))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]

        #[test]
        fn changes_are_in_order_in_place_and_can_be_taken_back((format, charset, file) in files()) {
            static REPAIRER: LazyLock<Repairer> = LazyLock::new(Repairer::new);
            let decoded = charset.read(&file);
            let extracts = Extractor::new(format, &["text".into()]).extract(&decoded.text, &mut Vec::new());
            let changes = changes(&REPAIRER, &extracts, &decoded, charset, 1);
            let (mut at, mut shift) = (0, 0i64);
            let piece = Piece { source: &file, text: &decoded.text, charset, first_line: 1, offset: 0, documents: 1, changes: changes.clone() };
            let mut back = piece.changed().into_owned();
            for change in &changes {
                prop_assert!(at <= change.source.start && change.source.end <= file.len());
                at = change.source.end;
                let raw = change.raw.clone().unwrap_or_else(|| escaped(change.escape, &change.edit.before).into_owned());
                prop_assert_eq!(&file[change.source.clone()], &*charset.encode(&raw).unwrap());
                // Each change alone leads from one text to the other.
                let there = (change.source.start as i64 + shift) as usize;
                prop_assert_eq!(&back[there..there + change.bytes.len()], &change.bytes[..]);
                shift += change.bytes.len() as i64 - change.source.len() as i64;
            }
            for change in changes.iter().rev() {
                shift -= change.bytes.len() as i64 - change.source.len() as i64;
                let there = (change.source.start as i64 + shift) as usize;
                back.splice(there..there + change.bytes.len(), file[change.source.clone()].iter().copied());
            }
            prop_assert_eq!(back, file);
        }
    }
}
