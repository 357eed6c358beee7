//! `degarble dictionary check`: every mistake of a dictionary file, not only the first one.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use super::args::{CheckArgs, Kind};
use super::error::CliError;
use super::{Outcome, complain, say};
use crate::dictionary::{
    DictionaryError, Inflections, PartOfSpeech, TableKind, parse_confusions, parse_marks, parse_observed, parse_table,
    parse_vocabulary,
};

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
            ("observed", Kind::Observed),
            ("confusions", Kind::Confusions),
            ("marks", Kind::Marks),
            ("substitutions", Kind::Words),
            ("fallback", Kind::Words),
            ("words", Kind::Words),
        ];
        named.iter().find(|(name, _)| stem.contains(name)).map_or(Kind::Dictionary, |(_, kind)| *kind)
    }

    /// Parses one line, with the parser of the whole file: a mistake in one line hides none in the next.
    fn parse(self, line: &str) -> Result<(), DictionaryError> {
        let path = Path::new("");
        match self {
            Kind::Dictionary => parse_either(line, path),
            Kind::Words => parse_table(line, TableKind::Words, path).map(drop),
            Kind::Phrases => parse_table(line, TableKind::Phrases, path).map(drop),
            Kind::Vocabulary => parse_vocabulary(line, path).map(drop),
            Kind::Inflections => Inflections::parse(line, path).map(drop),
            Kind::Observed => parse_observed(line, path).map(drop),
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
    fn key_columns(self, line: &str) -> usize {
        match self {
            Kind::Dictionary if is_phrase(line) => 1,
            Kind::Words | Kind::Inflections | Kind::Confusions | Kind::Dictionary => 2,
            Kind::Marks => 3,
            Kind::Phrases | Kind::Vocabulary | Kind::Observed => 1,
        }
    }

    /// Whether its rows are to be in order: tables of one's own need not be.
    fn is_sorted(self) -> bool {
        self != Kind::Dictionary
    }
}

/// Whether a row of a table of both kinds is one of phrases.
fn is_phrase(line: &str) -> bool {
    line.matches('\t').count() == 2
}

/// Parses a row of words or of phrases, whichever it is by its number of columns.
fn parse_either(line: &str, path: &Path) -> Result<(), DictionaryError> {
    const COLUMNS: &str = "4 of a word (lemma, part of speech, kept, replacements) or 3 of a phrase (phrase, kept, replacements)";
    let wrong = |column, what| Err(DictionaryError::Syntax { path: path.to_owned(), line: 1, column, what });
    let fields: Vec<&str> = line.split('\t').collect();
    match fields.len() {
        4 => parse_table(line, TableKind::Words, path).map(drop),
        // One column too few makes a phrase of a word.
        3 if PartOfSpeech::parse(fields[1]).is_some() => {
            wrong(1, format!("3 columns with a part of speech among them, expected {COLUMNS}"))
        }
        3 => parse_table(line, TableKind::Phrases, path).map(drop),
        n => wrong(1, format!("{n} columns, expected {COLUMNS}")),
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
        let key: Vec<&str> = line.split('\t').take(kind.key_columns(line)).collect();
        if let Some(first) = first_seen.get(&key) {
            found(1, format!("`{}` stands in line {first} already; put both rows together", key.join(" ")));
        } else {
            if let Some(last) = last.filter(|last| kind.is_sorted() && *last > key) {
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
        assert_eq!(Kind::of_name(Path::new("substitutions.tsv")), Kind::Words);
        assert_eq!(Kind::of_name(Path::new("observed.tsv")), Kind::Observed);
        assert_eq!(Kind::of_name(Path::new("phrases/x.tsv")), Kind::Dictionary);
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
    fn tables_of_one_s_own_hold_both_kinds_in_any_order() {
        let rows = "rise\tv\t2\tclimb 8\nnet income\t2\tweb revenue 8\ncall\tn\t2\tname 8\ncall\t2\tname 8\n";
        assert_eq!(found(rows, Kind::Dictionary), []);
        let again = format!("{rows}net income\t3\tweb earnings 8\nrise\tv\t2\tgo up 8\n");
        assert_eq!(found(&again, Kind::Dictionary), [(5, 1), (6, 1)]);
        assert_eq!(
            found("rise\tv\tclimb 8\nfall\nnet income\tx\tweb 8\nnet\t2\tweb\n", Kind::Dictionary),
            [(1, 1), (2, 1), (3, 1), (4, 7)]
        );
    }

    #[test]
    fn counts_are_checked_to_the_field() {
        let rows = "call\t4\tname 12, designation 1t\nnet\t\tweb 1\nrise\t2\tclimb 3, go up\nhigh\t1\t\n";
        assert_eq!(found(rows, Kind::Observed), [(2, 5), (3, 17), (4, 1)]);
    }

    #[test]
    fn bytes_that_are_not_text_are_named() {
        let found = problems(b"net\t3\t\nca\xFFll\t3\t\n", Kind::Vocabulary);
        assert_eq!(found, [Problem { line: 2, column: 3, what: "not UTF-8".into() }]);
    }
}
