//! SymSpell as a filter: `symspell-filter DICTIONARY < text > text`.
//!
//! SymSpell corrects one word at a time and leaves finding the words to its user. Here a word is a run of letters; runs in capitals,
//! with digits or apostrophes at their side, or of one letter are passed over, which can only help it. Each other word is looked
//! up in lower case, the first suggestion within two changes takes its place, and a leading capital is put back.

use std::io::{self, Read, Write};

use symspell::{SymSpell, UnicodeStringStrategy, Verbosity};

/// Letters that may be changed, dropped or added in a word: what SymSpell is made for.
const DISTANCE: i64 = 2;

fn main() -> io::Result<()> {
    let Some(dictionary) = std::env::args().nth(1) else {
        eprintln!("usage: symspell-filter DICTIONARY < text > text");
        std::process::exit(2);
    };
    let mut speller: SymSpell<UnicodeStringStrategy> = SymSpell::default();
    if !speller.load_dictionary(&dictionary, 0, 1, "\t") {
        eprintln!("{dictionary}: cannot read the dictionary");
        std::process::exit(1);
    }
    let mut text = String::new();
    io::stdin().read_to_string(&mut text)?;
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let length = rest.find(|c: char| !is_inside(c)).unwrap_or(rest.len());
        let (run, after) = rest.split_at(length);
        match corrected(&speller, run) {
            Some(word) => out.push_str(&word),
            None => out.push_str(run),
        }
        let marks = after.find(is_inside).unwrap_or(after.len());
        out.push_str(&after[..marks]);
        rest = &after[marks..];
    }
    io::stdout().write_all(out.as_bytes())
}

/// Whether a character belongs to a run: a word, or something with letters in it that is none.
fn is_inside(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '\'' | '’')
}

/// What SymSpell would put in a word's place, if anything else.
fn corrected(speller: &SymSpell<UnicodeStringStrategy>, run: &str) -> Option<String> {
    let mut letters = run.chars();
    let first = letters.next()?;
    if run.len() < 2 || !run.bytes().all(|b| b.is_ascii_alphabetic()) || run.bytes().skip(1).any(|b| b.is_ascii_uppercase()) {
        return None;
    }
    let word = run.to_ascii_lowercase();
    let best = speller.lookup(&word, Verbosity::Top, DISTANCE).into_iter().next()?;
    if best.term == word {
        return None;
    }
    let mut chars = best.term.chars();
    Some(match chars.next() {
        Some(head) if first.is_uppercase() => head.to_uppercase().chain(chars).collect(),
        _ => best.term,
    })
}
