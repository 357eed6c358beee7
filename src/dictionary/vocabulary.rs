//! The vocabulary: word types of calls with a frequency class and marks.
//!
//! The text form is one word a line, sorted: `word<TAB>class<TAB>marks`. The class of a word is how many halvings its count
//! is below that of the most frequent word; the marks are letters: `n` a name, `a` an acronym written in capitals, `f`
//! a term of finance.

use std::path::Path;

use super::DictionaryError;
use super::lines::{COMMENT, lines};

/// A line of the vocabulary.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Word {
    /// The word, lower-case.
    pub word: String,
    /// Frequency class: 0 for the most frequent word, one more for each halving of the count.
    pub class: u8,
    /// Written with a capital nearly always: a person, company, place or brand.
    pub name: bool,
    /// Written in capitals nearly always.
    pub acronym: bool,
    /// A term of finance, accounting, markets or calls.
    pub finance: bool,
}

impl Word {
    /// Names rarer than this class stand for nothing but "a name" in the language model.
    pub const NAMES_THAT_STAND_ALONE: u8 = 8;

    /// Whether the language model knows the word only as a member of the class of names.
    pub fn is_class_only(&self) -> bool {
        self.name && self.class > Self::NAMES_THAT_STAND_ALONE
    }
}

/// Parses the text form.
///
/// # Errors
/// [`DictionaryError::Syntax`] with line and column at the first line that is not `word<TAB>class<TAB>marks`.
pub fn parse_vocabulary(text: &str, path: &Path) -> Result<Vec<Word>, DictionaryError> {
    let mut out = Vec::new();
    for line in lines(text, path, COMMENT) {
        let word = line.fields[0];
        let missing = || line.fail(line.column(1) - 1, "missing column: the frequency class");
        let class = line.fields.get(1).ok_or_else(missing)?;
        let marks = line.fields.get(2).copied().unwrap_or_default();
        if word.is_empty() {
            return Err(line.fail(1, "empty word"));
        }
        let number = |_| line.fail(line.column(1), "the frequency class is a number from 0 to 255");
        let class = class.parse().map_err(number)?;
        if let Some((at, c)) = marks.chars().enumerate().find(|(_, c)| !"naf".contains(*c)) {
            let what = format!("unknown mark `{c}`: n (name), a (acronym) or f (finance)");
            return Err(line.fail(line.column(2) + at, what));
        }
        out.push(Word {
            word: word.to_owned(),
            class,
            name: marks.contains('n'),
            acronym: marks.contains('a'),
            finance: marks.contains('f'),
        });
    }
    Ok(out)
}

/// Writes the text form, header included.
pub fn write_vocabulary(words: &[Word]) -> String {
    let mut out =
        String::from("# word\tfrequency class (halvings below the most frequent word)\tmarks: n name, a acronym, f finance\n");
    for w in words {
        let marks = [(w.name, 'n'), (w.acronym, 'a'), (w.finance, 'f')];
        let marks: String = marks.iter().filter(|m| m.0).map(|m| m.1).collect();
        out.push_str(&format!("{}\t{}\t{marks}\n", w.word, w.class));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_column_is_named() {
        let e = parse_vocabulary("net\t3\t\nincome\n", Path::new("v.tsv")).unwrap_err();
        assert_eq!(e.to_string(), "v.tsv:2:7: missing column: the frequency class");
    }
}
