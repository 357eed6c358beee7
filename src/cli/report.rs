//! The account of every edit: one JSON object a line.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use serde::Serialize;

use crate::repair::{Edit, EditKind};

/// Version of the lines' form; a change that readers would notice raises it.
const VERSION: u32 = 1;

/// One line of a report.
#[derive(Debug, Serialize)]
struct Line<'a> {
    version: u32,
    file: &'a str,
    line: usize,
    start: u64,
    end: u64,
    before: &'a str,
    after: &'a str,
    kind: EditKind,
    confidence: f64,
}

/// Writes a report.
#[derive(Debug)]
pub(super) struct Report<W: Write = File> {
    out: BufWriter<W>,
}

impl Report {
    /// Begins a report in a file, which is emptied first.
    pub fn create(path: &Path) -> io::Result<Report> {
        Ok(Report::new(File::create(path)?))
    }
}

impl<W: Write> Report<W> {
    pub fn new(out: W) -> Self {
        Report { out: BufWriter::new(out) }
    }

    /// Adds the edits of a block that begins at byte `offset` of the input called `file`.
    pub fn add(&mut self, file: &str, offset: u64, edits: &[Edit]) -> io::Result<()> {
        for edit in edits {
            let line = Line {
                version: VERSION,
                file,
                line: edit.line,
                start: offset + edit.range.start as u64,
                end: offset + edit.range.end as u64,
                before: &edit.before,
                after: &edit.after,
                kind: edit.kind,
                // More digits would say more than the model knows.
                confidence: (edit.confidence as f64 * 1e4).round() / 1e4,
            };
            serde_json::to_writer(&mut self.out, &line)?;
            self.out.write_all(b"\n")?;
        }
        Ok(())
    }

    /// Writes down what is still held back.
    pub fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_where_and_what() {
        let edit = Edit {
            range: 4..16,
            line: 7,
            before: "Motley \"Idiot\"".into(),
            after: "Motley Fool".into(),
            kind: EditKind::Substitution,
            confidence: 0.987_654,
        };
        let mut out = Vec::new();
        let mut report = Report::new(&mut out);
        report.add("a.txt", 100, &[edit]).unwrap();
        report.flush().unwrap();
        drop(report);
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "{\"version\":1,\"file\":\"a.txt\",\"line\":7,\"start\":104,\"end\":116,\"before\":\"Motley \\\"Idiot\\\"\",\
             \"after\":\"Motley Fool\",\"kind\":\"substitution\",\"confidence\":0.9877}\n"
        );
    }
}
