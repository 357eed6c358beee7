//! How often marks stand where the writer put them and where an engine saw specks and edges.
//!
//! The text form is one mark in one form a line, sorted: `mark<TAB>left<TAB>right<TAB>stray<TAB>genuine`. Both weights are negative natural
//! logarithms: of the probability that a stray mark is this one in this form, and that a genuine mark of the language model's
//! class is this one in this form (for quotation marks and hyphens, which that model looks through: that there is one at all).
//! `*` in both sides stands for all forms that have no line of their own.

use std::collections::HashMap;
use std::path::Path;

use super::DictionaryError;
use super::lines::{SPACED_COMMENT, lines};
use crate::text::Form;

/// What is assumed of a mark the table does not hold: that somebody wrote it.
const UNSEEN: MarkWeights = MarkWeights { stray: 12.0, genuine: 10.0 };

/// Weights of a mark in a form.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MarkWeights {
    /// Negative natural logarithm of P(mark, form | stray).
    pub stray: f32,
    /// Negative natural logarithm of P(mark, form | genuine mark of its class).
    pub genuine: f32,
}

/// The table of marks.
#[derive(Debug, Clone, Default)]
pub struct Marks {
    rows: HashMap<String, HashMap<Option<Form>, MarkWeights>>,
}

/// A row of the table; no form stands for all that have no row.
pub type MarkRow = (String, Option<Form>, MarkWeights);

impl Marks {
    /// The table that is part of the program.
    ///
    /// # Panics
    /// Never in a build whose tests pass: they read the embedded rows.
    pub fn embedded() -> Marks {
        let text = include_str!("../../dictionaries/marks.tsv");
        Self::new(parse_marks(text, Path::new("marks.tsv")).expect("the embedded marks are well-formed"))
    }

    /// Makes the look-up of some rows.
    pub fn new(rows: impl IntoIterator<Item = MarkRow>) -> Marks {
        let mut out = Marks::default();
        for (mark, form, weights) in rows {
            out.rows.entry(mark).or_default().insert(form, weights);
        }
        out
    }

    /// The forms in which a mark is this much likelier (a ratio of logarithms) to be an engine's than a writer's, as a set of
    /// [`Form::bit`]s.
    pub fn suspects(&self, more: f32) -> HashMap<String, u32> {
        let set = |mark: &str| {
            let suspect = |form: &Form| {
                let w = self.weights(mark, *form);
                w.genuine - w.stray > more
            };
            Form::all().filter(suspect).fold(0, |set, form| set | form.bit())
        };
        self.rows.keys().map(|mark| (mark.clone(), set(mark))).filter(|(_, set)| *set != 0).collect()
    }

    /// The weights of a mark in a form.
    pub fn weights(&self, mark: &str, form: Form) -> MarkWeights {
        let forms = self.rows.get(mark);
        forms.and_then(|f| f.get(&Some(form)).or_else(|| f.get(&None))).copied().unwrap_or(UNSEEN)
    }
}

/// Parses the text form.
///
/// # Errors
/// [`DictionaryError::Syntax`] with line and column at the first line that is not as the format wants it.
pub fn parse_marks(text: &str, path: &Path) -> Result<Vec<MarkRow>, DictionaryError> {
    let mut out = Vec::new();
    for line in lines(text, path, SPACED_COMMENT) {
        let [mark, left, right, stray, genuine] = line.columns(["mark", "left", "right", "stray", "genuine"])?;
        if mark.is_empty() || mark.contains(char::is_whitespace) {
            return Err(line.fail(1, "the mark is empty or holds white space"));
        }
        let form = match (left, right) {
            ("*", "*") => None,
            _ => Some(Form::parse(left, right).ok_or_else(|| {
                line.fail(line.column(1), format!("`{left}` and `{right}`: write start, space, word or mark; then end, space-lower, space-upper, space-other, lower, upper or other; or * twice"))
            })?),
        };
        out.push((mark.to_owned(), form, MarkWeights { stray: line.weight(3, stray)?, genuine: line.weight(4, genuine)? }));
    }
    Ok(out)
}

/// Writes the text form, header included, sorted as it is to be.
pub fn write_marks(rows: &[MarkRow]) -> String {
    let names = |form: &Option<Form>| form.map_or(("*", "*"), Form::names);
    let mut rows: Vec<_> = rows.iter().map(|(mark, form, w)| (mark.as_str(), names(form), w)).collect();
    rows.sort_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)));
    let mut out =
        String::from("# mark\tleft\tright\tstray, genuine: negative natural logarithms of the mark's share of either\n");
    for (mark, (left, right), w) in rows {
        out.push_str(&format!("{mark}\t{left}\t{right}\t{:.1}\t{:.1}\n", w.stray, w.genuine));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Left, Right};

    #[test]
    fn rows_come_back_and_unlisted_forms_take_the_mark_s_own() {
        let text = "# header\n:\t*\t*\t6.0\t9.0\n:\tspace\tspace-lower\t2.0\t11.5\n";
        let rows = parse_marks(text, Path::new("m.tsv")).unwrap();
        assert_eq!(parse_marks(&write_marks(&rows), Path::new("m.tsv")).unwrap(), rows);
        let marks = Marks::new(rows);
        assert_eq!(marks.weights(":", Form { left: Left::Space, right: Right::SpaceLower }).stray, 2.0);
        assert_eq!(marks.weights(":", Form { left: Left::Word, right: Right::End }).stray, 6.0);
        assert_eq!(marks.weights("~", Form { left: Left::Word, right: Right::End }), UNSEEN);
    }

    #[test]
    fn mistakes_are_named_with_line_and_column() {
        let fail = |text| parse_marks(text, Path::new("m.tsv")).unwrap_err().to_string();
        assert!(fail(":\tspace\tlower\t2\n").starts_with("m.tsv:1:1: 4 columns"));
        assert!(fail(":\tspace\tnowhere\t2\t3\n").starts_with("m.tsv:1:3: `space` and `nowhere`"));
        assert!(fail(":\tspace\tlower\t2\tx\n").starts_with("m.tsv:1:17: weight `x`"));
    }
}
