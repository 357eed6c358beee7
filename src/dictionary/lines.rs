//! Reading the text forms of the lists: lines of columns with tabs between them; comments and empty lines say nothing.

use std::path::Path;

use super::DictionaryError;

/// What begins a comment.
pub(super) const COMMENT: &str = "#";
/// What begins one where the first column may be the sign itself.
pub(super) const SPACED_COMMENT: &str = "# ";

/// A line that says something.
pub(super) struct Line<'a> {
    path: &'a Path,
    /// From 1.
    pub number: usize,
    /// The columns.
    pub fields: Vec<&'a str>,
}

/// The lines that say something.
pub(super) fn lines<'a>(text: &'a str, path: &'a Path, comment: &'static str) -> impl Iterator<Item = Line<'a>> {
    let said = text.lines().zip(1..).filter(move |(line, _)| !line.is_empty() && !line.starts_with(comment));
    said.map(move |(line, number)| Line { path, number, fields: line.split('\t').collect() })
}

impl<'a> Line<'a> {
    /// The columns, if there are as many as they have names.
    pub fn columns<const N: usize>(&self, names: [&str; N]) -> Result<[&'a str; N], DictionaryError> {
        let wrong = |_| self.fail(1, format!("{} columns, expected {N}: {}", self.fields.len(), names.join(", ")));
        self.fields[..].try_into().map_err(wrong)
    }

    /// Where a column begins, in characters from 1; one that is missing would begin behind one more tab.
    pub fn column(&self, n: usize) -> usize {
        1 + self.fields[..n].iter().map(|f| f.chars().count() + 1).sum::<usize>()
    }

    /// A column that is a weight: the negative natural logarithm of a probability.
    pub fn weight(&self, n: usize, field: &str) -> Result<f32, DictionaryError> {
        let weight = field.parse().ok().filter(|w: &f32| (0.0..=20.0).contains(w));
        weight.ok_or_else(|| self.fail(self.column(n), format!("weight `{field}`: write a number from 0 to 20")))
    }

    /// What is wrong at a character of the line.
    pub fn fail(&self, column: usize, what: impl Into<String>) -> DictionaryError {
        DictionaryError::Syntax { path: self.path.to_owned(), line: self.number, column, what: what.into() }
    }
}
