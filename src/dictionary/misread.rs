//! What an engine did to a text: lines that it read beside the lines that stood there, aligned token by token.

use std::collections::BTreeMap;

use super::learn::Misreading;
use super::marks::{MarkRow, MarkWeights};
use crate::text::{Form, Kind, Left, Right, Token, fold_into, join_unread, tokenize};

/// Longest line that is aligned, in tokens: the work grows with its square.
const LONGEST_LINE: usize = 600;

/// Misread words and stray marks, gathered from pairs of lines.
#[derive(Debug, Default)]
pub struct Observations {
    words: BTreeMap<(String, String), f32>,
    stray: BTreeMap<(String, Form), f32>,
    genuine: BTreeMap<(String, Form), f32>,
    kinds: BTreeMap<(String, Form), Kind>,
    tokens: f32,
}

/// A line cut into tokens, with the folded text of each.
struct Line<'a> {
    bytes: &'a [u8],
    tokens: Vec<Token>,
    folded: Vec<String>,
}

impl<'a> Line<'a> {
    fn new(text: &'a str) -> Line<'a> {
        let mut tokens = Vec::new();
        tokenize(text.as_bytes(), &mut tokens);
        join_unread(text.as_bytes(), &mut tokens);
        let folded = tokens
            .iter()
            .map(|t| {
                let mut out = String::new();
                fold_into(&text.as_bytes()[t.range()], &mut out);
                out
            })
            .collect();
        Line { bytes: text.as_bytes(), tokens, folded }
    }

    fn is_mark(&self, at: usize) -> bool {
        is_mark(self.tokens[at].kind)
    }
}

/// Whether a token is neither word nor number.
fn is_mark(kind: Kind) -> bool {
    use Kind::*;
    matches!(kind, Comma | SentenceEnd | Colon | Dash | Open | Close | Transparent | Symbol)
}

/// Characters to change, lose or add over the length of the longer word.
fn difference(a: &str, b: &str) -> f32 {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let changed = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()] as f32 / a.len().max(b.len()).max(1) as f32
}

/// Share of texts whose writers use marks as nobody does in the texts that were counted: in references, lists, formulas.
const OTHER_WRITERS: f32 = 0.1;
/// Share of a class that one mark in one ordinary form has there.
const ORDINARY: f32 = 0.05;

/// The same for quotation marks, of all tokens.
const ORDINARY_QUOTES: f32 = 0.002;

/// Whether some writer or other would put a mark in this form: behind a word or before one, as grammar has it.
fn is_ordinary(kind: Kind, form: Form) -> bool {
    let spaced = !matches!(form.right, Right::Lower | Right::Upper | Right::Other);
    match kind {
        Kind::Comma | Kind::SentenceEnd | Kind::Colon | Kind::Close => form.left >= Left::Word && spaced,
        Kind::Open => form.left <= Left::Space && !spaced,
        Kind::Dash => form.left == Left::Space && spaced,
        Kind::Transparent => (form.left >= Left::Word && spaced) || (form.left <= Left::Space && !spaced),
        _ => false,
    }
}

impl Observations {
    /// Takes in one line as it was read and as it stood.
    pub fn add(&mut self, read: &str, original: &str) {
        let (read, original) = (Line::new(read), Line::new(original));
        if read.tokens.len() > LONGEST_LINE || original.tokens.len() > LONGEST_LINE {
            return;
        }
        self.count_genuine(&original);
        self.align(&read, &original);
    }

    /// Takes in a line that no engine touched: it says how writers use marks.
    pub fn add_clean(&mut self, line: &str) {
        self.count_genuine(&Line::new(line));
    }

    fn count_genuine(&mut self, line: &Line<'_>) {
        for at in 0..line.tokens.len() {
            self.tokens += 1.0;
            if line.is_mark(at) {
                let key = (line.folded[at].clone(), Form::of(line.bytes, &line.tokens, at));
                self.kinds.insert(key.clone(), line.tokens[at].kind);
                *self.genuine.entry(key).or_default() += 1.0;
            }
        }
    }

    /// Adds a pair of words from another source.
    pub fn add_words(&mut self, read: &str, original: &str, count: f32) {
        let (read, original) = (read.to_lowercase(), original.to_lowercase());
        let alike = difference(&read, &original) <= 0.5 || read.chars().count() <= 3;
        if read != original && alike && original.chars().all(|c| c.is_alphabetic() || c == '\'') {
            *self.words.entry((read, original)).or_default() += count;
        }
    }

