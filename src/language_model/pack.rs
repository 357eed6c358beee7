//! Writing a model: weights quantised to codes of a few bits, n-grams into static functions, one checksummed blob.

use rayon::prelude::*;

use super::corpus::Words;
use super::count::Counts;
use super::estimate::Estimate;
use super::model::{Codes, HEADER, MAGIC, ROW, UNIGRAM_SCALE, VERSION};
use super::static_function::{self, SLOT};
use super::symbol::WordId;

/// A codebook: the weights that codes stand for, sorted.
struct Codebook(Vec<f32>);

impl Codebook {
    /// Lloyd's quantiser (1982) in one dimension, started from equal shares of the sorted values: deterministic.
    fn fit(values: &[f32], size: usize) -> Codebook {
        let mut sorted = values.to_vec();
        sorted.par_sort_unstable_by(f32::total_cmp);
        if sorted.is_empty() {
            return Codebook(vec![0.0; size]);
        }
        let mut sums = Vec::with_capacity(sorted.len() + 1);
        sums.push(0f64);
        for v in &sorted {
            sums.push(sums[sums.len() - 1] + *v as f64);
        }
        let mut centres: Vec<f32> = (0..size).map(|i| sorted[(2 * i + 1) * sorted.len() / (2 * size)]).collect();
        for _ in 0..30 {
            let mut from = 0;
            for i in 0..size {
                let to = match centres.get(i + 1) {
                    Some(next) => sorted.partition_point(|v| *v < (centres[i] + next) / 2.0).max(from),
                    None => sorted.len(),
                };
                if to > from {
                    centres[i] = ((sums[to] - sums[from]) / (to - from) as f64) as f32;
                }
                from = to;
            }
            centres.sort_unstable_by(f32::total_cmp);
        }
        Codebook(centres)
    }

    fn code(&self, value: f32) -> u16 {
        let at = self.0.partition_point(|c| *c < value).min(self.0.len() - 1);
        if at > 0 && value - self.0[at - 1] < self.0[at] - value { at as u16 - 1 } else { at as u16 }
    }

    fn write(&self, out: &mut Vec<u8>) {
        for c in &self.0 {
            out.extend(c.to_le_bytes());
        }
    }
}

/// Packs the kept n-grams of an estimate.
pub(super) fn pack(counts: &[Counts], model: &Estimate, words: &Words) -> Vec<u8> {
    let order = counts.len();
    let mut rows = Vec::new();
    let mut body = Vec::new();
    let vocabulary =
        fst::Map::from_iter(words.sorted.iter().map(|(w, id)| (w, *id as u64))).expect("words are sorted and distinct");
    let vocabulary = vocabulary.into_fst().into_inner();
    body.extend(&vocabulary);
    // Symbols that never occur, the start mark among them, keep the smallest weight there is.
    let mut unigrams = vec![(u16::MAX, 0u16); words.size];
    let fixed = |p: f32| (-p.max(1e-13).ln() * UNIGRAM_SCALE).clamp(0.0, u16::MAX as f32) as u16;
    for (i, k) in counts[0].keys.iter().enumerate() {
        unigrams[*k as usize] = (fixed(model.levels[0].prob[i]), fixed(model.levels[0].backoff[i]));
    }
    for (p, b) in unigrams {
        body.extend(p.to_le_bytes());
        body.extend(b.to_le_bytes());
    }
    for n in 2..=order {
        let level = &model.levels[n - 1];
        let kept: Vec<usize> = (0..level.kept.len()).filter(|i| level.kept[*i]).collect();
        let keys: Vec<u64> = kept.iter().map(|i| counts[n - 1].keys[*i]).collect();
        let probs: Vec<f32> = kept.iter().map(|i| level.prob[*i].max(1e-13).ln()).collect();
        let backoffs: Vec<f32> = kept.iter().map(|i| level.backoff[*i].max(1e-6).ln()).collect();
        let codes = Codes::of(n, order);
        let prob_codes = Codebook::fit(&probs, codes.probs());
        let backoff_codes = Codebook::fit(&backoffs, codes.backoffs());
        let code = |(p, b): (&f32, &f32)| backoff_codes.code(*b) << codes.prob | prob_codes.code(*p);
        let values: Vec<u16> = probs.iter().zip(&backoffs).map(code).collect();
        let (layout, slots) = static_function::build(&keys, &values, codes.bits());
        rows.extend(layout.seed.to_le_bytes());
        rows.extend(layout.segment.to_le_bytes());
        rows.extend(layout.segments.to_le_bytes());
        rows.extend((keys.len() as u64).to_le_bytes());
        prob_codes.write(&mut body);
        backoff_codes.write(&mut body);
        for slot in slots {
            body.extend(&slot.to_le_bytes()[..SLOT as usize / 8]);
        }
        body.push(0);
    }
    debug_assert_eq!(rows.len(), ROW * (order - 1));
    let mut tail = Vec::with_capacity(body.len() + 64);
    tail.extend((order as u32).to_le_bytes());
    tail.extend((words.size as u32).to_le_bytes());
    tail.extend((vocabulary.len() as u32).to_le_bytes());
    tail.extend(&rows);
    tail.extend(&body);
    let mut out = Vec::with_capacity(tail.len() + HEADER);
    out.extend(MAGIC);
    out.extend(VERSION.to_le_bytes());
    out.extend(crc32fast::hash(&tail).to_le_bytes());
    out.extend(tail);
    out
}

/// The size of a packed model beside its n-grams: what the budget has to leave room for.
pub(super) fn overhead(words: &Words) -> usize {
    // The automaton takes about nine bytes a word; the rest is exact.
    words.sorted.len() * 9 + words.size * std::mem::size_of::<[WordId; 2]>() + HEADER + 3 * (ROW + 1029)
}
