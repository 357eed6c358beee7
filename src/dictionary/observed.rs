//! Counts from garbled pages whose originals are known: what spinners really did, to set the written guesses right.
//!
//! Text form: `original<TAB>kept<TAB>spun count, spun count, ...`, all exact forms as the tokenizer splits them; `kept` is how
//! often the original was seen left alone. An original that no spinner was seen to touch has no replacements.

use std::collections::BTreeMap;
use std::path::Path;

use super::DictionaryError;
use super::lines::{COMMENT, lines};
use super::source::{Style, style_and_number};

/// What was seen of one original.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Observation {
    /// Times it was left alone.
    pub kept: u32,
    /// Times it was swapped, by spun form, with the kind of spinner that did it.
    pub spun: BTreeMap<String, (u32, Style)>,
}

impl Observation {
    /// Times it was swapped for anything.
    pub fn swapped(&self) -> u32 {
        self.spun.values().map(|s| s.0).sum()
    }
}

/// Observations by original.
pub type Observed = BTreeMap<String, Observation>;

/// Parses the text form.
///
/// # Errors
/// [`DictionaryError::Syntax`] with line and column at the first field that is not as the format wants it.
pub fn parse_observed(text: &str, path: &Path) -> Result<Observed, DictionaryError> {
    let mut out = Observed::new();
    for line in lines(text, path, COMMENT) {
        let [original, kept, spun] = line.columns(["original", "kept", "replacements"])?;
        if original.is_empty() || original.trim() != original {
            return Err(line.fail(1, "the original is empty or has spaces around it"));
        }
        let number = |_| line.fail(line.column(1), format!("kept `{kept}`: write how often it was seen left alone"));
        let mut observation = Observation { kept: kept.parse().map_err(number)?, spun: BTreeMap::new() };
        let mut column = line.column(2);
        for field in spun.split(", ").filter(|_| !spun.is_empty()) {
            let (text, count, style) = style_and_number(field).filter(|seen| seen.1 >= 1).ok_or_else(|| {
                let what = "write the spun form, a space, how often it was seen and at most a style letter w, t or b";
                line.fail(column, format!("`{field}`: {what}"))
            })?;
            if text == original {
                return Err(line.fail(column, format!("`{text}` maps to itself")));
            }
            if observation.spun.insert(text.to_owned(), (count, style)).is_some() {
                return Err(line.fail(column, format!("`{text}` stands there already; add the counts up")));
            }
            column += field.chars().count() + 2;
        }
        if out.insert(original.to_owned(), observation).is_some() {
            return Err(line.fail(1, format!("`{original}` has a row already")));
        }
    }
    Ok(out)
}

/// Writes the text form, header included.
pub fn write_observed(observed: &Observed) -> String {
    let mut out = String::from(
        "# original\ttimes left alone\tspun forms with how often each was seen and style (w WordNet, t translation and other)\n",
    );
    for (original, o) in observed {
        let mut spun: Vec<_> = o.spun.iter().collect();
        spun.sort_by(|a, b| b.1.0.cmp(&a.1.0).then(a.0.cmp(b.0)));
        let spun: Vec<String> = spun.iter().map(|(text, (n, style))| format!("{text} {n}{}", style.letter())).collect();
        out.push_str(&format!("{original}\t{}\t{}\n", o.kept, spun.join(", ")));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_form_comes_back() {
        let text = "because\t3\tas a result of 12, since 2t\ncash\t9\t\n";
        let parsed = parse_observed(text, Path::new("o")).unwrap();
        assert_eq!(parsed["because"].swapped(), 14);
        assert_eq!(parsed["cash"], Observation { kept: 9, spun: BTreeMap::new() });
        let written = write_observed(&parsed);
        assert_eq!(written.split_once('\n').unwrap().1, text);
    }

    #[test]
    fn errors_name_line_and_column() {
        let fail = |text| parse_observed(text, Path::new("o.tsv")).unwrap_err().to_string();
        assert!(fail("cash\tx\t\n").starts_with("o.tsv:1:6: kept `x`"));
        assert!(fail("cash\t2\tmoney\n").starts_with("o.tsv:1:8: `money`"));
        assert!(fail("cash\t2\tmoney 1, funds none\n").starts_with("o.tsv:1:17: `funds none`"));
        assert!(fail("cash\t2\tmoney 1, cash 3\n").starts_with("o.tsv:1:17: `cash` maps to itself"));
        assert!(fail("cash\t2\tmoney 1, money 3t\n").starts_with("o.tsv:1:17: `money` stands there already"));
        assert!(fail("cash\t2\t\ncash\t3\t\n").starts_with("o.tsv:2:1: `cash` has a row already"));
    }
}
