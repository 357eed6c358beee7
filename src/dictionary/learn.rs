//! Learning confusions from pairs of what was read and what stood there: expectation-maximisation over alignments of strings.
//!
//! A memoryless transducer (Ristad & Yianilos 1998) with strings of up to three characters on either side of an operation (Brill &
//! Moore 2000): each pair of words is explained by all ways of cutting both into operations, and the operations that explain the
//! most pairs win. Operations seldom used are dropped between the rounds, so that no pair is explained by an operation of its own.

use rustc_hash::FxHashMap;

use super::confusions::{Confusion, LONGEST, START};

/// A misread word.
#[derive(Debug, Clone, PartialEq)]
pub struct Misreading {
    /// What the engine read, lower-case.
    pub read: String,
    /// What stood there, lower-case.
    pub original: String,
    /// How often.
    pub count: f32,
}

/// Rounds of re-estimation.
const ROUNDS: usize = 8;
/// Longest word that is learned from, in characters: the work grows with the product of both lengths.
const LONGEST_WORD: usize = 24;
/// Operations expected fewer times than this are no confusion of the engine but an accident.
const FEWEST: f64 = 2.5;

/// Number of an operation: its two strings, characters packed in 21 bits each.
type Operation = (u64, u64);

fn packed(characters: &[char]) -> u64 {
    characters.iter().fold(0, |n, c| n << 21 | *c as u64)
}

fn unpacked(mut n: u64) -> String {
    let mut out = Vec::new();
    while n > 0 {
        out.push(char::from_u32((n & 0x1F_FFFF) as u32).unwrap_or('\u{FFFD}'));
        n >>= 21;
    }
    out.iter().rev().collect()
}

/// Whether an operation may read `a` characters for `b` that stood there.
fn allowed(a: usize, b: usize) -> bool {
    a + b > 0 && (a + b <= 5)
}

/// Learns confusions; the rarest and the least telling are left out.
pub fn learn_confusions(pairs: &[Misreading]) -> Vec<Confusion> {
    let pairs: Vec<(Vec<char>, Vec<char>, f64)> = pairs
        .iter()
        .map(|p| {
            // Marks are no words: they have no start of their own.
            let start = p.original.starts_with(char::is_alphabetic).then_some(START);
            let marked = |s: &str| start.into_iter().chain(s.chars()).collect();
            (marked(&p.read), marked(&p.original), p.count as f64)
        })
        .filter(|(r, o, _): &(Vec<char>, Vec<char>, f64)| r.len() <= LONGEST_WORD && o.len() <= LONGEST_WORD)
        .collect();
    let mut weights: FxHashMap<Operation, f64> = FxHashMap::default();
    let mut used = FxHashMap::default();
    for round in 0..ROUNDS {
        let mut counts: FxHashMap<Operation, f64> = FxHashMap::default();
        for (read, original, count) in &pairs {
            expect(read, original, *count, &weights, round == 0, &mut counts);
        }
        counts.retain(|(r, o), n| *n >= FEWEST || (*r == *o && r >> 21 == 0));
        let total: f64 = counts.values().sum();
        weights = counts.iter().map(|(op, n)| (*op, n / total)).collect();
        used = counts;
    }
    // How often each string stood in the words that were misread: what the operations are a share of.
    let mut stood: FxHashMap<u64, f64> = FxHashMap::default();
    for (_, original, count) in &pairs {
        for length in 0..=LONGEST.min(original.len()) {
            for window in original.windows(length.max(1)) {
                *stood.entry(packed(&window[..length])).or_default() += count;
            }
        }
    }
    let mut out: Vec<Confusion> = used
        .iter()
        .filter(|((r, o), _)| r != o)
        .map(|((r, o), n): (&Operation, &f64)| Confusion {
            read: unpacked(*r),
            original: unpacked(*o),
            weight: -((n / stood.get(o).copied().unwrap_or(1.0)).min(1.0).ln()) as f32,
        })
        .filter(|c| c.weight <= 12.0)
        // Never a zero with a sign.
        .map(|c| Confusion { weight: c.weight + 0.0, ..c })
        .collect();
    out.sort_by(|a, b| (&a.read, &a.original).cmp(&(&b.read, &b.original)));
    out
}

/// Adds the expected uses of every operation in one pair of words.
fn expect(
    read: &[char],
    original: &[char],
    count: f64,
    weights: &FxHashMap<Operation, f64>,
    first: bool,
    counts: &mut FxHashMap<Operation, f64>,
) {
    let (n, m) = (read.len(), original.len());
    let columns = m + 1;
    let weight = |op: Operation, a: usize, b: usize, starts: bool| -> f64 {
        if first {
            // Before anything is known: equal characters are likely, every other character of an operation costs the same.
            let free = (starts as usize).min(a);
            let characters = a.max(b) - free;
            if op.0 == op.1 { if a == 1 { 0.5 } else { 0.0 } } else { 0.5f64.powi(free as i32) * 0.02f64.powi(characters as i32) }
        } else {
            weights.get(&op).copied().unwrap_or(0.0)
        }
    };
    let mut steps: Vec<(usize, usize, Operation, f64)> = Vec::new();
    let mut forward = vec![0f64; (n + 1) * columns];
    forward[0] = 1.0;
    for i in 0..=n {
        for j in 0..=m {
            let here = forward[i * columns + j];
            if here == 0.0 {
                continue;
            }
            for a in 0..=LONGEST.min(n - i) {
                for b in 0..=LONGEST.min(m - j) {
                    // The start of a word never goes, and is never made up.
                    let starts = |s: &[char], at: usize, length: usize| at == 0 && length > 0 && s[0] == START;
                    if !allowed(a, b) || starts(read, i, a) != starts(original, j, b) {
                        continue;
                    }
                    let op = (packed(&read[i..i + a]), packed(&original[j..j + b]));
                    let w = weight(op, a, b, starts(read, i, a));
                    if w > 0.0 {
                        let to = (i + a) * columns + j + b;
                        forward[to] += here * w;
                        steps.push((i * columns + j, to, op, w));
                    }
                }
            }
        }
    }
    let total = forward[n * columns + m];
    if total <= 0.0 {
        return;
    }
    let mut backward = vec![0f64; (n + 1) * columns];
    backward[n * columns + m] = 1.0;
    for (from, to, op, w) in steps.into_iter().rev() {
        let share = w * backward[to];
        backward[from] += share;
        let expected = forward[from] * share / total * count;
        if expected > 1e-6 {
            *counts.entry(op).or_default() += expected;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_explains_many_pairs_is_learned_and_accidents_are_not() {
        let pair = |read: &str, original: &str| Misreading { read: read.into(), original: original.into(), count: 3.0 };
        let pairs = [
            pair("eamings", "earnings"),
            pair("retum", "return"),
            pair("govemance", "governance"),
            pair("concem", "concern"),
            pair("ciaim", "claim"),
            pair("pian", "plan"),
            pair("Icss", "less"),
        ];
        let learned = learn_confusions(&pairs);
        let weight =
            |read: &str, original: &str| learned.iter().find(|c| c.read == read && c.original == original).map(|c| c.weight);
        assert!(weight("m", "rn").is_some_and(|w| w < 1.0), "{learned:?}");
        assert!(weight("i", "l").is_some(), "{learned:?}");
        assert!(learned.iter().all(|c| c.read != c.original));
    }
}
