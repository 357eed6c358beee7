//! Tables of confusions of several engines: what any of them confuses, and which of them read a page.
//!
//! Engines err in ways of their own. Some words of a page are looked up with all tables blended, what is found tells which engine
//! read the page, and the rest is looked up in that engine's table. Each is a file of its own in the form of [`parse_confusions`].

use std::path::Path;

use rustc_hash::FxHashMap;

use super::confusions::{Confusion, Confusions, LONGEST, START, parse_confusions};

/// How many engines there are tables of.
pub const ENGINES: usize = 4;

/// The table of the engines that read old papers.
pub const PAPERS: usize = 3;

/// The embedded tables, and the share of pages that each engine is expected to have read.
const EMBEDDED: [(&str, &str, f32); ENGINES] = [
    ("confusions.tsv", include_str!("../../dictionaries/confusions.tsv"), 0.6),
    ("confusions-ocrad.tsv", include_str!("../../dictionaries/confusions-ocrad.tsv"), 0.2),
    ("confusions-gocr.tsv", include_str!("../../dictionaries/confusions-gocr.tsv"), 0.1),
    ("confusions-papers.tsv", include_str!("../../dictionaries/confusions-papers.tsv"), 0.1),
];

/// Share of an engine's confusions that are those of all engines: no table is complete.
const COMMON: f64 = 0.02;

/// Confusions less likely than this (a negative logarithm) are not looked for.
const RAREST: f32 = 9.5;

/// A number for each engine.
pub type PerEngine = [f32; ENGINES];

/// What may have stood for one string, and each engine's weight of it.
type Originals = Vec<(Vec<char>, PerEngine)>;

/// The tables of all engines.
#[derive(Debug, Clone, Default)]
pub struct Engines {
    tables: [Confusions; ENGINES],
    blend: Confusions,
    shares: PerEngine,
    by_read: FxHashMap<Vec<char>, Originals>,
}

impl Engines {
    /// The tables that are part of the program.
    ///
    /// # Panics
    /// Never in a build whose tests pass: they read the embedded rows.
    pub fn embedded() -> Engines {
        Engines::new(EMBEDDED.map(|(name, text, share)| {
            (share, parse_confusions(text, Path::new(name)).expect("the embedded confusions are well-formed"))
        }))
    }

    /// Blends tables; each comes with the share of pages that its engine is expected to have read.
    pub fn new(tables: [(f32, Vec<Confusion>); ENGINES]) -> Engines {
        let shares = tables.each_ref().map(|t| t.0);
        let mut rows: FxHashMap<(String, String), [f64; ENGINES]> = FxHashMap::default();
        for (engine, (_, table)) in tables.into_iter().enumerate() {
            for row in table {
                rows.entry((row.read, row.original)).or_default()[engine] += (-row.weight as f64).exp();
            }
        }
        let mut out = Engines { shares, ..Engines::default() };
        let mut blend = Vec::new();
        let mut each: [Vec<Confusion>; ENGINES] = Default::default();
        for ((read, original), probabilities) in rows {
            let all: f64 = probabilities.iter().zip(shares).map(|(p, share)| p * share as f64).sum();
            let weight = -all.ln() as f32;
            if weight > RAREST {
                continue;
            }
            let weights = probabilities.map(|p| -((1.0 - COMMON) * p + COMMON * all).ln() as f32);
            out.by_read.entry(read.chars().collect()).or_default().push((original.chars().collect(), weights));
            for (table, own) in each.iter_mut().zip(probabilities) {
                let weight = -own.ln() as f32;
                if weight <= RAREST {
                    table.push(Confusion { read: read.clone(), original: original.clone(), weight: weight.max(0.0) });
                }
            }
            blend.push(Confusion { read, original, weight: weight.max(0.0) });
        }
        out.blend = Confusions::new(blend);
        out.tables = each.map(Confusions::new);
        out
    }

    /// What an engine confuses, or where it is not known which, any of them.
    pub fn table(&self, engine: Option<usize>) -> &Confusions {
        engine.map_or(&self.blend, |e| &self.tables[e])
    }

    /// The shares of pages that the engines are expected to have read.
    pub fn shares(&self) -> PerEngine {
        self.shares
    }

    /// For each engine the negative logarithm of the probability that it read a word so, once it misread it; any accident to a
    /// character that no table lists costs `unlisted`.
    pub fn weights(&self, read: &str, original: &str, unlisted: f32) -> PerEngine {
        let marked = |s: &str| -> Vec<char> { std::iter::once(START).chain(s.chars()).collect() };
        let (read, original) = (marked(read), marked(original));
        let columns = original.len() + 1;
        let mut costs = vec![[f32::INFINITY; ENGINES]; (read.len() + 1) * columns];
        costs[0] = [0.0; ENGINES];
        for i in 0..=read.len() {
            let rows: [Option<&Originals>; LONGEST + 1] =
                std::array::from_fn(|n| read.get(i..i + n).and_then(|s| self.by_read.get(s)));
            for j in 0..=original.len() {
                let here = costs[i * columns + j];
                if here.iter().all(|c| c.is_infinite()) {
                    continue;
                }
                let mut reach = |a: usize, b: usize, weights: PerEngine| {
                    let there = &mut costs[(i + a) * columns + j + b];
                    for e in 0..ENGINES {
                        there[e] = there[e].min(here[e] + weights[e]);
                    }
                };
                let (more_read, more) = (i < read.len(), j < original.len());
                if more_read && more && read[i] == original[j] {
                    reach(1, 1, [0.0; ENGINES]);
                }
                // The mark of the start is none of the word's characters.
                if i > 0 && j > 0 {
                    if more_read {
                        reach(1, 0, [unlisted; ENGINES]);
                    }
                    if more {
                        reach(0, 1, [unlisted; ENGINES]);
                    }
                    if more_read && more {
                        reach(1, 1, [unlisted; ENGINES]);
                    }
                }
                for (a, row) in rows.iter().enumerate() {
                    for (o, weights) in row.iter().flat_map(|r| r.iter()) {
                        if original[j..].starts_with(o) {
                            reach(a, o.len(), *weights);
                        }
                    }
                }
            }
        }
        costs[read.len() * columns + original.len()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_engine_weighs_a_word_by_its_own_table() {
        let row = |read: &str, original: &str, weight| Confusion { read: read.into(), original: original.into(), weight };
        let tables =
            [vec![row("m", "rn", 1.0), row("c", "e", 3.0)], vec![row("m", "rn", 4.0), row("⟨r", "⟨f", 0.5)], vec![], vec![]];
        let engines = Engines::new(tables.map(|t| (1.0 / 3.0, t)));
        let [first, second, third, _] = engines.weights("eamings", "earnings", 7.0);
        assert!((first - 1.0).abs() < 0.1 && (second - 3.8).abs() < 0.3 && third > 5.0, "{first} {second} {third}");
        let [first, second, ..] = engines.weights("ror", "for", 7.0);
        assert!(second < 0.6 && first > 4.0, "{first} {second}");
        assert_eq!(engines.weights("plan", "plan", 7.0), [0.0; ENGINES]);
        assert_eq!(engines.weights("plxan", "plan", 7.0), [7.0; ENGINES]);
        let blended = engines.table(None).originals("⟨r")[0].1;
        assert!((blended - 1.6).abs() < 0.1, "a third of the pages has it: {blended}");
    }
}
