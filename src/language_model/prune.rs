//! Entropy pruning to a size budget (Stolcke 1998).

use rayon::prelude::*;

use super::count::{Counts, history, suffix};
use super::estimate::{Estimate, find, lower_probability};
use super::static_function::SLOT;

/// Bytes that one n-gram costs in the packed form.
const PACKED: f64 = SLOT as f64 / 8.0 * 1.14;

/// Chooses the n-grams worth keeping within `budget` bytes.
///
/// The measure is the relative entropy between the model and the model without the n-gram, weighted by how often its
/// history really occurs: Kneser-Ney's own lower orders are no history probabilities (Chelba et al. 2010). What is
/// kept is closed under taking histories (their back-off weights live there) and under taking suffixes (so that
/// look-up may stop at the first miss).
pub(super) fn prune(counts: &[Counts], full: &Estimate, budget: f64) -> Vec<Vec<bool>> {
    let order = counts.len();
    let scores: Vec<Vec<f32>> = (2..=order).map(|n| entropy_gain(n, counts, full)).collect();
    let parents: Vec<Vec<(u32, u32)>> = (2..=order).map(|n| parents(n, counts)).collect();
    let choose = |threshold: f32| -> Vec<Vec<bool>> {
        let mut kept: Vec<Vec<bool>> = counts.iter().map(|c| vec![false; c.keys.len()]).collect();
        kept[0].fill(true);
        for n in (2..=order).rev() {
            let (below, here) = kept.split_at_mut(n - 1);
            for (i, keep) in here[0].iter_mut().enumerate() {
                *keep |= counts[n - 1].shared[i] && scores[n - 2][i] > threshold;
                if *keep && n > 2 {
                    let (h, s) = parents[n - 2][i];
                    below[n - 2][h as usize] = true;
                    below[n - 2][s as usize] = true;
                }
            }
        }
        kept
    };
    let size =
        |kept: &[Vec<bool>]| -> f64 { (2..=order).map(|n| kept[n - 1].iter().filter(|k| **k).count() as f64 * PACKED).sum() };
    let everything = choose(f32::NEG_INFINITY);
    if size(&everything) <= budget {
        return everything;
    }
    // Scores span many orders of magnitude, so the threshold is searched on a logarithmic scale.
    let (mut low, mut high) = (-60f32, 5f32);
    for _ in 0..40 {
        let middle = (low + high) / 2.0;
        if size(&choose(middle.exp())) <= budget { high = middle } else { low = middle }
    }
    choose(high.exp())
}

/// Indices of history and suffix in the order below. N-grams seen in two documents have both there.
fn parents(n: usize, counts: &[Counts]) -> Vec<(u32, u32)> {
    let below = &counts[n - 2];
    counts[n - 1]
        .keys
        .par_iter()
        .map(|k| {
            let at = |key| find(below, key).expect("parts of an n-gram are n-grams") as u32;
            // A history that is the start mark alone has no count of its own.
            if n == 2 { (0, 0) } else { (at(history(*k)), at(suffix(*k, n))) }
        })
        .collect()
}

fn entropy_gain(n: usize, counts: &[Counts], full: &Estimate) -> Vec<f32> {
    let c = &counts[n - 1];
    let level = &full.levels[n - 1];
    let total: f64 = counts[0].raw.iter().map(|r| *r as f64).sum();
    let lows: Vec<f64> = c.keys.par_iter().map(|k| lower_probability(counts, &full.levels, suffix(*k, n), n - 1)).collect();
    let mut out = Vec::with_capacity(c.keys.len());
    let mut start = 0;
    for run in c.keys.chunk_by(|a, b| history(*a) == history(*b)) {
        let range = start..start + run.len();
        start += run.len();
        let seen: f64 = c.raw[range.clone()].iter().map(|r| *r as f64).sum();
        let p_history = seen / total;
        let mass: f64 = 1.0 - level.prob[range.clone()].iter().map(|p| *p as f64).sum::<f64>();
        let low_mass: f64 = 1.0 - lows[range.clone()].iter().sum::<f64>();
        let (mass, low_mass) = (mass.max(1e-9), low_mass.max(1e-9));
        let alpha = mass / low_mass;
        for i in range {
            let (p, low) = (level.prob[i] as f64, lows[i]);
            let without = (mass + p) / (low_mass + low);
            let change = p * (low.ln() + without.ln() - p.ln()) + mass * (without.ln() - alpha.ln());
            out.push((-p_history * change) as f32);
        }
    }
    out
}
