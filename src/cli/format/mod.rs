//! What kind of file an input is, and the texts in it: all of it, fields of records, or the text between tags.

mod csv;
mod html;
mod json;

use std::borrow::Cow;
use std::path::Path;
use std::sync::Arc;

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

use super::extract::{Extract, Places};
use super::records::Unit;

/// The kinds of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Format {
    /// Plain text
    Text,
    /// JSON over any number of lines; the strings in the fields of --field
    Json,
    /// One JSON value a line, likewise
    Jsonl,
    /// Comma-separated values with a header; the columns of --field
    Csv,
    /// Tab-separated values with a header; the columns of --field
    Tsv,
    /// The text of a page, but not its tags, attributes, scripts and styles
    Html,
}

impl Format {
    /// What a file's name says it is: text where it says nothing. A second extension of packing is looked through.
    pub fn of_path(path: &Path) -> Format {
        let extension = |p: &Path| p.extension().map(|e| e.to_string_lossy().to_lowercase());
        let packed = extension(path).is_some_and(|e| ["gz", "gzip", "zst", "zstd"].contains(&e.as_str()));
        let name = if packed { path.with_extension("") } else { path.to_owned() };
        match extension(&name).as_deref() {
            Some("json") => Format::Json,
            Some("jsonl" | "ndjson") => Format::Jsonl,
            Some("csv") => Format::Csv,
            Some("tsv" | "tab") => Format::Tsv,
            Some("html" | "htm" | "xhtml") => Format::Html,
            _ => Format::Text,
        }
    }

    /// Whether `--field` says where the text is.
    pub fn has_fields(self) -> bool {
        matches!(self, Format::Json | Format::Jsonl | Format::Csv | Format::Tsv)
    }

    /// Where an input may be cut; `None` for text, which has an own way.
    pub fn unit(self) -> Option<Unit> {
        match self {
            Format::Text => None,
            Format::Jsonl => Some(Unit::Line(b"\n")),
            Format::Csv | Format::Tsv => Some(Unit::Quoted),
            Format::Json | Format::Html => Some(Unit::Whole),
        }
    }

    /// The name for reports.
    pub fn name(self) -> &'static str {
        match self {
            Format::Text => "text",
            Format::Json => "json",
            Format::Jsonl => "jsonl",
            Format::Csv => "csv",
            Format::Tsv => "tsv",
            Format::Html => "html",
        }
    }
}

/// Something wrong with a record, which comes out as it went in.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Problem {
    /// The byte of the piece where it is.
    pub at: usize,
    /// What it is.
    pub what: String,
}

/// Finds the texts of one input, piece by piece.
#[derive(Debug)]
pub(super) struct Extractor {
    format: Format,
    fields: Vec<Arc<str>>,
    /// Which of the fields have been seen.
    seen: Vec<bool>,
    /// The numbers of the columns, once the header is read.
    columns: Option<Vec<Option<usize>>>,
}

impl Extractor {
    pub fn new(format: Format, fields: &[Arc<str>]) -> Extractor {
        Extractor { format, fields: fields.to_vec(), seen: vec![false; fields.len()], columns: None }
    }

    /// The texts of a piece that ends with a record.
    pub fn extract<'a>(&mut self, piece: &'a [u8], problems: &mut Vec<Problem>) -> Vec<Extract<'a>> {
        match self.format {
            Format::Text => vec![Extract { text: Cow::Borrowed(piece), places: Places::Same, escape: None, field: None }],
            Format::Json => json::values(piece, &self.fields, &mut self.seen, problems),
            Format::Jsonl => json::lines(piece, &self.fields, &mut self.seen, problems),
            Format::Csv => csv::extract(piece, b',', self, problems),
            Format::Tsv => csv::extract(piece, b'\t', self, problems),
            Format::Html => html::extract(piece),
        }
    }

    /// The fields that no record had: most likely somebody misspelt them.
    pub fn missing(&self) -> Vec<&str> {
        self.fields.iter().zip(&self.seen).filter(|(_, seen)| !**seen).map(|(field, _)| &**field).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_the_format() {
        for (name, format) in [
            ("page.txt", Format::Text),
            ("page", Format::Text),
            ("a.JSONL", Format::Jsonl),
            ("a.json", Format::Json),
            ("b/calls.csv.gz", Format::Csv),
            ("calls.tsv.zst", Format::Tsv),
            ("x.htm", Format::Html),
            (".csv", Format::Text),
        ] {
            assert_eq!(Format::of_path(Path::new(name)), format, "{name}");
        }
    }
}
