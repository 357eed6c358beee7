//! `a` before consonants, `an` before vowels: after a swap the article may no longer fit.

/// The article that fits before a word, judged by its letters with the usual exceptions of sound.
pub(super) fn article_for(word: &str) -> &'static str {
    let word = word.to_lowercase();
    let silent_h = ["hour", "honest", "honor", "honour", "heir"];
    // "you" and "w" sounds behind a vowel letter.
    let consonant_sound = ["uni", "use", "usu", "usa", "util", "eu", "one", "once", "ubiq", "uk"];
    if silent_h.iter().any(|s| word.starts_with(s)) {
        return "an";
    }
    let exception = word.starts_with("unin") || word.starts_with("unim") || word.starts_with("unid");
    if !exception && consonant_sound.iter().any(|s| word.starts_with(s)) {
        return "a";
    }
    if word.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" }
}

#[cfg(test)]
mod tests {
    use super::article_for;

    #[test]
    fn sound_decides() {
        for (word, article) in [
            ("increase", "an"),
            ("rise", "a"),
            ("hour", "an"),
            ("union", "a"),
            ("uninsured", "an"),
            ("one", "a"),
            ("European", "a"),
        ] {
            assert_eq!(article_for(word), article, "{word}");
        }
    }
}
