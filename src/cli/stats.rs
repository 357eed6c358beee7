//! What `--stats` says.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use super::change::Piece;

/// Counts what a run reads and repairs.
#[derive(Debug)]
pub(super) struct Stats {
    started: Instant,
    inputs: u64,
    changed: u64,
    /// Texts in them: one in each, but for files of records.
    documents: u64,
    bytes: u64,
    words: u64,
    edits: BTreeMap<String, u64>,
    /// Whether the input at hand has changed.
    dirty: bool,
}

impl Default for Stats {
    fn default() -> Self {
        Stats {
            started: Instant::now(),
            inputs: 0,
            changed: 0,
            documents: 0,
            bytes: 0,
            words: 0,
            edits: BTreeMap::new(),
            dirty: false,
        }
    }
}

impl Stats {
    /// Counts a piece of an input.
    pub fn add(&mut self, piece: &Piece<'_>) {
        self.documents += piece.documents;
        self.bytes += piece.source.len() as u64;
        self.words += words(piece.text);
        self.dirty |= !piece.changes.is_empty();
        for change in &piece.changes {
            *self.edits.entry(kind_name(change.edit.kind)).or_default() += 1;
        }
    }

    /// Counts an input whose pieces are counted.
    pub fn end(&mut self) {
        self.inputs += 1;
        self.changed += std::mem::take(&mut self.dirty) as u64;
    }

    /// The summary.
    pub fn line(&self) -> String {
        self.line_after(self.started.elapsed())
    }

    fn line_after(&self, time: Duration) -> String {
        let counted = |n: u64, one: &str| format!("{} {one}{}", grouped(n), if n == 1 { "" } else { "s" });
        let edits: u64 = self.edits.values().sum();
        let kinds: Vec<String> = self.edits.iter().map(|(kind, n)| format!("{kind} {}", grouped(*n))).collect();
        let kinds = if kinds.is_empty() { String::new() } else { format!(" ({})", kinds.join(", ")) };
        let megabytes = self.bytes as f64 / 1e6;
        let seconds = time.as_secs_f64();
        format!(
            "{} in {}, {} changed; {}; {}{kinds}; {megabytes:.2} MB in {seconds:.2} s, {:.2} MB/s",
            counted(self.documents, "page"),
            counted(self.inputs, "file"),
            grouped(self.changed),
            counted(self.words, "word"),
            counted(edits, "edit"),
            megabytes / seconds.max(1e-9),
        )
    }
}

/// The name of a kind of edit, as reports spell it.
pub(super) fn kind_name(kind: crate::repair::EditKind) -> String {
    let value = serde_json::to_value(kind).unwrap_or_default();
    value.as_str().unwrap_or("other").to_owned()
}

/// Runs of letters and digits.
fn words(text: &[u8]) -> u64 {
    let (mut count, mut inside) = (0, false);
    for b in text {
        let letter = b.is_ascii_alphanumeric() || *b >= 0x80 || *b == b'\'';
        count += (letter && !inside) as u64;
        inside = letter;
    }
    count
}

/// A number with commas between thousands.
fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (i, d) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(d);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_readable() {
        for (n, text) in [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(grouped(n), text);
        }
    }

    #[test]
    fn words_are_counted() {
        assert_eq!(words(b"It's 5% up, year-over-year.\n"), 6);
        assert_eq!(words(b"--- \n"), 0);
    }

    #[test]
    fn the_line_says_it_all() {
        let stats = Stats {
            inputs: 2,
            documents: 300,
            changed: 1,
            bytes: 3_000_000,
            words: 1_500,
            edits: [("article".into(), 2), ("substitution".into(), 1_200)].into(),
            ..Stats::default()
        };
        assert_eq!(
            stats.line_after(Duration::from_millis(1500)),
            "300 pages in 2 files, 1 changed; 1,500 words; 1,202 edits (article 2, substitution 1,200); 3.00 MB in 1.50 s, 2.00 MB/s"
        );
    }
}
