//! Signs that engines put where they could not read a character: they belong to the word around them.

use super::{Kind, Token};

/// Joins words to the signs that touch them, `_`, `~` between letters and the replacement character: `re_ult_` is one word.
///
/// Names of files and variables look the same; whoever repairs asks first whether a page was scanned.
pub fn join_unread(line: &[u8], tokens: &mut Vec<Token>) {
    if memchr::memchr3(b'_', b'~', REPLACEMENT[0], line).is_none() {
        return;
    }
    let mut kept = 0;
    let mut at = 0;
    while at < tokens.len() {
        let mut end = at + 1;
        while end < tokens.len()
            && tokens[end].start == tokens[end - 1].end
            && is_part(line, tokens, end - 1)
            && is_part(line, tokens, end)
        {
            end += 1;
        }
        let run = &tokens[at..end];
        // A clitic is part of what stands before it, and numbers are nobody's to touch.
        if run.iter().any(|t| t.kind == Kind::Word) && run.iter().any(|t| t.kind == Kind::Symbol) {
            tokens[kept] = Token { start: run[0].start, end: run[run.len() - 1].end, kind: Kind::Word };
            kept += 1;
        } else {
            // Nothing in the run is looked at again: pages of nothing but such signs must not take the square of their length.
            tokens.copy_within(at..end, kept);
            kept += end - at;
        }
        at = end;
    }
    tokens.truncate(kept);
}

const REPLACEMENT: &[u8] = "\u{FFFD}".as_bytes();

fn is_part(line: &[u8], tokens: &[Token], at: usize) -> bool {
    let token = tokens[at];
    let bytes = &line[token.range()];
    let word = |t: Option<&Token>| t.is_some_and(|t| t.kind == Kind::Word);
    match token.kind {
        Kind::Word => true,
        Kind::Symbol if bytes == b"~" => {
            let before = at.checked_sub(1).map(|p| &tokens[p]).filter(|t| t.end == token.start);
            let after = tokens.get(at + 1).filter(|t| t.start == token.end);
            word(before) && word(after)
        }
        Kind::Symbol => bytes == b"_" || bytes == REPLACEMENT,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::tokenize;

    fn joined(line: &str) -> Vec<&str> {
        let mut tokens = Vec::new();
        tokenize(line.as_bytes(), &mut tokens);
        join_unread(line.as_bytes(), &mut tokens);
        tokens.iter().map(|t| &line[t.range()]).collect()
    }

    #[test]
    fn words_take_the_signs_inside_them_along() {
        assert_eq!(joined("Our re_ult_, a _h~re of"), ["Our", "re_ult_", ",", "a", "_h~re", "of"]);
        assert_eq!(joined("pro\u{FFFD}t"), ["pro\u{FFFD}t"]);
        assert_eq!(joined("one _ two ~three ~ __"), ["one", "_", "two", "~", "three", "~", "_", "_"]);
        assert_eq!(joined("up _4 and 5_"), ["up", "_", "4", "and", "5", "_"]);
        assert_eq!(joined("__ a_ __b (_) c_d"), ["_", "_", "a_", "__b", "(", "_", ")", "c_d"]);
    }

    #[test]
    fn signs_without_words_take_no_longer_than_their_number() {
        let line = format!("name {}", "_".repeat(400_000));
        let started = std::time::Instant::now();
        assert_eq!(joined(&line).len(), 400_001);
        // A run that is gone through again from each of its tokens takes minutes.
        assert!(started.elapsed().as_secs() < 20);
    }
}
