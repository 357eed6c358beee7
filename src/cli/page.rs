//! The report as a page: the text with its repairs marked, what stood there before, and what they add up to.

use std::io::{self, BufWriter, Write};

use serde_json::json;

use super::change::Piece;
use super::report::rounded;
use super::stats::kind_name;

const STYLE: &str = include_str!("page/style.css");
const SCRIPT: &str = include_str!("page/script.js");
const BODY: &str = include_str!("page/body.html");

/// Writes the page as the text goes by: everything that is counted is counted by the browser.
#[derive(Debug)]
pub(super) struct Page<W: Write> {
    out: BufWriter<W>,
    /// The input at hand.
    file: Option<String>,
    /// Whether a line is begun and not ended.
    in_line: bool,
}

impl<W: Write> Page<W> {
    /// Writes what comes before the first text.
    pub fn begin(out: W) -> io::Result<Page<W>> {
        let mut out = BufWriter::new(out);
        write!(
            out,
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n\
             <title>degarble: what was repaired</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n{BODY}<main>\n"
        )?;
        Ok(Page { out, file: None, in_line: false })
    }

    /// Adds a piece of the input called `file`.
    pub fn add(&mut self, file: &str, piece: &Piece<'_>) -> io::Result<()> {
        if piece.offset == 0 || self.file.as_deref() != Some(file) {
            self.end_file()?;
            writeln!(self.out, "<section>\n<h2>{}</h2>", escaped(file))?;
            self.file = Some(file.to_owned());
        }
        let mut line = piece.first_line;
        let mut at = 0;
        for change in &piece.changes {
            self.text(&piece.text[at..change.text.start], &mut line)?;
            self.begin_line(line)?;
            let edit = &change.edit;
            let others: Vec<_> = edit.alternatives.iter().map(|a| json!([a.text, rounded(a.confidence)])).collect();
            write!(
                self.out,
                "<mark tabindex=\"0\" data-k=\"{}\" data-c=\"{}\" data-b=\"{}\" data-o=\"{}\">",
                kind_name(edit.kind),
                rounded(edit.confidence),
                escaped(&edit.before),
                escaped(&json!(others).to_string()),
            )?;
            // Line ends within an edit are shown as blanks: the line goes on.
            let shown = change.written.replace(['\n', '\r'], " ");
            write!(self.out, "{}</mark>", escaped(&shown))?;
            line += memchr::memchr_iter(b'\n', &piece.text[change.text.clone()]).count() as u64;
            at = change.text.end;
        }
        self.text(&piece.text[at..], &mut line)
    }

    fn text(&mut self, bytes: &[u8], line: &mut u64) -> io::Result<()> {
        let mut start = 0;
        for end in memchr::memchr_iter(b'\n', bytes).chain([bytes.len()]) {
            let part = &bytes[start.min(end)..end];
            let ends = end < bytes.len();
            if !part.is_empty() || ends {
                self.begin_line(*line)?;
                write!(self.out, "{}", escaped(&String::from_utf8_lossy(part)))?;
            }
            if ends {
                self.end_line()?;
                *line += 1;
            }
            start = end + 1;
        }
        Ok(())
    }

    fn begin_line(&mut self, line: u64) -> io::Result<()> {
        if !std::mem::replace(&mut self.in_line, true) { write!(self.out, "<p data-n=\"{line}\">") } else { Ok(()) }
    }

    fn end_line(&mut self) -> io::Result<()> {
        if std::mem::take(&mut self.in_line) { writeln!(self.out, "</p>") } else { Ok(()) }
    }

    fn end_file(&mut self) -> io::Result<()> {
        self.end_line()?;
        if self.file.take().is_some() { writeln!(self.out, "</section>") } else { Ok(()) }
    }

    /// Writes what comes behind the last text.
    pub fn finish(&mut self) -> io::Result<()> {
        self.end_file()?;
        write!(self.out, "</main>\n<script>\n{SCRIPT}</script>\n</body>\n</html>\n")?;
        self.out.flush()
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::super::change::changes;
    use super::super::encoding::Charset;
    use super::super::format::{Extractor, Format};
    use super::*;
    use crate::repair::Repairer;

    fn page(text: &str) -> String {
        let decoded = Charset::Utf8.read(text.as_bytes());
        let extracts = Extractor::new(Format::Text, &[]).extract(text.as_bytes(), &mut Vec::new());
        let changes = changes(&Repairer::new(), &extracts, &decoded, Charset::Utf8, 1);
        let bytes = text.as_bytes();
        let piece = Piece { source: bytes, text: bytes, charset: Charset::Utf8, first_line: 1, offset: 0, documents: 1, changes };
        let mut out = Vec::new();
        let mut page = Page::begin(&mut out).unwrap();
        page.add("<a>.txt", &piece).unwrap();
        page.finish().unwrap();
        drop(page);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn the_page_holds_the_text_and_what_stood_there() {
        let page = page("Welcome to the <third> quarter convention name.\n\nGood morning & hello");
        assert!(page.contains("<h2>&lt;a&gt;.txt</h2>"));
        assert!(page.contains("<p data-n=\"1\">Welcome to the &lt;third&gt; quarter <mark "));
        assert!(page.contains("data-b=\"convention name\"") && page.contains(">conference call</mark>.</p>"));
        assert!(page.contains("<p data-n=\"2\"></p>\n<p data-n=\"3\">Good morning &amp; hello</p>\n</section>"));
    }

    #[test]
    fn the_page_stands_alone() {
        let page = page("Good morning.\n");
        for outside in ["http://", "https://", "src=", "@import", "url("] {
            assert!(!page.contains(outside), "{outside}");
        }
    }
}
