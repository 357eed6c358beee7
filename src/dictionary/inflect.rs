//! English inflection by rule with listed exceptions: one written pair of lemmas gives all the pairs of their forms.

use std::collections::HashMap;
use std::path::Path;

use super::DictionaryError;
use super::lines::{COMMENT, lines};

/// A part of speech of the written table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PartOfSpeech {
    /// `n`: singular and plural.
    Noun,
    /// `v`: base, -s, past, participle, -ing.
    Verb,
    /// `a`: positive, comparative, superlative.
    Adjective,
    /// `r`: one form.
    Adverb,
    /// `x`: the exact form that is written.
    Exact,
}

impl PartOfSpeech {
    /// Reads the letter of the table.
    pub fn parse(letter: &str) -> Option<PartOfSpeech> {
        Some(match letter {
            "n" => PartOfSpeech::Noun,
            "v" => PartOfSpeech::Verb,
            "a" => PartOfSpeech::Adjective,
            "r" => PartOfSpeech::Adverb,
            "x" => PartOfSpeech::Exact,
            _ => return None,
        })
    }

    /// How many forms a word of this part of speech has, the base form first.
    pub fn forms(self) -> usize {
        match self {
            PartOfSpeech::Noun => 2,
            PartOfSpeech::Verb => 5,
            PartOfSpeech::Adjective => 3,
            PartOfSpeech::Adverb | PartOfSpeech::Exact => 1,
        }
    }
}

/// The listed exceptions.
#[derive(Debug, Default)]
pub struct Inflections {
    irregular: HashMap<(String, PartOfSpeech), Vec<String>>,
}

impl Inflections {
    /// Parses `base<TAB>pos<TAB>forms`: four forms for verbs (-s, past, participle, -ing), one for nouns, two for adjectives.
    ///
    /// # Errors
    /// [`DictionaryError::Syntax`] at the first line that is not so.
    pub fn parse(text: &str, path: &Path) -> Result<Inflections, DictionaryError> {
        let mut irregular = HashMap::new();
        for line in lines(text, path, COMMENT) {
            let [base, pos, forms] = line.columns(["base", "part of speech", "forms"])?;
            let wrong = || line.fail(line.column(1), "the part of speech is n, v or a");
            let pos = PartOfSpeech::parse(pos).ok_or_else(wrong)?;
            let forms: Vec<String> = forms.split(' ').map(str::to_owned).collect();
            if forms.len() + 1 != pos.forms() {
                let what = format!("{} forms are wanted after the base form", pos.forms() - 1);
                return Err(line.fail(line.column(2), what));
            }
            irregular.insert((base.to_owned(), pos), forms);
        }
        Ok(Inflections { irregular })
    }

    /// The listed words of which `form` is one of the irregular forms, sorted.
    pub fn bases_of(&self, form: &str, pos: PartOfSpeech) -> Vec<String> {
        let listed = self.irregular.iter().filter(|(k, forms)| k.1 == pos && forms.iter().any(|f| f == form));
        let mut out: Vec<String> = listed.map(|(k, _)| k.0.clone()).collect();
        out.sort();
        out
    }

    /// Form number `form` (0 is the base) of a word or fixed expression.
    ///
    /// Of a verb phrase the first word inflects (look at, looked at), of a noun phrase the last (team member), or the
    /// one before a preposition (piece of paper). Adjectives longer than two syllables compare with `more` and `most`.
    pub fn inflect(&self, phrase: &str, pos: PartOfSpeech, form: usize) -> String {
        if form == 0 {
            return phrase.to_owned();
        }
        let words: Vec<&str> = phrase.split(' ').collect();
        match pos {
            PartOfSpeech::Adverb | PartOfSpeech::Exact => phrase.to_owned(),
            PartOfSpeech::Adjective if words.len() > 1 => {
                format!("{} {phrase}", if form == 1 { "more" } else { "most" })
            }
            PartOfSpeech::Adjective => self.compare(phrase, form),
            PartOfSpeech::Verb | PartOfSpeech::Noun => {
                let head = match pos {
                    PartOfSpeech::Verb => 0,
                    _ => {
                        let preposition =
                            words.iter().position(|w| matches!(*w, "of" | "in" | "for" | "to" | "on" | "with" | "at"));
                        preposition.filter(|p| *p > 0).unwrap_or(words.len()) - 1
                    }
                };
                let mut out: Vec<String> = words.iter().map(|w| (*w).to_owned()).collect();
                // A hyphenated head inflects in its last part: mark-down, mark-downs.
                let (stem, last) = match words[head].rsplit_once('-') {
                    Some((stem, last)) if pos == PartOfSpeech::Noun => (format!("{stem}-"), last),
                    _ => (String::new(), words[head]),
                };
                out[head] = stem + &if pos == PartOfSpeech::Verb { self.conjugate(last, form) } else { self.pluralise(last) };
                out.join(" ")
            }
        }
    }

