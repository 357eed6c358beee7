//! Interpolated modified Kneser-Ney (Chen & Goodman 1998) over any subset of the n-grams.
//!
//! A pruned model is re-estimated rather than cut: an n-gram that is kept hands the lower order its discount, as in
//! Kneser & Ney's derivation, and one that is dropped hands down its whole count (revised Kneser pruning, Siivola,
//! Hirsimäki & Virpioja 2007). Without this the lower orders of a heavily pruned model answer for contexts they were
//! never estimated for.

use rayon::prelude::*;

use super::count::{Counts, Key, first, history, suffix};
use super::symbol::{Symbol, WordId};

/// One order of an estimated model. Vectors run parallel to the counts' keys.
#[derive(Debug, Default, Clone)]
pub(super) struct Level {
    /// Interpolated probability of the last symbol after the history.
    pub prob: Vec<f32>,
    /// Back-off weight of the n-gram as a history.
    pub backoff: Vec<f32>,
    /// Whether the n-gram belongs to the model.
    pub kept: Vec<bool>,
}

/// A model before packing: level `i` holds order `i + 1`.
#[derive(Debug, Clone)]
pub(super) struct Estimate {
    pub levels: Vec<Level>,
}

/// Discounts for counts 1, 2 and 3 or more.
#[derive(Debug, Clone, Copy)]
struct Discounts([f32; 3]);

impl Discounts {
    /// Chen & Goodman's closed form from the counts of counts, with safe values where a toy corpus has none.
    fn new(counts: &[f32]) -> Discounts {
        let mut n = [0f64; 4];
        for c in counts {
            let c = c.round() as usize;
            if (1..=4).contains(&c) {
                n[c - 1] += 1.0;
            }
        }
        if n.contains(&0.0) {
            return Discounts([0.5, 0.75, 1.0]);
        }
        let y = n[0] / (n[0] + 2.0 * n[1]);
        let d = |k: usize| ((k as f64) - (k as f64 + 1.0) * y * n[k] / n[k - 1]).clamp(0.05 * k as f64, 0.95 * k as f64) as f32;
        Discounts([d(1), d(2), d(3)])
    }

    /// The discount of a count; counts of re-estimated models are fractional, so it is interpolated.
    fn of(&self, count: f32) -> f32 {
        let [d1, d2, d3] = self.0;
        if count <= 1.0 {
            d1 * count
        } else if count <= 2.0 {
            d1 + (d2 - d1) * (count - 1.0)
        } else if count <= 3.0 {
            d2 + (d3 - d2) * (count - 2.0)
        } else {
            d3
        }
    }
}

/// Finds `key` in the sorted keys of an order.
pub(super) fn find(counts: &Counts, key: Key) -> Option<usize> {
    counts.keys.binary_search(&key).ok()
}

/// Estimates the model over the n-grams for which `kept[order - 1]` holds; unigrams are always kept.
///
/// `vocabulary` is the number of symbols that can be predicted.
pub(super) fn estimate(counts: &[Counts], kept: Vec<Vec<bool>>, vocabulary: usize) -> Estimate {
    let order = counts.len();
    let discounts: Vec<Discounts> = discounts_of(counts);
    // Adjusted counts, from the highest order down.
    let mut adjusted: Vec<Vec<f32>> = vec![Vec::new(); order];
    adjusted[order - 1] = counts[order - 1].raw.iter().map(|c| *c as f32).collect();
    for n in (1..order).rev() {
        let mut handed: Vec<(Key, f32)> = counts[n]
            .keys
            .par_iter()
            .enumerate()
            .map(|(i, k)| {
                let c = adjusted[n][i];
                (suffix(*k, n + 1), if kept[n][i] { discounts[n].of(c) } else { c })
            })
            .collect();
        handed.par_sort_unstable_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
        let mut at = handed.iter().peekable();
        adjusted[n - 1] = counts[n - 1]
            .keys
            .iter()
            .zip(&counts[n - 1].raw)
            .map(|(k, raw)| {
                let mut sum = 0f64;
                while let Some((_, c)) = at.next_if(|h| h.0 == *k) {
                    sum += *c as f64;
                }
                // Nothing stands before a sentence start: such n-grams count as they occur.
                if n > 1 && first(*k, n) == Symbol::START { *raw as f32 } else { sum as f32 }
            })
            .collect();
        debug_assert!(at.peek().is_none(), "every suffix is an n-gram of the lower order");
    }
    // Probabilities, from the lowest order up.
    let mut levels: Vec<Level> = Vec::with_capacity(order);
    levels.push(unigrams(&counts[0], &adjusted[0], discounts[0], vocabulary));
    for n in 2..=order {
        let level = interpolate(n, counts, &adjusted[n - 1], discounts[n - 1], &kept[n - 1], &mut levels);
        levels.push(level);
    }
    Estimate { levels }
}

/// Discounts of every order, from the counts that plain modified Kneser-Ney would see.
fn discounts_of(counts: &[Counts]) -> Vec<Discounts> {
    let order = counts.len();
    (1..=order)
        .map(|n| {
            if n == order {
                return Discounts::new(&counts[n - 1].raw.iter().map(|c| *c as f32).collect::<Vec<_>>());
            }
            let mut suffixes: Vec<Key> = counts[n].keys.par_iter().map(|k| suffix(*k, n + 1)).collect();
            suffixes.par_sort_unstable();
            let types: Vec<f32> = suffixes.chunk_by(|a, b| a == b).map(|run| run.len() as f32).collect();
            Discounts::new(&types)
        })
        .collect()
}

