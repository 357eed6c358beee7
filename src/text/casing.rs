//! Case folding for look-ups and carrying the case of a garbled word over to its replacement.

/// How a token is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Casing {
    /// No capital letter: `revenue`.
    Lower,
    /// A capital first letter only: `Revenue`, and the single letter `A`.
    Title,
    /// Two or more letters, all capital: `REVENUE`.
    Upper,
    /// Anything else: `iPhone`, `McDonald`.
    Mixed,
}

impl Casing {
    /// The casing of a token's bytes.
    pub fn of(word: &[u8]) -> Casing {
        if word.is_ascii() {
            return Self::of_letters(word.iter().filter(|b| b.is_ascii_alphabetic()).map(u8::is_ascii_uppercase));
        }
        let text = String::from_utf8_lossy(word);
        Self::of_letters(text.chars().filter(|c| c.is_alphabetic()).map(char::is_uppercase))
    }

    /// The casing of letters of which it is told whether they are capitals.
    fn of_letters(mut capitals: impl Iterator<Item = bool>) -> Casing {
        let Some(first) = capitals.next() else { return Casing::Lower };
        let (mut upper, mut lower) = (0, 0);
        for capital in capitals {
            if capital { upper += 1 } else { lower += 1 }
        }
        match (first, upper, lower) {
            (false, 0, _) => Casing::Lower,
            (true, 0, _) => Casing::Title,
            (true, _, 0) => Casing::Upper,
            _ => Casing::Mixed,
        }
    }
}

/// Appends the lower-case form of `word` with straight apostrophes: the form that dictionaries and models know.
///
/// Bytes that are not UTF-8 become U+FFFD, which no dictionary holds.
pub fn fold_into(word: &[u8], out: &mut String) {
    if let Some(word) = std::str::from_utf8(word).ok().filter(|w| w.is_ascii()) {
        let start = out.len();
        out.push_str(word);
        out[start..].make_ascii_lowercase();
        return;
    }
    for c in String::from_utf8_lossy(word).chars() {
        match c {
            '’' => out.push('\''),
            c => out.extend(c.to_lowercase()),
        }
    }
}

/// Writes the replacement `words` (lower-case unless the dictionary says otherwise) in the case of the `garbled` words.
///
/// Words line up from the left. A title-cased garbled phrase of several words gives a title-cased replacement; a single
/// capital at its head (a sentence start) capitalises the first word only; all capitals give all capitals.
///
/// ```
/// use degarble::text::carry_casing;
/// assert_eq!(carry_casing(&["Convention", "Name"], "conference call"), "Conference Call");
/// assert_eq!(carry_casing(&["Convention", "name"], "conference call"), "Conference call");
/// assert_eq!(carry_casing(&["IDIOT"], "fool"), "FOOL");
/// assert_eq!(carry_casing(&["idiot"], "fool"), "fool");
/// ```
pub fn carry_casing(garbled: &[&str], words: &str) -> String {
    let casings: Vec<Casing> =
        garbled.iter().filter(|w| w.chars().any(char::is_alphabetic)).map(|w| Casing::of(w.as_bytes())).collect();
    let Some(&first) = casings.first() else { return words.to_owned() };
    let all_upper = casings.iter().all(|c| *c == Casing::Upper)
        || (casings.len() > 1
            && casings.iter().zip(garbled).all(|(c, w)| *c == Casing::Upper || (w.len() == 1 && *c == Casing::Title)));
    if all_upper {
        return words.to_uppercase();
    }
    // "Idiot's" has a lower-case clitic; only whole words tell whether a heading goes on.
    let rest_titled = casings.len() > 1 && casings[1..].iter().all(|c| *c != Casing::Lower);
    let one_to_one = words.split(' ').count() == casings.len();
    let mut out = String::with_capacity(words.len());
    for (i, word) in words.split(' ').enumerate() {
        if i > 0 {
            out.push(' ');
        }
        let capital = if one_to_one {
            casings[i] != Casing::Lower
        } else {
            first != Casing::Lower && (i == 0 || (rest_titled && !word.starts_with('\'')))
        };
        if capital {
            let mut chars = word.chars();
            if let Some(c) = chars.next() {
                out.extend(c.to_uppercase());
                out.push_str(chars.as_str());
            }
        } else {
            out.push_str(word);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn casing_is_read_off_the_letters() {
        assert_eq!(Casing::of(b"IDIOT"), Casing::Upper);
        assert_eq!(Casing::of("Élan".as_bytes()), Casing::Title);
        assert_eq!(Casing::of(b"iPhone"), Casing::Mixed);
        assert_eq!(Casing::of(b"A"), Casing::Title);
        assert_eq!(Casing::of(b"don't"), Casing::Lower);
    }

    #[test]
    fn folding_straightens_apostrophes() {
        let mut s = String::new();
        fold_into("Don’T".as_bytes(), &mut s);
        assert_eq!(s, "don't");
    }

    #[test]
    fn a_single_titled_word_does_not_title_the_words_it_grows() {
        assert_eq!(carry_casing(&["Thanks"], "thank you"), "Thank you");
        assert_eq!(carry_casing(&["Software", "Program"], "software"), "Software");
    }
}
