//! Which engine read a page, from what it misread.

use super::super::repairer::Engine;
use super::page::Page;
use super::resources;
use crate::candidates::Standing;
use crate::dictionary::{ENGINES, PAPERS, PerEngine};

/// Words that are looked at, at most: they stand all over the page.
const WITNESSES: usize = 48;

/// Shortest word that tells anything.
const SHORTEST: usize = 4;

/// Misread words that the engines' usual shares are worth.
const USUAL: f32 = 4.0;

/// Probability that a word that no list holds is none that an engine misread, as a logarithm.
const CHANCE: f32 = -22.0;

/// An engine that read less than this share of what was misread is none to rely on.
const SURE: f32 = 0.6;

/// Rounds of re-estimation.
const ROUNDS: usize = 12;

/// The engine that read a page: a mixture of engines explains the words of the page that no list holds.
pub(super) fn of(engine: &Engine, page: &Page) -> Option<usize> {
    let unigram = |word| engine.unigram(word);
    let resources = resources(engine, page, &unigram);
    let tables = &engine.ocr;
    let strange = || {
        page.lines
            .iter()
            .flat_map(|line| (0..line.tokens.len()).filter(|at| line.standings[*at] == Standing::Unknown).map(|at| line.text(at)))
    };
    let long = |text: &&str| text.chars().count() >= SHORTEST;
    let count = strange().filter(long).count();
    let step = count.div_ceil(WITNESSES).max(1);
    let mut worker = engine.workers.hire();
    let mut witnesses: Vec<PerEngine> = Vec::new();
    for text in strange().filter(long).step_by(step) {
        let mut says = [CHANCE.exp(); ENGINES];
        for (word, weight) in worker.ocr_builder.unknown(&resources, text) {
            let weights = tables.engines.weights(text, &word, -resources.costs.unlisted);
            let blended: f32 = weights.iter().zip(tables.engines.shares()).map(|(w, share)| share * (-w).exp()).sum();
            for e in 0..ENGINES {
                says[e] += (weight - blended.max(f32::MIN_POSITIVE).ln() - weights[e]).exp();
            }
        }
        witnesses.push(says);
    }
    if witnesses.is_empty() {
        return None;
    }
    let mut usual = tables.engines.shares();
    if page.rare {
        // Terms and names say nothing; what is not of today's calls was read by yesterday's engines.
        usual[PAPERS] += std::mem::take(&mut usual[0]);
    }
    let mut shares = usual;
    for _ in 0..ROUNDS {
        let mut counts = usual.map(|u| u * USUAL);
        for says in &witnesses {
            let all: f32 = (0..ENGINES).map(|e| shares[e] * says[e]).sum();
            (0..ENGINES).for_each(|e| counts[e] += shares[e] * says[e] / all);
        }
        let all: f32 = counts.iter().sum();
        shares = counts.map(|c| c / all);
    }
    (0..ENGINES).find(|e| shares[*e] >= SURE)
}
