//! English words beyond the vocabulary of calls: what is spelled correctly, however rare.

/// The list that is part of the program, compiled from `dictionaries/words.txt` by the build; lower-case, without the words of the
/// vocabulary.
///
/// # Panics
/// Never in a build whose tests pass: they read the embedded bytes.
pub fn wide_words() -> fst::Set<&'static [u8]> {
    static BYTES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/words.fst"));
    fst::Set::new(BYTES).expect("the embedded list is whole")
}

#[cfg(test)]
mod tests {
    use super::wide_words;

    #[test]
    fn rare_words_are_known_and_misspelled_ones_are_not() {
        let words = wide_words();
        assert!(words.contains("abridgment") && words.contains("syntactic"));
        assert!(!words.contains("abridgrnent") && !words.contains("revenue"), "neither misspelled nor in the vocabulary");
    }
}
