//! `--diff`: what would change, as a patch or word by word, told from the edits themselves.

use std::io::{self, Write};
use std::ops::Range;

use super::args::DiffStyle;
use super::change::{Change, Piece};
use super::style::{Ink, Style};

/// Unchanged lines shown around a change.
const CONTEXT: usize = 3;

/// Writes the differences of one input after the other.
#[derive(Debug)]
pub(super) struct Diff {
    style: Style,
    manner: DiffStyle,
    /// Whether the heading of the input is written.
    begun: bool,
    /// Lines of the output less lines of the input, so far.
    shift: i64,
}

/// Lines of a piece that belong to one hunk, and the changes in them.
struct Hunk {
    /// Lines with context, as indices into the piece's lines.
    lines: Range<usize>,
    /// The changes, as indices.
    changes: Range<usize>,
}

impl Diff {
    pub fn new(manner: DiffStyle, style: Style) -> Diff {
        Diff { style, manner, begun: false, shift: 0 }
    }

    /// Begins the next input.
    pub fn begin(&mut self) {
        (self.begun, self.shift) = (false, 0);
    }

    /// Writes what changes in a piece of an input.
    pub fn add(&mut self, name: &str, piece: &Piece<'_>, out: &mut impl Write) -> io::Result<()> {
        if piece.changes.is_empty() {
            return Ok(());
        }
        if !self.begun {
            self.begun = true;
            // Patch programs take off the first part of a path.
            let (from, to) = (format!("--- a/{name}"), format!("+++ b/{name}"));
            let head = |text: &str| self.style.paint(Ink::Heading, text);
            match self.manner {
                DiffStyle::Unified => writeln!(out, "{}\n{}", head(&from), head(&to))?,
                DiffStyle::Words => writeln!(out, "{}", head(name))?,
            }
        }
        let lines = line_ranges(piece.text);
        for hunk in hunks(&lines, &piece.changes) {
            match self.manner {
                DiffStyle::Unified => self.unified(piece, &lines, &hunk, out)?,
                DiffStyle::Words => self.words(piece, &lines, &hunk, out)?,
            }
        }
        Ok(())
    }

    fn unified(&mut self, piece: &Piece<'_>, lines: &[Range<usize>], hunk: &Hunk, out: &mut impl Write) -> io::Result<()> {
        let mut body = Vec::new();
        let (mut old, mut new) = (0, 0);
        let mut line = hunk.lines.start;
        let mut changes = &piece.changes[hunk.changes.clone()];
        while line < hunk.lines.end {
            if changes.first().is_none_or(|c| c.text.start >= lines[line].end) {
                plain(&mut body, b' ', &piece.text[lines[line].clone()], ("", ""))?;
                (old, new, line) = (old + 1, new + 1, line + 1);
                continue;
            }
            // A run of lines that change: the old ones, then what they become.
            let (start, mut end, mut taken) = (line, line, 0);
            for change in changes {
                let touched = touched(lines, change);
                if touched.start > end {
                    break;
                }
                (end, taken) = (end.max(touched.end), taken + 1);
            }
            let bytes = lines[start].start..lines[end - 1].end;
            for range in &lines[start..end] {
                plain(&mut body, b'-', &piece.text[range.clone()], self.style.around(Ink::Old))?;
            }
            let changed = changed(piece.text, &bytes, &changes[..taken]);
            for range in line_ranges(&changed) {
                plain(&mut body, b'+', &changed[range], self.style.around(Ink::New))?;
                new += 1;
            }
            old += end - start;
            changes = &changes[taken..];
            line = end;
        }
        let from = piece.first_line as i64 + hunk.lines.start as i64;
        let place = format!("@@ -{} +{} @@", extent(from, old), extent(from + self.shift, new));
        self.shift += new as i64 - old as i64;
        writeln!(out, "{}", self.style.paint(Ink::Place, &place))?;
        out.write_all(&body)
    }