    fn listed(&self, word: &str, pos: PartOfSpeech, form: usize) -> Option<String> {
        self.irregular.get(&(word.to_owned(), pos)).map(|f| f[form - 1].clone())
    }

    fn pluralise(&self, word: &str) -> String {
        self.listed(word, PartOfSpeech::Noun, 1).unwrap_or_else(|| with_s(word))
    }

    fn conjugate(&self, word: &str, form: usize) -> String {
        if let Some(listed) = self.listed(word, PartOfSpeech::Verb, form) {
            return listed;
        }
        match form {
            1 => with_s(word),
            2 | 3 => with_ending(word, "ed"),
            _ => with_ending(word, "ing"),
        }
    }

    fn compare(&self, word: &str, form: usize) -> String {
        if let Some(listed) = self.listed(word, PartOfSpeech::Adjective, form) {
            return listed;
        }
        let syllables = syllables(word);
        let takes_ending = syllables == 1
            || (syllables == 2 && ["y", "le", "ow", "er"].iter().any(|e| word.ends_with(e)) && !word.ends_with("ly"));
        if takes_ending && !word.ends_with("ed") && !word.ends_with("ing") {
            with_ending(word, if form == 1 { "er" } else { "est" })
        } else {
            format!("{} {word}", if form == 1 { "more" } else { "most" })
        }
    }
}

fn is_vowel(c: Option<char>) -> bool {
    c.is_some_and(|c| "aeiou".contains(c))
}

/// Groups of vowels, a silent final e aside: good enough to tell big from important.
fn syllables(word: &str) -> usize {
    let stem = word.strip_suffix('e').filter(|s| !s.ends_with('l')).unwrap_or(word);
    let mut count = 0;
    let mut inside = false;
    for c in stem.chars() {
        let vowel = "aeiouy".contains(c);
        count += (vowel && !inside) as usize;
        inside = vowel;
    }
    count.max(1)
}

/// The -s form of nouns and verbs.
fn with_s(word: &str) -> String {
    let before_y = word.strip_suffix('y').filter(|s| !is_vowel(s.chars().last()));
    if let Some(stem) = before_y {
        format!("{stem}ies")
    } else if ["s", "x", "z", "ch", "sh"].iter().any(|e| word.ends_with(e)) {
        format!("{word}es")
    } else {
        format!("{word}s")
    }
}

/// -ed, -ing, -er, -est on words that do not double their last consonant (those that do are listed).
fn with_ending(word: &str, ending: &str) -> String {
    let vowel_ending = ending.starts_with('e');
    if let Some(stem) = word.strip_suffix('e') {
        // see -> seeing, agree -> agreeing; agreed is agree + d.
        if vowel_ending {
            return format!("{word}{}", &ending[1..]);
        }
        if !stem.ends_with(['e', 'o', 'y']) {
            return format!("{stem}{ending}");
        }
    }
    if vowel_ending && let Some(stem) = word.strip_suffix('y').filter(|s| !is_vowel(s.chars().last())) {
        return format!("{stem}i{ending}");
    }
    format!("{word}{ending}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(word: &str, pos: PartOfSpeech) -> Vec<String> {
        let listed = "go\tv\tgoes went gone going\nbasis\tn\tbases\nlook\tv\tlooks looked looked looking\n";
        let inflections = Inflections::parse(listed, Path::new("i")).unwrap();
        (0..pos.forms()).map(|f| inflections.inflect(word, pos, f)).collect()
    }

    #[test]
    fn rules_and_exceptions() {
        use PartOfSpeech::*;
        assert_eq!(all("increase", Verb), ["increase", "increases", "increased", "increased", "increasing"]);
        assert_eq!(all("apply", Verb), ["apply", "applies", "applied", "applied", "applying"]);
        assert_eq!(all("agree", Verb), ["agree", "agrees", "agreed", "agreed", "agreeing"]);
        assert_eq!(all("go", Verb), ["go", "goes", "went", "gone", "going"]);
        assert_eq!(all("basis", Noun), ["basis", "bases"]);
        assert_eq!(all("tax", Noun), ["tax", "taxes"]);
        assert_eq!(all("large", Adjective), ["large", "larger", "largest"]);
        assert_eq!(all("heavy", Adjective), ["heavy", "heavier", "heaviest"]);
        assert_eq!(all("important", Adjective), ["important", "more important", "most important"]);
    }

    #[test]
    fn phrases_inflect_in_their_heads() {
        use PartOfSpeech::*;
        assert_eq!(all("look at", Verb)[2], "looked at");
        assert_eq!(all("team member", Noun)[1], "team members");
        assert_eq!(all("piece of paper", Noun)[1], "pieces of paper");
        assert_eq!(all("mark-down", Noun)[1], "mark-downs");
    }

    #[test]
    fn a_wrong_number_of_forms_is_named() {
        let e = Inflections::parse("go\tv\twent\n", Path::new("i.tsv")).unwrap_err();
        assert_eq!(e.to_string(), "i.tsv:1:6: 4 forms are wanted after the base form");
    }
}