    /// The cheapest alignment: words with words that look like them, marks with marks, the rest made up or lost.
    fn align(&mut self, read: &Line<'_>, original: &Line<'_>) {
        let (n, m) = (read.tokens.len(), original.tokens.len());
        let single = |line: &Line<'_>, at: usize| if line.is_mark(at) { 0.5f32 } else { 0.9 };
        let change = |i: usize, j: usize| -> f32 {
            if read.folded[i] == original.folded[j] {
                return 0.0;
            }
            match (read.is_mark(i), original.is_mark(j)) {
                (true, true) => 0.6,
                (false, false) => 0.2 + 1.4 * difference(&read.folded[i], &original.folded[j]),
                _ => 1.1,
            }
        };
        let columns = m + 1;
        let mut cost = vec![0f32; (n + 1) * columns];
        for i in 0..=n {
            for j in 0..=m {
                if i + j == 0 {
                    continue;
                }
                let mut best = f32::INFINITY;
                if i > 0 {
                    best = best.min(cost[(i - 1) * columns + j] + single(read, i - 1));
                }
                if j > 0 {
                    best = best.min(cost[i * columns + j - 1] + single(original, j - 1));
                }
                if i > 0 && j > 0 {
                    best = best.min(cost[(i - 1) * columns + j - 1] + change(i - 1, j - 1));
                }
                cost[i * columns + j] = best;
            }
        }
        let (mut i, mut j) = (n, m);
        while i > 0 || j > 0 {
            let here = cost[i * columns + j];
            if i > 0 && j > 0 && here == cost[(i - 1) * columns + j - 1] + change(i - 1, j - 1) {
                (i, j) = (i - 1, j - 1);
                self.changed(read, original, i, j);
            } else if i > 0 && here == cost[(i - 1) * columns + j] + single(read, i - 1) {
                i -= 1;
                if read.is_mark(i) {
                    let key = (read.folded[i].clone(), Form::of(read.bytes, &read.tokens, i));
                    self.kinds.insert(key.clone(), read.tokens[i].kind);
                    *self.stray.entry(key).or_default() += 1.0;
                }
            } else {
                j -= 1;
            }
        }
    }

    fn changed(&mut self, read: &Line<'_>, original: &Line<'_>, i: usize, j: usize) {
        let (r, o) = (&read.folded[i], &original.folded[j]);
        if r == o {
            return;
        }
        let spoken = |line: &Line<'_>, at: usize| line.tokens[at].is_wordlike();
        let digits = |s: &str| s.contains(|c: char| c.is_ascii_digit());
        // A mark read for a mark is a confusion like any other; digits are learned as readings of letters only.
        if (spoken(original, j) && !digits(o)) || (original.is_mark(j) && read.is_mark(i)) {
            *self.words.entry((r.clone(), o.clone())).or_default() += 1.0;
        }
    }

    /// The misread words.
    pub fn misreadings(&self) -> Vec<Misreading> {
        let pair = |((read, original), count): (&(String, String), &f32)| Misreading {
            read: read.clone(),
            original: original.clone(),
            count: *count,
        };
        self.words.iter().map(pair).collect()
    }

    /// The table of marks, smoothed.
    pub fn marks(&self) -> Vec<MarkRow> {
        let strays: f32 = self.stray.values().sum();
        let mut classes: BTreeMap<u8, f32> = BTreeMap::new();
        for (key, count) in &self.genuine {
            *classes.entry(self.kinds[key] as u8).or_default() += count;
        }
        let class = |kind: Kind| match kind {
            Kind::Transparent => self.tokens,
            kind => classes.get(&(kind as u8)).copied().unwrap_or_default(),
        };
        // Half a mark is added to what was seen, so that nothing is impossible.
        let share = |count: f32, all: f32| -((count + 0.5) / (all + 100.0)).ln();
        let clean = |count: f32, kind: Kind, form: Option<Form>| -> f32 {
            let share = if kind == Kind::Transparent { ORDINARY_QUOTES } else { ORDINARY };
            let ordinary = if form.is_some_and(|f| is_ordinary(kind, f)) { OTHER_WRITERS * share } else { 0.0 };
            let seen = (count + 0.5) / (class(kind) + 100.0);
            -((1.0 - OTHER_WRITERS) * seen + ordinary).ln()
        };
        let count = |of: &BTreeMap<(String, Form), f32>, key: &(String, Form)| of.get(key).copied().unwrap_or_default();
        let mut rows = Vec::new();
        for (key, kind) in &self.kinds {
            let (stray, genuine) = (count(&self.stray, key), count(&self.genuine, key));
            if stray + genuine >= 2.0 {
                let weights = MarkWeights { stray: share(stray, strays), genuine: clean(genuine, *kind, Some(key.1)) };
                rows.push((key.0.clone(), Some(key.1), weights));
            }
        }
        let mut marks: BTreeMap<&str, (f32, f32, Kind)> = BTreeMap::new();
        for (key, kind) in &self.kinds {
            let sums = marks.entry(&key.0).or_insert((0.0, 0.0, *kind));
            sums.0 += count(&self.stray, key);
            sums.1 += count(&self.genuine, key);
        }
        // A form that was never seen has one part in fifty of its mark.
        for (mark, (stray, genuine, kind)) in marks {
            if stray + genuine >= 2.0 {
                let weights = MarkWeights { stray: share(stray / 50.0, strays), genuine: share(genuine / 50.0, class(kind)) };
                rows.push((mark.to_owned(), None, weights));
            }
        }
        rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn misread_words_and_stray_marks_are_told_apart() {
        let mut seen = Observations::default();
        for _ in 0..3 {
            seen.add("The eamings call : was to.day, and | left.", "The earnings call was today, and I left.");
        }
        let words = seen.misreadings();
        assert!(words.contains(&Misreading { read: "eamings".into(), original: "earnings".into(), count: 3.0 }));
        assert!(words.iter().any(|w| w.read == "|" && w.original == "i"), "{words:?}");
        let rows = seen.marks();
        let colon = rows.iter().find(|r| r.0 == ":" && r.1.is_some()).unwrap();
        assert!(colon.2.stray < colon.2.genuine);
        let comma = rows.iter().find(|r| r.0 == "," && r.1.is_some()).unwrap();
        assert!(comma.2.genuine < comma.2.stray);
    }
}