    fn words(&self, piece: &Piece<'_>, lines: &[Range<usize>], hunk: &Hunk, out: &mut impl Write) -> io::Result<()> {
        let bytes = lines[hunk.lines.start].start..lines[hunk.lines.end - 1].end;
        let place = format!("@@ {} @@", piece.first_line + hunk.lines.start as u64);
        writeln!(out, "{}", self.style.paint(Ink::Place, &place))?;
        let ((red, green), (old, new)) = ((self.style.around(Ink::Old), self.style.around(Ink::New)), self.brackets());
        let mut at = bytes.start;
        for change in &piece.changes[hunk.changes.clone()] {
            out.write_all(&piece.text[at..change.text.start])?;
            write!(out, "{}{}", red.0, old.0)?;
            out.write_all(&piece.text[change.text.clone()])?;
            write!(out, "{}{}{}{}{}{}{}", old.1, red.1, green.0, new.0, change.written, new.1, green.1)?;
            at = change.text.end;
        }
        out.write_all(&piece.text[at..bytes.end])?;
        if piece.text[..bytes.end].last() != Some(&b'\n') { writeln!(out) } else { Ok(()) }
    }

    /// Without colour, brackets tell old from new.
    fn brackets(&self) -> ((&'static str, &'static str), (&'static str, &'static str)) {
        if self.style.has_color() { (("", ""), ("", "")) } else { (("[-", "-]"), ("{+", "+}")) }
    }
}

/// A line's number and how many there are, in the short form that patches have for one.
fn extent(from: i64, count: usize) -> String {
    if count == 1 { from.to_string() } else { format!("{from},{count}") }
}

/// The lines that a change is in.
fn touched(lines: &[Range<usize>], change: &Change) -> Range<usize> {
    let line_of = |at: usize| lines.partition_point(|l| l.end <= at).min(lines.len() - 1);
    line_of(change.text.start)..line_of(change.text.end.max(change.text.start + 1) - 1) + 1
}

fn plain(body: &mut Vec<u8>, mark: u8, line: &[u8], (begin, end): (&str, &str)) -> io::Result<()> {
    let (text, ended) = line.strip_suffix(b"\n").map_or((line, false), |text| (text, true));
    body.extend(begin.as_bytes());
    body.push(mark);
    body.extend(text);
    body.extend(end.as_bytes());
    body.push(b'\n');
    if !ended {
        body.extend(b"\\ No newline at end of file\n");
    }
    Ok(())
}

fn changed(text: &[u8], bytes: &Range<usize>, changes: &[Change]) -> Vec<u8> {
    let (mut out, mut at) = (Vec::new(), bytes.start);
    for change in changes {
        out.extend(&text[at..change.text.start]);
        out.extend(change.written.as_bytes());
        at = change.text.end;
    }
    out.extend(&text[at..bytes.end]);
    out
}

/// The lines of a text, ends included.
fn line_ranges(text: &[u8]) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    let mut start = 0;
    for end in memchr::memchr_iter(b'\n', text) {
        out.push(start..end + 1);
        start = end + 1;
    }
    if start < text.len() {
        out.push(start..text.len());
    }
    out
}

/// Puts changes together whose context meets.
fn hunks(lines: &[Range<usize>], changes: &[Change]) -> Vec<Hunk> {
    let mut out: Vec<Hunk> = Vec::new();
    for (i, change) in changes.iter().enumerate() {
        let touched = touched(lines, change);
        let around = touched.start.saturating_sub(CONTEXT)..(touched.end + CONTEXT).min(lines.len());
        match out.last_mut() {
            Some(hunk) if around.start <= hunk.lines.end => {
                hunk.lines.end = hunk.lines.end.max(around.end);
                hunk.changes.end = i + 1;
            }
            _ => out.push(Hunk { lines: around, changes: i..i + 1 }),
        }
    }
    out
}
