//! What OCR engines confuse: strings of up to three characters, what stood there, and how often.
//!
//! The text form is one confusion a line, sorted: `read<TAB>original<TAB>weight`. The weight is the negative natural logarithm of
//! P(read | original) within a word that was misread at all; all strings are lower-case. `ε` stands for nothing: an `original` that is
//! `ε` is a character the engine made up, a `read` that is `ε` one that it lost. `⟨` in both columns stands for the start of the word.

use std::path::Path;

use rustc_hash::FxHashMap;

use super::DictionaryError;
use super::lines::{SPACED_COMMENT, lines};

/// What stands for the empty string.
const NOTHING: &str = "ε";

/// Stands before the first character of a word, in both columns: there engines err in ways of their own.
pub const START: char = '⟨';

/// Longest string on either side, in characters.
pub(super) const LONGEST: usize = 3;

/// A row: characters that were read in place of others.
#[derive(Debug, Clone, PartialEq)]
pub struct Confusion {
    /// What the engine read.
    pub read: String,
    /// What stood there.
    pub original: String,
    /// Negative natural logarithm of P(read | original, the word is misread).
    pub weight: f32,
}

/// Parses the text form.
///
/// # Errors
/// [`DictionaryError::Syntax`] with line and column at the first line that is not `read<TAB>original<TAB>weight`.
pub fn parse_confusions(text: &str, path: &Path) -> Result<Vec<Confusion>, DictionaryError> {
    let mut out = Vec::new();
    for line in lines(text, path, SPACED_COMMENT) {
        let [read, original, weight] = line.columns(["read", "original", "weight"])?;
        let string = |field: &str, n: usize| {
            if field == NOTHING {
                return Ok(String::new());
            }
            let fits = (1..=LONGEST).contains(&field.chars().count()) && !field.contains(char::is_whitespace);
            if !fits || field.to_lowercase() != field {
                let what = format!("`{field}`: write one to {LONGEST} lower-case characters, or {NOTHING}");
                return Err(line.fail(line.column(n), what));
            }
            Ok(field.to_owned())
        };
        let confusion = Confusion { read: string(read, 0)?, original: string(original, 1)?, weight: line.weight(2, weight)? };
        if confusion.read.contains(START) != confusion.original.contains(START)
            || [&confusion.read, &confusion.original].iter().any(|s| s.trim_start_matches(START).contains(START))
        {
            return Err(line.fail(1, format!("`{START}` stands before both strings or before none")));
        }
        if confusion.read == confusion.original {
            return Err(line.fail(1, format!("`{read}` maps to itself")));
        }
        out.push(confusion);
    }
    Ok(out)
}

/// Writes the text form, header included, sorted as it is to be.
pub fn write_confusions(confusions: &[Confusion]) -> String {
    let shown = |s: &str| if s.is_empty() { NOTHING.to_owned() } else { s.to_owned() };
    let mut lines: Vec<(String, String, f32)> =
        confusions.iter().map(|c| (shown(&c.read), shown(&c.original), c.weight)).collect();
    lines.sort_by(|a, b| (&a.0, &a.1).cmp(&(&b.0, &b.1)));
    let mut out = String::from("# read\toriginal\tweight: negative natural logarithm of P(read | original) in a misread word\n");
    for (read, original, weight) in lines {
        out.push_str(&format!("{read}\t{original}\t{weight:.1}\n"));
    }
    out
}

/// The confusions, ready for look-up by what was read.
#[derive(Debug, Clone, Default)]
pub struct Confusions {
    by_read: FxHashMap<String, Vec<(String, f32)>>,
}

impl Confusions {
    /// Makes the look-up of some rows; of each string that was read, the likeliest originals come first.
    pub fn new(rows: impl IntoIterator<Item = Confusion>) -> Confusions {
        let mut by_read: FxHashMap<String, Vec<(String, f32)>> = FxHashMap::default();
        for row in rows {
            by_read.entry(row.read).or_default().push((row.original, row.weight));
        }
        for originals in by_read.values_mut() {
            originals.sort_by(|a, b| a.1.total_cmp(&b.1).then_with(|| a.0.cmp(&b.0)));
        }
        Confusions { by_read }
    }

    /// All strings that were read, each with what may have stood there; in no order.
    pub fn rows(&self) -> impl Iterator<Item = (&str, &[(String, f32)])> {
        self.by_read.iter().map(|(read, originals)| (read.as_str(), originals.as_slice()))
    }

    /// What may have stood where `read` was read, with weights that ascend.
    pub fn originals(&self, read: &str) -> &[(String, f32)] {
        self.by_read.get(read).map_or(&[], Vec::as_slice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_back_as_they_were_written() {
        let rows = parse_confusions("# header\n#\th\t4\nrn\tm\t2.5\nε\ti\t4\n", Path::new("c.tsv")).unwrap();
        assert_eq!(rows.len(), 3);
        assert_eq!(rows[2], Confusion { read: String::new(), original: "i".into(), weight: 4.0 });
        assert_eq!(parse_confusions(&write_confusions(&rows), Path::new("c.tsv")).unwrap(), rows);
        let confusions = Confusions::new(rows);
        assert_eq!(confusions.originals("rn"), [("m".to_owned(), 2.5)]);
        assert!(confusions.originals("m").is_empty());
    }

    #[test]
    fn mistakes_are_named_with_line_and_column() {
        let fail = |text| parse_confusions(text, Path::new("c.tsv")).unwrap_err().to_string();
        assert!(fail("rn\tm\n").starts_with("c.tsv:1:1: 2 columns"));
        assert!(fail("rn\tm\t2\nrn\tm\tx\n").starts_with("c.tsv:2:6: weight `x`"));
        assert!(fail("rn\tRn\t2\n").starts_with("c.tsv:1:4: `Rn`"));
        assert!(fail("rnnn\tm\t2\n").starts_with("c.tsv:1:1: `rnnn`"));
        assert!(fail("⟨\tm\t2\n").contains("before both"));
        assert!(fail("m\tm\t2\n").ends_with("maps to itself"));
    }
}