fn unigrams(counts: &Counts, adjusted: &[f32], discounts: Discounts, vocabulary: usize) -> Level {
    let total: f64 = adjusted.iter().map(|c| *c as f64).sum();
    let left: f64 = adjusted.iter().map(|c| discounts.of(*c) as f64).sum();
    let uniform = left / total / vocabulary as f64;
    let prob =
        counts.keys.iter().zip(adjusted).map(|(k, c)| {
            if *k == Symbol::START as Key { 0.0 } else { ((*c - discounts.of(*c)) as f64 / total + uniform) as f32 }
        });
    let prob = prob.collect();
    let n = counts.keys.len();
    Level { prob, backoff: vec![1.0; n], kept: vec![true; n] }
}

/// Fills one order and the back-off weights of the order below.
fn interpolate(n: usize, counts: &[Counts], adjusted: &[f32], discounts: Discounts, kept: &[bool], lower: &mut [Level]) -> Level {
    let keys = &counts[n - 1].keys;
    let below = &counts[n - 2];
    let mut prob = vec![0f32; keys.len()];
    // Histories in order of their first n-gram; each slice of keys shares one.
    let bounds: Vec<(usize, usize)> = {
        let mut out = Vec::new();
        let mut start = 0;
        for run in keys.chunk_by(|a, b| history(*a) == history(*b)) {
            out.push((start, start + run.len()));
            start += run.len();
        }
        out
    };
    let low = &lower[n - 2];
    let filled: Vec<(Option<usize>, f32, Vec<f32>)> = bounds
        .par_iter()
        .map(|&(from, to)| {
            let total: f64 = adjusted[from..to].iter().map(|c| *c as f64).sum();
            let left: f64 = (from..to).map(|i| if kept[i] { discounts.of(adjusted[i]) } else { adjusted[i] } as f64).sum();
            let gamma = if total > 0.0 { left / total } else { 1.0 };
            let probs = (from..to)
                .map(|i| {
                    let seen = if kept[i] { (adjusted[i] - discounts.of(adjusted[i])).max(0.0) as f64 } else { 0.0 };
                    let share = if total > 0.0 { seen / total } else { 0.0 };
                    // The lower-order n-gram may itself be pruned; then it answers through its own back-off.
                    let p = lower_probability(counts, lower, suffix(keys[i], n), n - 1);
                    (share + gamma * p) as f32
                })
                .collect();
            (find(below, history(keys[from])), gamma as f32, probs)
        })
        .collect();
    debug_assert_eq!(low.prob.len(), below.keys.len());
    for ((from, to), (at, gamma, probs)) in bounds.into_iter().zip(filled) {
        prob[from..to].copy_from_slice(&probs);
        if let Some(at) = at {
            lower[n - 2].backoff[at] = gamma;
        }
    }
    Level { prob, backoff: vec![1.0; keys.len()], kept: kept.to_vec() }
}

/// Probability of an n-gram of order `n` by the levels estimated so far, following back-offs for what is not kept.
pub(super) fn lower_probability(counts: &[Counts], levels: &[Level], key: Key, n: usize) -> f64 {
    let mut weight = 1.0;
    let (mut key, mut n) = (key, n);
    loop {
        if let Some(i) = find(&counts[n - 1], key) {
            if levels[n - 1].kept[i] || n == 1 {
                return weight * levels[n - 1].prob[i] as f64;
            }
        } else if n == 1 {
            return weight * 1e-9;
        }
        if let Some(h) = find(&counts[n - 2], history(key))
            && levels[n - 2].kept[h]
        {
            weight *= levels[n - 2].backoff[h] as f64;
        }
        key = suffix(key, n);
        n -= 1;
    }
}

/// Probability of `symbol` after `context` (oldest first, any length) by an estimated model.
pub(super) fn probability(counts: &[Counts], estimate: &Estimate, context: &[WordId], symbol: WordId) -> f64 {
    let take = context.len().min(counts.len() - 1);
    let mut gram = context[context.len() - take..].to_vec();
    gram.push(symbol);
    lower_probability(counts, &estimate.levels, super::count::key(&gram), gram.len())
}

#[cfg(test)]
mod tests {
    use super::super::count::count;
    use super::*;

    fn toy() -> Vec<Vec<WordId>> {
        vec![vec![1, 16, 17, 18, 2, 1, 16, 17, 19, 2, 1, 17, 18, 2], vec![1, 16, 17, 18, 2, 1, 19, 17, 18, 16, 2]]
    }

    /// Every distribution sums to one, for the full model and for one with n-grams left out.
    #[test]
    fn distributions_sum_to_one() {
        let documents = toy();
        let counts: Vec<Counts> = (1..=3).map(|n| count(&documents, n)).collect();
        let symbols: Vec<WordId> = counts[0].keys.iter().map(|k| *k as WordId).filter(|s| *s != Symbol::START).collect();
        for drop_every in [usize::MAX, 3] {
            let kept: Vec<Vec<bool>> = counts
                .iter()
                .enumerate()
                .map(|(n, c)| (0..c.keys.len()).map(|i| n < 2 || i % drop_every != drop_every - 1).collect())
                .collect();
            let model = estimate(&counts, kept, symbols.len());
            for context in [vec![], vec![16], vec![1, 16], vec![16, 17], vec![17, 18], vec![19, 19]] {
                let sum: f64 = symbols.iter().map(|s| probability(&counts, &model, &context, *s)).sum();
                assert!((sum - 1.0).abs() < 1e-4, "{context:?} sums to {sum}");
            }
        }
    }
}
