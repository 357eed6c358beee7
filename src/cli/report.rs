//! The account of every edit: one JSON object a line, or a page to look at.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::change::Piece;
use super::encoding::Charset;
use super::extract::Escape;
use super::format::Format;
use super::page::Page;
use super::stats::kind_name;
use crate::repair::{Alternative, Edit};

/// Version of the lines' form; a change that readers would notice raises it.
pub(super) const VERSION: u32 = 1;

/// One line of a report.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Line<'a> {
    /// Version of the form.
    pub version: u32,
    /// The input as the user named it; `-` is stdin.
    pub file: Cow<'a, str>,
    /// Line of the input, from 1.
    pub line: u64,
    /// First byte of the input as read (unpacked, in its own encoding).
    pub start: u64,
    /// One past the last byte.
    pub end: u64,
    /// The same in characters.
    pub char_start: u64,
    /// One past the last character.
    pub char_end: u64,
    /// The text there.
    pub before: Cow<'a, str>,
    /// The text that takes its place.
    pub after: Cow<'a, str>,
    /// What kind of garble the edit undoes.
    pub kind: Cow<'a, str>,
    /// Probability that it is right.
    pub confidence: f64,
    /// What else might have stood there, the likeliest first.
    #[serde(default)]
    pub alternatives: Vec<Other<'a>>,
    /// The encoding, if it is not UTF-8.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encoding: Option<Cow<'a, str>>,
    /// The kind of file, if it is not text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<Cow<'a, str>>,
    /// The field, if there are fields.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<Cow<'a, str>>,
    /// How text is escaped there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub escape: Option<Escape>,
    /// What stands there in the file, if that is not `before` as one would escape it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raw_before: Option<Cow<'a, str>>,
}

/// Another text that might have stood in a place.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Other<'a> {
    /// The text.
    pub text: Cow<'a, str>,
    /// Probability that it stood there.
    pub confidence: f64,
}

/// Counts the characters of an input as its pieces go by.
#[derive(Debug, Default)]
struct Characters {
    /// Up to the place that was asked for last.
    count: u64,
    /// That place within the piece.
    at: usize,
}

impl Characters {
    fn up_to(&mut self, piece: &Piece<'_>, place: usize) -> u64 {
        self.count += piece.charset.count(&piece.source[self.at..place]);
        self.at = place;
        self.count
    }
}

/// A report in the making.
#[derive(Debug)]
pub(super) enum Report {
    /// One JSON object a line.
    Lines(Lines<File>),
    /// A page to look at.
    Page(Page<File>),
}

impl Report {
    /// Begins a report in a file, which is emptied first; its name says which kind it is.
    pub fn create(path: &Path) -> io::Result<Report> {
        let is_page = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("html") || e.eq_ignore_ascii_case("htm"));
        let file = File::create(path)?;
        Ok(if is_page { Report::Page(Page::begin(file)?) } else { Report::Lines(Lines::new(file)) })
    }

    /// Adds a piece of the input called `file`.
    pub fn add(&mut self, file: &str, format: Format, piece: &Piece<'_>) -> io::Result<()> {
        match self {
            Report::Lines(lines) => lines.add(file, format, piece),
            Report::Page(page) => page.add(file, piece),
        }
    }

    /// Writes down what is still held back.
    pub fn finish(&mut self) -> io::Result<()> {
        match self {
            Report::Lines(lines) => lines.finish(),
            Report::Page(page) => page.finish(),
        }
    }
}

/// Writes a report in lines.
#[derive(Debug)]
pub(super) struct Lines<W: Write> {
    out: BufWriter<W>,
    characters: Characters,
}

impl<W: Write> Lines<W> {
    pub fn new(out: W) -> Self {
        Lines { out: BufWriter::new(out), characters: Characters::default() }
    }

    /// Adds the changes of a piece of the input called `file`.
    pub fn add(&mut self, file: &str, format: Format, piece: &Piece<'_>) -> io::Result<()> {
        if piece.offset == 0 {
            self.characters = Characters::default();
        }
        for change in &piece.changes {
            let edit = &change.edit;
            let line = Line {
                version: VERSION,
                file: file.into(),
                line: change.line,
                start: piece.offset + change.source.start as u64,
                end: piece.offset + change.source.end as u64,
                char_start: self.characters.up_to(piece, change.source.start),
                char_end: self.characters.up_to(piece, change.source.end),
                before: edit.before.as_str().into(),
                after: edit.after.as_str().into(),
                kind: kind_name(edit.kind).into(),
                confidence: rounded(edit.confidence),
                alternatives: others(edit),
                encoding: (piece.charset != Charset::Utf8).then(|| piece.charset.name().into()),
                format: (format != Format::Text).then(|| format.name().into()),
                field: change.field.as_deref().map(Cow::Borrowed),
                escape: change.escape,
                raw_before: change.raw.as_deref().map(Cow::Borrowed),
            };
            serde_json::to_writer(&mut self.out, &line)?;
            self.out.write_all(b"\n")?;
        }
        self.characters.up_to(piece, piece.source.len());
        self.characters.at = 0;
        Ok(())
    }

    /// Writes down what is still held back.
    pub fn finish(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

fn others(edit: &Edit) -> Vec<Other<'_>> {
    let other = |a: &'_ Alternative| Other { text: Cow::Owned(a.text.clone()), confidence: rounded(a.confidence) };
    edit.alternatives.iter().map(other).collect()
}

/// More digits would say more than the model knows.
pub(super) fn rounded(confidence: f32) -> f64 {
    (confidence as f64 * 1e4).round() / 1e4
}

#[cfg(test)]
mod tests {
    use super::super::change::Change;
    use super::*;
    use crate::repair::EditKind;

    fn change(source: std::ops::Range<usize>) -> Change {
        Change {
            text: source.clone(),
            source,
            line: 7,
            edit: Edit {
                range: 4..16,
                line: 7,
                before: "Motley \"Idiot\"".into(),
                after: "Motley Fool".into(),
                kind: EditKind::Substitution,
                confidence: 0.987_654,
                alternatives: vec![Alternative { text: "Motley Idiot".into(), confidence: 0.01 }],
            },
            raw: None,
            written: "Motley Fool".into(),
            bytes: Vec::new(),
            escape: None,
            field: None,
        }
    }

    #[test]
    fn a_line_says_where_and_what() {
        let mut out = Vec::new();
        let mut report = Lines::new(&mut out);
        let source = "\u{20AC}\u{20AC} the Motley \"Idiot\" \u{20AC}\n".as_bytes();
        for offset in [0, source.len() as u64] {
            let changes = vec![change(11..25)];
            let piece = Piece { source, text: source, charset: Charset::Utf8, first_line: 7, offset, documents: 1, changes };
            report.add("a.txt", Format::Text, &piece).unwrap();
        }
        report.finish().unwrap();
        drop(report);
        let lines = String::from_utf8(out).unwrap();
        assert_eq!(
            lines.lines().next().unwrap(),
            "{\"version\":1,\"file\":\"a.txt\",\"line\":7,\"start\":11,\"end\":25,\"char_start\":7,\"char_end\":21,\
             \"before\":\"Motley \\\"Idiot\\\"\",\"after\":\"Motley Fool\",\"kind\":\"substitution\",\"confidence\":0.9877,\
             \"alternatives\":[{\"text\":\"Motley Idiot\",\"confidence\":0.01}]}"
        );
        assert!(lines.lines().nth(1).unwrap().contains("\"start\":41,\"end\":55,\"char_start\":31,\"char_end\":45"), "{lines}");
    }
}
