//! Words as tables and models are asked for them.

use super::{Kind, fold_into, tokenize};

/// The tokens of a line in lower case; quotation marks and hyphens, which nobody is asked for, are left out.
///
/// ```
/// assert_eq!(degarble::text::words("\"Net-income\" rose."), ["net", "income", "rose", "."]);
/// ```
pub fn words(line: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    tokenize(line.as_bytes(), &mut tokens);
    let seen = tokens.iter().filter(|t| t.kind != Kind::Transparent);
    let folded = seen.map(|t| {
        let mut folded = String::new();
        fold_into(&line.as_bytes()[t.range()], &mut folded);
        folded
    });
    folded.collect()
}
