//! `degarble dictionary check`: every mistake of a dictionary file, not only the first one.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use super::args::{CheckArgs, Kind};
use super::error::CliError;
use super::{Outcome, complain, say};
use crate::dictionary::{DictionaryError, Inflections, TableKind, parse_confusions, parse_marks, parse_table, parse_vocabulary};

/// Something wrong with a line.
#[derive(Debug, PartialEq, Eq)]
struct Problem {
    /// From 1.
    line: usize,
    /// From 1.
    column: usize,
    what: String,
}

/// Checks the files and says what is wrong with them.
pub(super) fn run(args: &CheckArgs) -> Result<Outcome, CliError> {
    let mut outcome = Outcome::Done;
    for path in &args.files {
        let bytes = match fs::read(path) {
            Ok(bytes) => bytes,
            Err(source) => {
                complain(CliError::Read { name: path.display().to_string(), source });
                outcome = Outcome::SomeFailed;
                continue;
            }
        };
        let kind = args.kind.unwrap_or_else(|| Kind::of_name(path));
        for Problem { line, column, what } in problems(&bytes, kind) {
            say(format_args!("{}:{line}:{column}: {what}", path.display()));
            outcome = Outcome::SomeFailed;
        }
    }
    Ok(outcome)
}

impl Kind {
    /// The kind that a file's name says.
    fn of_name(path: &Path) -> Kind {
        let stem = path.file_stem().unwrap_or_default().to_string_lossy().to_lowercase();
        let named = [
            ("vocabulary", Kind::Vocabulary),
            ("phrases", Kind::Phrases),
            ("inflections", Kind::Inflections),
            ("confusions", Kind::Confusions),
            ("marks", Kind::Marks),
        ];
        named.iter().find(|(name, _)| stem.contains(name)).map_or(Kind::Words, |(_, kind)| *kind)
    }

    /// Parses one line, with the parser of the whole file: a mistake in one line hides none in the next.
    fn parse(self, line: &str) -> Result<(), DictionaryError> {
        let path = Path::new("");
        match self {
            Kind::Words => parse_table(line, TableKind::Words, path).map(drop),
            Kind::Phrases => parse_table(line, TableKind::Phrases, path).map(drop),
            Kind::Vocabulary => parse_vocabulary(line, path).map(drop),
            Kind::Inflections => Inflections::parse(line, path).map(drop),
            Kind::Confusions => parse_confusions(line, path).map(drop),
            Kind::Marks => parse_marks(line, path).map(drop),
        }
    }

    /// Whether a line says nothing to the program; where the first column may be the sign itself, a space must follow it.
    fn is_comment(self, line: &str) -> bool {
        match self {
            Kind::Confusions | Kind::Marks => line.starts_with("# "),
            _ => line.starts_with('#'),
        }
    }

    /// How many columns, from the first one on, tell a row from every other.
    fn key_columns(self) -> usize {
        match self {
            Kind::Words | Kind::Inflections | Kind::Confusions => 2,
            Kind::Marks => 3,
            Kind::Phrases | Kind::Vocabulary => 1,
        }
    }
}

/// Everything that is wrong with a file.
fn problems(bytes: &[u8], kind: Kind) -> Vec<Problem> {
    let mut out = Vec::new();
    let mut first_seen: HashMap<Vec<&str>, usize> = HashMap::new();
    let mut last: Option<Vec<&str>> = None;
    for (i, line) in bytes.split(|b| *b == b'\n').enumerate() {
        let number = i + 1;
        let mut found = |column, what| out.push(Problem { line: number, column, what });
        let line = match std::str::from_utf8(line) {
            Ok(line) => line.strip_suffix('\r').unwrap_or(line),
            Err(e) => {
                found(e.valid_up_to() + 1, "not UTF-8".to_owned());
                continue;
            }
        };
        if line.is_empty() || kind.is_comment(line) {
            continue;
        }
        match kind.parse(line) {
            Ok(()) => {}
            Err(DictionaryError::Syntax { column, what, .. }) => found(column, what),
            Err(e) => found(1, e.to_string()),
        }
        let key: Vec<&str> = line.split('\t').take(kind.key_columns()).collect();
        if let Some(first) = first_seen.get(&key) {
            found(1, format!("`{}` stands in line {first} already; put both rows together", key.join(" ")));
        } else {
            if let Some(last) = last.filter(|last| *last > key) {
                found(1, format!("not sorted: `{}` comes before `{}`", key.join(" "), last.join(" ")));
            }
            first_seen.insert(key.clone(), number);
        }
        last = Some(key);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, kind: Kind) -> Vec<(usize, usize)> {
        problems(text.as_bytes(), kind).iter().map(|p| (p.line, p.column)).collect()
    }

    #[test]
    fn names_say_the_kind() {
        assert_eq!(Kind::of_name(Path::new("my/Vocabulary-2.tsv")), Kind::Vocabulary);
        assert_eq!(Kind::of_name(Path::new("phrases.tsv")), Kind::Phrases);
        assert_eq!(Kind::of_name(Path::new("phrases/x.tsv")), Kind::Words);
    }

    #[test]
    fn every_mistake_is_found() {
        let text = "call\tn\t2\tname 8\nrise\tn\t2\r\ncall\tv\t2\tname 8\nrise\tn\t2\trise 1\n";
        assert_eq!(found(text, Kind::Words), [(2, 9), (3, 1), (4, 10), (4, 1)]);
    }

    #[test]
    fn rows_of_one_word_and_two_parts_of_speech_differ() {
        assert_eq!(found("call\tn\t2\tname 8\ncall\tv\t2\tname 8\n", Kind::Words), []);
        assert_eq!(found("call\t2\tname 8\ncall\t2\tphone 8\n", Kind::Phrases), [(2, 1)]);
    }

    #[test]
    fn bytes_that_are_not_text_are_named() {
        let found = problems(b"net\t3\t\nca\xFFll\t3\t\n", Kind::Vocabulary);
        assert_eq!(found, [Problem { line: 2, column: 3, what: "not UTF-8".into() }]);
    }
}
