//! How good a repair is, measured against the text as it should be.
//!
//! Edits are counted on tokens: an edit of the output is right when the reference changes the same token, or the same gap between
//! tokens, to the same text. Quotation marks are equal in all their shapes, and a contraction equals its expansion.

use std::collections::BTreeMap;
use std::ops::{AddAssign, Range};

use crate::dictionary::uncontracted;
use crate::text::{Kind, tokenize};

/// Counts of edits, from which the measures follow. Counts of several texts add up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Score {
    /// Edits that the output makes.
    pub made: usize,
    /// Edits that the reference asks for.
    pub wanted: usize,
    /// Edits that both make alike.
    pub right: usize,
    /// Edits on tokens that the reference leaves alone.
    pub harm: usize,
    /// Tokens of the garbled text.
    pub tokens: usize,
}

impl Score {
    /// Scores `output`, a repair of `garbled`, against `reference`, line by line.
    ///
    /// ```
    /// let score = degarble::repair::Score::of("our web revenue rose", "our net income rose", "our net income rose");
    /// assert_eq!((score.precision(), score.recall()), (1.0, 1.0));
    /// ```
    ///
    /// # Panics
    /// When the numbers of lines differ: a repair never changes them.
    pub fn of(garbled: &str, output: &str, reference: &str) -> Score {
        let count = garbled.lines().count();
        assert!(
            output.lines().count() == count && reference.lines().count() == count,
            "the texts differ in their number of lines"
        );
        let mut out = Score::default();
        for ((garbled, output), reference) in garbled.lines().zip(output.lines()).zip(reference.lines()) {
            let garbled = words(garbled);
            let made = edits(&garbled, &words(output));
            let wanted = edits(&garbled, &words(reference));
            out.tokens += garbled.len();
            out.made += made.len();
            out.wanted += wanted.len();
            out.right += made.iter().filter(|(at, text)| wanted.get(at) == Some(text)).count();
            out.harm += made.keys().filter(|at| !wanted.contains_key(at)).count();
        }
        out
    }

    /// Share of the output's edits that are right; 1 where there are none.
    pub fn precision(&self) -> f64 {
        if self.made == 0 { 1.0 } else { self.right as f64 / self.made as f64 }
    }

    /// Share of the reference's edits that the output makes; 1 where there are none.
    pub fn recall(&self) -> f64 {
        if self.wanted == 0 { 1.0 } else { self.right as f64 / self.wanted as f64 }
    }

    /// The weighted harmonic mean of both that counts precision twice as much as recall (van Rijsbergen 1979, beta 0.5).
    pub fn f_half(&self) -> f64 {
        let (p, r) = (self.precision(), self.recall());
        if p + r == 0.0 { 0.0 } else { 1.25 * p * r / (0.25 * p + r) }
    }
}

impl AddAssign for Score {
    fn add_assign(&mut self, other: Score) {
        self.made += other.made;
        self.wanted += other.wanted;
        self.right += other.right;
        self.harm += other.harm;
        self.tokens += other.tokens;
    }
}

/// The tokens of a line, contractions expanded.
fn words(line: &str) -> Vec<String> {
    placed_words(line).0
}

/// The same with the bytes that each of them comes from.
pub(super) fn placed_words(line: &str) -> (Vec<String>, Vec<Range<usize>>) {
    let mut tokens = Vec::new();
    tokenize(line.as_bytes(), &mut tokens);
    let mut out: Vec<String> = Vec::with_capacity(tokens.len());
    let mut places = Vec::with_capacity(tokens.len());
    for t in &tokens {
        let text = line[t.range()].replace(['’', '‘', '`'], "'").replace(['“', '”'], "\"");
        // Names and titles keep their case: it counts.
        let expanded = uncontracted(&text.to_lowercase());
        if matches!(t.kind, Kind::Word | Kind::Clitic) && expanded != text.to_lowercase() {
            out.extend(expanded.split(' ').map(str::to_owned));
        } else {
            out.push(text);
        }
        places.resize(out.len(), t.range());
    }
    (out, places)
}

/// What a Levenshtein alignment changes: the text put at each changed token (2 x index) or gap before one (2 x index - 1).
pub(super) fn edits(from: &[String], to: &[String]) -> BTreeMap<isize, String> {
    let head = from.iter().zip(to).take_while(|(a, b)| a == b).count();
    let rest = from.len().min(to.len()) - head;
    let tail = from.iter().rev().zip(to.iter().rev()).take(rest).take_while(|(a, b)| a == b).count();
    let (a, b) = (&from[head..from.len() - tail], &to[head..to.len() - tail]);
    let (n, m) = (a.len(), b.len());
    let swap = |x: &str, y: &str| -> u32 {
        let word = |s: &str| s.chars().next().is_some_and(char::is_alphanumeric);
        match () {
            () if x == y => 0,
            // A word does not stand for a mark; words alike at the head are forms of one word.
            () if word(x) != word(y) => 190,
            () if x.to_lowercase().chars().take(3).eq(y.to_lowercase().chars().take(3)) => 99,
            () => 100,
        }
    };
    let mut cost = vec![vec![0u32; m + 1]; n + 1];
    for (i, row) in cost.iter_mut().enumerate() {
        row[0] = 100 * i as u32;
    }
    for (j, cell) in cost[0].iter_mut().enumerate() {
        *cell = 100 * j as u32;
    }
    for i in 1..=n {
        for j in 1..=m {
            cost[i][j] = (cost[i - 1][j - 1] + swap(&a[i - 1], &b[j - 1])).min(cost[i - 1][j] + 100).min(cost[i][j - 1] + 100);
        }
    }
    let mut out = BTreeMap::new();
    let (mut i, mut j) = (n, m);
    while i > 0 || j > 0 {
        if i > 0 && j > 0 && cost[i][j] == cost[i - 1][j - 1] + swap(&a[i - 1], &b[j - 1]) {
            if a[i - 1] != b[j - 1] {
                out.insert(2 * (head + i - 1) as isize, b[j - 1].clone());
            }
            (i, j) = (i - 1, j - 1);
        } else if i > 0 && cost[i][j] == cost[i - 1][j] + 100 {
            out.insert(2 * (head + i - 1) as isize, String::new());
            i -= 1;
        } else {
            let gap = out.entry(2 * (head + i) as isize - 1).or_insert_with(String::new);
            *gap = format!("{} {gap}", b[j - 1]).trim_end().to_owned();
            j -= 1;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn right_wrong_missed_and_harmful_edits_are_told_apart() {
        let s =
            Score::of("the web revenue of the firm rose", "the net revenue of a firm rose", "the net income of the company rose");
        assert_eq!(s, Score { made: 2, wanted: 3, right: 1, harm: 1, tokens: 7 });
        assert!((s.precision() - 0.5).abs() < 1e-9 && (s.recall() - 1.0 / 3.0).abs() < 1e-9);
    }

    #[test]
    fn dropped_and_added_words_count_in_their_places() {
        let s = Score::of(
            "our software program grew thanks to all",
            "our software grew thank you to all",
            "our software grew thank you to all",
        );
        assert_eq!((s.made, s.right, s.wanted), (3, 3, 3));
    }

    #[test]
    fn contractions_and_quotes_make_no_difference() {
        let s = Score::of("it’s “fine” and isn't done", "it is \"fine\" and is not done", "it is 'fine' and isn’t done");
        assert_eq!((s.made, s.harm), (0, 0));
    }
}
