//! Which lines are English prose: other languages, code, tables and lists are nobody's to read as misread English.
//!
//! One word in three of English prose is among the sixty most frequent ones ("the", "and", "we"), whatever it is about, and engines read short
//! words better than long ones. Other languages have one in ten at most that happens to look like one of them, and short words of their
//! own (Grefenstette 1995, on telling languages by them).

use std::sync::LazyLock;

use rustc_hash::FxHashSet;

use super::line::Line;

/// Frequent words for each word of a stretch of English, and for each word of it that the language model holds, at least.
const ENGLISH: (f32, f32) = (0.06, 0.17);

/// Share of frequent words before any were counted, and how many words that is worth. What is counted in the document comes before what is
/// counted in a stretch: of two or three words nothing can be said.
const USUAL: (f32, f32) = (0.3, 8.0);

/// Short words of other languages for each frequent one of English that make a stretch one of theirs.
const OTHER: f32 = 0.33;

/// Words that a line is judged by, at least: those of the lines around it are added.
const STRETCH: f32 = 40.0;

/// Words of a line that is English whatever stands around it, at least, and frequent ones for each of them.
const PLAIN: (f32, f32) = (12.0, 0.2);

/// Lines that are added on either side, at most.
const FARTHEST: usize = 8;

/// Words that hold sentences together in other languages, by language; none that English has as well, or that its words are often torn to.
const OTHERS: [&str; 8] = [
    "der das und nicht ist mit für auf von dem eine sich auch wir sind werden wird nach über",
    "les est une dans que qui sur nous avec sont aux cette plus",
    "los las una por para del que más como esta",
    "gli del dell della delle che sono nel nella una dei alla più è",
    "uma não para dos mais são foi pelo",
    "het een niet dat zijn voor wij worden",
    "och det som att til ikke för från",
    "nie się jest oraz przez są jak",
];

static OTHER_WORDS: LazyLock<FxHashSet<&str>> = LazyLock::new(|| OTHERS.iter().flat_map(|words| words.split(' ')).collect());

/// What a stretch is judged by.
#[derive(Debug, Clone, Copy, Default)]
struct Counts {
    words: f32,
    known: f32,
    frequent: f32,
    other: f32,
}

impl Counts {
    fn of(line: &Line) -> Counts {
        let [words, known, frequent] = line.words.map(|n| n as f32);
        let other = (0..line.tokens.len()).filter(|at| OTHER_WORDS.contains(line.text(*at))).count() as f32;
        Counts { words, known, frequent, other }
    }

    fn add(&mut self, more: &Counts) {
        self.words += more.words;
        self.known += more.known;
        self.frequent += more.frequent;
        self.other += more.other;
    }

    /// Frequent words for each word and for each known one, if it is usual that there are so many.
    fn shares(&self, usual: (f32, f32)) -> (f32, f32) {
        let share = |usual: f32, of: f32| (self.frequent + usual * USUAL.1) / (of + USUAL.1);
        (share(usual.0, self.words), share(usual.1, self.known))
    }

    fn is_plain(&self) -> bool {
        self.other == 0.0 && self.words >= PLAIN.0 && self.frequent >= PLAIN.1 * self.words
    }

    fn is_english(&self, usual: (f32, f32)) -> bool {
        // One alone may be a misread word.
        let other = self.other > OTHER * self.frequent && (self.other > 1.0 || self.frequent <= 1.0);
        let (of_words, of_known) = self.shares(usual);
        !other && of_words >= ENGLISH.0 && of_known >= ENGLISH.1
    }
}

/// Takes lines that are no English out of what may be repaired.
pub(super) fn protect_others(lines: &mut [Line]) {
    let counts: Vec<Counts> = lines.iter().map(Counts::of).collect();
    let mut document = Counts::default();
    counts.iter().for_each(|line| document.add(line));
    let usual = document.shares((USUAL.0, USUAL.0));
    for (at, line) in lines.iter_mut().enumerate() {
        let mut all = counts[at];
        for reach in 1..=FARTHEST {
            if counts[at].is_plain() || all.words >= STRETCH {
                break;
            }
            let near = [at.checked_sub(reach), Some(at + reach)];
            near.into_iter().flatten().filter_map(|n| counts.get(n)).for_each(|more| all.add(more));
        }
        if !all.is_english(usual) {
            line.protect();
        }
    }
}
