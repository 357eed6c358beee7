//! The text forms of the substitution and phrase tables.
//!
//! Words: `lemma<TAB>part of speech<TAB>kept<TAB>spun weight, spun weight, ...`; phrases the same without the part of speech. `kept`
//! is how often, in tenths, spinners leave the word alone; weights are relative, 1 to 9, with an optional letter of style
//! (`w` WordNet-like, `t` translation round trip, `b` British/American). In a table that is put over another one, a weight of 0
//! takes the pair out.

use std::path::Path;

use super::lines::{COMMENT, lines};
use super::{DictionaryError, PartOfSpeech};

/// The manner of spinner that a replacement is typical of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Style {
    /// The common web spinners: contemporary synonyms whatever the sense.
    Common = 0,
    /// Members and near relatives of a WordNet synset.
    Wordnet = 1,
    /// A translation round trip, "tortured phrases" included.
    Translation = 2,
    /// British for American or the other way round.
    Regional = 3,
}

impl Style {
    /// How many there are.
    pub const COUNT: usize = 4;

    /// The style with this number; the common one where there is none.
    pub fn from_number(n: u8) -> Style {
        [Style::Common, Style::Wordnet, Style::Translation, Style::Regional].get(n as usize).copied().unwrap_or(Style::Common)
    }

    /// The letter of the text forms, nothing for the common style.
    pub fn letter(self) -> &'static str {
        ["", "w", "t", "b"][self as usize]
    }

    /// The style of a letter.
    pub fn from_letter(letter: &str) -> Option<Style> {
        Some(match letter {
            "" => Style::Common,
            "w" => Style::Wordnet,
            "t" => Style::Translation,
            "b" => Style::Regional,
            _ => return None,
        })
    }
}

/// What a spinner may put in the place of an original.
#[derive(Debug, Clone, PartialEq)]
pub struct Alternative {
    /// The replacement, lower-case, in its base form.
    pub text: String,
    /// Relative weight.
    pub weight: f32,
    /// The kind of spinner that does this.
    pub style: Style,
}

/// A row of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The original, lower-case, in its base form.
    pub original: String,
    /// How it inflects; phrases do not.
    pub pos: PartOfSpeech,
    /// Share of occurrences that spinners leave alone.
    pub kept: f32,
    /// The replacements.
    pub spun: Vec<Alternative>,
    /// The line in the file, from 1.
    pub line: usize,
}

/// Which table a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TableKind {
    /// Four columns, lemmas that inflect.
    Words,
    /// Three columns, exact forms.
    Phrases,
}

/// Parses a table.
///
/// # Errors
/// [`DictionaryError::Syntax`] with line and column at the first field that is not as the format wants it.
pub fn parse_table(text: &str, kind: TableKind, path: &Path) -> Result<Vec<Row>, DictionaryError> {
    let mut rows = Vec::new();
    for line in lines(text, path, COMMENT) {
        let fields = &line.fields;
        let names: &[&str] = match kind {
            TableKind::Words => &["lemma", "part of speech", "kept", "replacements"],
            TableKind::Phrases => &["phrase", "kept", "replacements"],
        };
        if fields.len() < names.len() {
            return Err(line.fail(line.column(fields.len()) - 1, format!("missing column: {}", names[fields.len()])));
        }
        if fields.len() > names.len() {
            return Err(line.fail(1, format!("{} columns, expected {}: {}", fields.len(), names.len(), names.join(", "))));
        }
        let original = fields[0];
        if original.is_empty() || original.trim() != original {
            return Err(line.fail(1, "the original is empty or has spaces around it"));
        }
        let (pos, rest) = match kind {
            TableKind::Phrases => (PartOfSpeech::Exact, 1),
            TableKind::Words => {
                let pos = PartOfSpeech::parse(fields[1]);
                let what = || format!("part of speech `{}`: write n, v, a, r or x", fields[1]);
                (pos.ok_or_else(|| line.fail(line.column(1), what()))?, 2)
            }
        };
        let kept = match fields[rest].parse::<u8>() {
            Ok(k @ 0..=9) => k as f32 / 10.0,
            _ => {
                let what = format!("kept `{}`: write a digit, tenths left alone", fields[rest]);
                return Err(line.fail(line.column(rest), what));
            }
        };
        let mut spun = Vec::new();
        for field in fields[rest + 1].split(", ") {
            let bad = || {
                line.fail(
                    line.column(rest + 1),
                    format!("`{field}`: write the replacement, a space, a weight 0 to 9 and at most a style letter w, t or b"),
                )
            };
            let (text, weight, style) = style_and_number(field).filter(|f| f.1 <= 9).ok_or_else(bad)?;
            let weight = weight as f32;
            if text == original {
                return Err(line.fail(line.column(rest + 1), format!("`{text}` maps to itself")));
            }
            spun.push(Alternative { text: text.to_owned(), weight, style });
        }
        rows.push(Row { original: original.to_owned(), pos, kept, spun, line: line.number });
    }
    Ok(rows)
}

/// Takes `text number` with its style letter apart; `None` where it is not that.
pub(super) fn style_and_number(field: &str) -> Option<(&str, u32, Style)> {
    let (text, number) = field.rsplit_once(' ')?;
    let digits = number.len() - number.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let style = Style::from_letter(&number[digits..])?;
    Some((text, number[..digits].parse().ok()?, style)).filter(|_| !text.is_empty())
}

/// A phrase as the tokenizer splits it: single spaces between tokens, hyphens gone, contraction tails apart.
pub fn normalise(phrase: &str) -> String {
    let mut out: Vec<String> = Vec::new();
    for part in phrase.split([' ', '-', '/']).filter(|p| !p.is_empty()) {
        let (head, tail) = match part.rsplit_once('\'') {
            Some((h, t)) if !h.is_empty() && ["s", "re", "ve", "ll", "d", "m"].contains(&t) => (h, Some(format!("'{t}"))),
            _ => (part, None),
        };
        for (i, piece) in head.split('&').enumerate() {
            if i > 0 {
                out.push("&".into());
            }
            if !piece.is_empty() {
                out.push(piece.to_owned());
            }
        }
        out.extend(tail);
    }
    out.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_parse() {
        let rows = parse_table("# header\ncall\tn\t2\tname 8, phone call 1w\n", TableKind::Words, Path::new("t")).unwrap();
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0].spun[1], Alternative { text: "phone call".into(), weight: 1.0, style: Style::Wordnet });
        assert_eq!(rows[0].line, 2);
    }

    #[test]
    fn errors_name_line_and_column() {
        let fail = |text| parse_table(text, TableKind::Words, Path::new("t.tsv")).unwrap_err().to_string();
        assert_eq!(fail("call\tn\t2\n"), "t.tsv:1:9: missing column: replacements");
        assert!(fail("call\tq\t2\tname 8\n").starts_with("t.tsv:1:6: part of speech `q`"));
        assert!(fail("call\tn\tx\tname 8\n").starts_with("t.tsv:1:8: kept `x`"));
        assert!(fail("call\tn\t2\tname\n").starts_with("t.tsv:1:10: `name`"));
        assert!(fail("call\tn\t2\tcall 3\n").contains("maps to itself"));
    }

    #[test]
    fn phrases_split_as_the_tokenizer_splits() {
        assert_eq!(normalise("year-over-year"), "year over year");
        assert_eq!(normalise("today's q&a"), "today 's q & a");
        assert_eq!(normalise("don't"), "don't");
    }
}
