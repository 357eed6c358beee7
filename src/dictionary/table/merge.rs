//! Putting the rows of one table over those of another.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry as Slot;

use fst::Streamer;

use super::Table;
use crate::dictionary::compile::{Expansion, Pair, compile};

impl Table {
    /// The pairs that the table was compiled from, as exactly as their weights were stored.
    pub fn expansion(&self) -> Expansion {
        let mut out = Expansion::default();
        let text = |id| self.original(id).to_owned();
        let mut spun = self.spun.stream();
        while let Some((key, offset)) = spun.next() {
            let Ok(key) = std::str::from_utf8(key) else { continue };
            for entry in self.entries(offset.value() as usize).filter(|e| (e.original as usize) < self.originals()) {
                let weight = if entry.is_taken_out() { 0.0 } else { entry.log_weight.exp() };
                out.pairs.push(Pair { original: text(entry.original), spun: key.to_owned(), weight, style: entry.style });
            }
        }
        out.pairs.sort_by(|a, b| (&a.original, &a.spun).cmp(&(&b.original, &b.spun)));
        out.kept = (0..self.originals() as u32).map(|id| (text(id), self.kept(id))).collect();
        out
    }

    /// This table with the pairs of another over it.
    ///
    /// An original that both know has the pairs of both; where they have the same pair, the other's weight counts, and a weight of
    /// 0 takes the pair out. How often an original is left alone the other says too. The weights of an original still sum to one
    /// at most.
    pub fn merged(&self, over: &Expansion) -> Table {
        let mut merged = self.expansion();
        let mut pairs: BTreeMap<(String, String), Pair> = BTreeMap::new();
        for pair in merged.pairs.drain(..).chain(over.pairs.iter().cloned()) {
            match pairs.entry((pair.original.clone(), pair.spun.clone())) {
                Slot::Vacant(slot) => drop(slot.insert(pair)),
                Slot::Occupied(mut slot) => drop(slot.insert(pair)),
            }
        }
        let mut sums: BTreeMap<String, f32> = BTreeMap::new();
        for pair in pairs.values() {
            *sums.entry(pair.original.clone()).or_default() += pair.weight;
        }
        merged.pairs = pairs.into_values().filter(|p| p.weight > 0.0).collect();
        for pair in &mut merged.pairs {
            pair.weight /= sums[&pair.original].max(1.0);
        }
        merged.kept.extend(over.kept.iter().map(|(original, share)| (original.clone(), *share)));
        Table::from_bytes(compile(&merged)).expect("a table just compiled is whole")
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::dictionary::{Inflections, TableKind, expand, parse_table};

    fn expansion(rows: &str) -> Expansion {
        let rows = parse_table(rows, TableKind::Words, Path::new("t")).unwrap();
        expand(&rows, &[], &Inflections::default(), &|_| true)
    }

    fn pairs(table: &Table) -> Vec<(String, String)> {
        table.expansion().pairs.into_iter().map(|p| (p.original, p.spun)).collect()
    }

    fn table(rows: &str) -> Table {
        Table::from_bytes(compile(&expansion(rows))).unwrap()
    }

    #[test]
    fn compiling_an_expansion_again_gives_the_same_bytes() {
        let table = table("growth\tx\t2\tprogress 9, development 3\nrise\tx\t2\tclimb 8\n");
        assert_eq!(compile(&table.expansion()), table.bytes.to_vec());
        let embedded = Table::embedded();
        assert!(compile(&embedded.expansion()) == embedded.bytes.to_vec());
    }

    #[test]
    fn rows_join_override_and_take_out() {
        let low = table("growth\tx\t2\tprogress 9, development 3\nrise\tx\t2\tclimb 8\n");
        let merged = low.merged(&expansion("growth\tx\t7\tsprouting 9, development 0\nzeal\tx\t1\tardor 4\n"));
        let owned = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        let wanted = [owned("growth", "progress"), owned("growth", "sprouting"), owned("rise", "climb"), owned("zeal", "ardor")];
        assert_eq!(pairs(&merged), wanted);
        let kept = |word: &str| merged.kept(merged.original_id(word).unwrap());
        assert!((kept("growth") - 0.7).abs() < 0.01 && (kept("rise") - 0.2).abs() < 0.01);
        let sum: f32 = merged.expansion().pairs.iter().filter(|p| p.original == "growth").map(|p| p.weight).sum();
        assert!(sum < 1.05, "{sum}");
    }
}
