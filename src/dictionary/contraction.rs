//! Contractions and their expansions, which are two spellings of one text.

/// A phrase, as the tokenizer splits it, with its contractions expanded: equal for "it 's" and "it is", "don't" and "do not".
pub fn uncontracted(phrase: &str) -> String {
    let mut out = String::with_capacity(phrase.len() + 8);
    for word in phrase.split(' ') {
        if !out.is_empty() {
            out.push(' ');
        }
        match word {
            "'s" => out.push_str("is"),
            "'re" => out.push_str("are"),
            "'ve" => out.push_str("have"),
            "'ll" => out.push_str("will"),
            "'d" => out.push_str("would"),
            "'m" => out.push_str("am"),
            "can't" | "cannot" => out.push_str("can not"),
            "won't" => out.push_str("will not"),
            _ => match word.strip_suffix("n't").filter(|stem| !stem.is_empty()) {
                Some(stem) => out.extend([stem, " not"]),
                None => out.push_str(word),
            },
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::uncontracted;

    #[test]
    fn spellings_of_one_text_are_equal() {
        assert_eq!(uncontracted("we 're sure it 's fine"), uncontracted("we are sure it is fine"));
        assert_eq!(uncontracted("we don't and can't"), uncontracted("we do not and cannot"));
        assert_ne!(uncontracted("we would"), uncontracted("we will"));
    }
}
