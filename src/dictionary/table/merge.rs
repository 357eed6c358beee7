//! Putting the rows of one table over those of another.

use std::collections::{HashMap, HashSet};

use fst::Streamer;

use super::Table;
use crate::dictionary::compile::{Expansion, Pair, compile};

impl Table {
    /// The pairs that the table was compiled from, as exactly as their weights were stored.
    pub fn expansion(&self) -> Expansion {
        let mut pairs = self.stored();
        pairs.sort_by(|a, b| (&a.original, &a.spun).cmp(&(&b.original, &b.spun)));
        let kept = (0..self.originals() as u32).map(|id| (self.original(id).to_owned(), self.kept(id))).collect();
        Expansion { pairs, kept }
    }

    /// All pairs, by spun form.
    fn stored(&self) -> Vec<Pair> {
        let mut out = Vec::with_capacity(self.pairs().min(1 << 20));
        let mut spun = self.spun.stream();
        while let Some((key, offset)) = spun.next() {
            let Ok(key) = std::str::from_utf8(key) else { continue };
            for entry in self.entries(offset.value() as usize).filter(|e| (e.original as usize) < self.originals()) {
                let weight = if entry.is_taken_out() { 0.0 } else { entry.log_weight.exp() };
                let original = self.original(entry.original).to_owned();
                out.push(Pair { original, spun: key.to_owned(), weight, style: entry.style });
            }
        }
        out
    }

    /// This table with the pairs of another over it.
    ///
    /// An original that both know has the pairs of both; where they have the same pair, the other's weight counts, and a weight of
    /// 0 takes the pair out. How often an original is left alone the other says too. The weights of an original still sum to one
    /// at most.
    pub fn merged(&self, over: &Expansion) -> Table {
        let replaced: HashSet<(&str, &str)> = over.pairs.iter().map(|p| (&*p.original, &*p.spun)).collect();
        let mut pairs = self.stored();
        pairs.retain(|p| !replaced.contains(&(&p.original, &p.spun)));
        pairs.extend(over.pairs.iter().cloned());
        pairs.retain(|p| p.weight > 0.0);
        // Both halves are in some order already; a stable sort makes use of that.
        pairs.sort_by(|a, b| (&a.spun, &a.original).cmp(&(&b.spun, &b.original)));
        let mut sums: HashMap<&str, f32> = over.kept.keys().map(|original| (original.as_str(), 0.0)).collect();
        for pair in &pairs {
            if let Some(sum) = sums.get_mut(pair.original.as_str()) {
                *sum += pair.weight;
            }
        }
        let sums: HashMap<String, f32> = sums.into_iter().map(|(original, sum)| (original.to_owned(), sum)).collect();
        for pair in &mut pairs {
            pair.weight /= sums.get(pair.original.as_str()).map_or(1.0, |sum| sum.max(1.0));
        }
        let own = (0..self.originals() as u32).map(|id| (self.original(id).to_owned(), self.kept(id)));
        let kept = own.chain(over.kept.iter().map(|(original, share)| (original.clone(), *share))).collect();
        Table::read(compile(&Expansion { pairs, kept }).into()).expect("a table just compiled is whole")
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
