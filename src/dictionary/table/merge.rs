//! Putting the rows of one table over those of another.

use std::collections::{BTreeMap, HashMap};

use fst::Streamer;

use super::{Entry, Table};
use crate::dictionary::compile::{Expansion, Habits, Pair, Stored, Writer, stored_habits, stored_weight};

impl Table {
    /// The pairs that the table was compiled from, as exactly as their weights were stored.
    pub fn expansion(&self) -> Expansion {
        let mut pairs = Vec::new();
        let mut spun = self.spun.stream();
        while let Some((key, offset)) = spun.next() {
            let Ok(key) = std::str::from_utf8(key) else { continue };
            for entry in self.entries(offset.value() as usize).filter(|e| (e.original as usize) < self.originals()) {
                let weight = if entry.is_taken_out() { 0.0 } else { entry.log_weight.exp() };
                let original = self.original(entry.original).to_owned();
                pairs.push(Pair { original, spun: key.to_owned(), weight, style: entry.style });
            }
        }
        pairs.sort_by(|a, b| (&a.original, &a.spun).cmp(&(&b.original, &b.spun)));
        let kept = (0..self.originals() as u32).map(|id| (self.original(id).to_owned(), self.kept(id))).collect();
        let leanings = (0..self.originals() as u32).map(|id| (self.original(id).to_owned(), self.leaning(id)));
        Expansion { pairs, kept, leanings: leanings.filter(|l| l.1 != 0.0).collect() }
    }

    /// This table with the pairs of another over it.
    ///
    /// An original that both know has the pairs of both; where they have the same pair, the other's weight counts, and a weight of
    /// 0 takes the pair out. How often an original is left alone the other says too. The weights of an original still sum to one
    /// at most.
    pub fn merged(&self, over: &Expansion) -> Table {
        let merge = Merge::new(self, over);
        let mut writer = Writer::default();
        let mut own = self.spun.stream();
        let mut theirs = merge.theirs.iter().peekable();
        let mut group = Vec::new();
        // Both sides in order of their spun forms, so that nothing is sorted and little is copied: people wait for this.
        while let Some((key, offset)) = own.next() {
            while let Some((spun, pairs)) = theirs.next_if(|(spun, _)| spun.as_bytes() < key) {
                merge.group(&[], pairs, &mut group);
                writer.add(spun.as_bytes(), &group);
            }
            let pairs = theirs.next_if(|(spun, _)| spun.as_bytes() == key).map_or(&[][..], |(_, pairs)| pairs);
            let entries: Vec<Entry> = self.entries(offset.value() as usize).collect();
            merge.group(&entries, pairs, &mut group);
            writer.add(key, &group);
        }
        for (spun, pairs) in theirs {
            merge.group(&[], pairs, &mut group);
            writer.add(spun.as_bytes(), &group);
        }
        Table::read(writer.finish(&merge.originals).into()).expect("a table just compiled is whole")
    }
}

impl Writer {
    /// Adds the pairs of a spun form, if there are any.
    fn add(&mut self, spun: &[u8], group: &[Stored]) {
        if !group.is_empty() {
            self.group(spun, group);
        }
    }
}

/// What is known of both tables before their pairs are put together.
struct Merge<'a> {
    /// The originals of both in order, with their habits.
    originals: Vec<(&'a str, Habits)>,
    /// What the numbers of the lower table become.
    renumbered: Vec<u32>,
    /// The upper table's pairs by their spun forms, with the new numbers of their originals.
    theirs: BTreeMap<&'a str, Vec<(u32, &'a Pair)>>,
    /// Sums of the weights of the upper table's originals, by new number.
    sums: HashMap<u32, f32>,
}

impl<'a> Merge<'a> {
    fn new(table: &'a Table, over: &'a Expansion) -> Merge<'a> {
        let mut originals: Vec<(&str, Habits)> = Vec::with_capacity(table.originals() + over.kept.len());
        let mut renumbered = Vec::with_capacity(table.originals());
        let mut theirs = over.kept.keys().map(|original| (original.as_str(), stored_habits(over, original))).peekable();
        let mut sums = HashMap::new();
        for id in 0..table.originals() as u32 {
            let own = table.original(id);
            while let Some(their) = theirs.next_if(|(their, _)| *their < own) {
                sums.insert(originals.len() as u32, 0.0);
                originals.push(their);
            }
            renumbered.push(originals.len() as u32);
            let their = theirs.next_if(|(their, _)| *their == own);
            if their.is_some() {
                sums.insert(originals.len() as u32, 0.0);
            }
            // Tables of one's own say nothing of leanings.
            let [kept, leaning] = table.habits(id);
            originals.push((own, their.map_or([kept, leaning], |(_, [kept, _])| [kept, leaning])));
        }
        for their in theirs {
            sums.insert(originals.len() as u32, 0.0);
            originals.push(their);
        }
        let mut merge = Merge { originals, renumbered, theirs: BTreeMap::new(), sums };
        for pair in &over.pairs {
            if let Ok(number) = merge.originals.binary_search_by(|(original, _)| (*original).cmp(&pair.original)) {
                merge.theirs.entry(&pair.spun).or_default().push((number as u32, pair));
            }
        }
        merge.sum(table, over);
        merge
    }

    fn sum(&mut self, table: &Table, over: &Expansion) {
        let mut stream = table.spun.stream();
        let mut sums = std::mem::take(&mut self.sums);
        while let Some((key, offset)) = stream.next() {
            for entry in table.entries(offset.value() as usize) {
                let number = self.renumbered.get(entry.original as usize);
                if let Some((number, sum)) = number.and_then(|n| sums.get_mut(n).map(|sum| (*n, sum)))
                    && !self.replaces(key, number)
                {
                    *sum += entry.log_weight.exp();
                }
            }
        }
        for pair in &over.pairs {
            if let Ok(number) = self.originals.binary_search_by(|(original, _)| (*original).cmp(&pair.original)) {
                *sums.entry(number as u32).or_default() += pair.weight;
            }
        }
        self.sums = sums;
    }

    /// Whether the upper table has the pair too.
    fn replaces(&self, spun: &[u8], number: u32) -> bool {
        let spun = std::str::from_utf8(spun).unwrap_or_default();
        self.theirs.get(spun).is_some_and(|pairs| pairs.iter().any(|(n, _)| *n == number))
    }

    /// The pairs of one spun form.
    fn group(&self, own: &[Entry], theirs: &[(u32, &Pair)], out: &mut Vec<Stored>) {
        out.clear();
        let scaled = |number: u32, weight: f32| stored_weight(weight / self.sums.get(&number).map_or(1.0, |sum| sum.max(1.0)));
        for entry in own {
            let Some(number) = self.renumbered.get(entry.original as usize).copied() else { continue };
            if !theirs.iter().any(|(n, _)| *n == number) {
                let weight = scaled(number, entry.log_weight.exp());
                out.push(Stored { original: number, style: entry.style as u8, weight });
            }
        }
        for (number, pair) in theirs.iter().filter(|(_, pair)| pair.weight > 0.0) {
            out.push(Stored { original: *number, style: pair.style as u8, weight: scaled(*number, pair.weight) });
        }
        out.sort_by_key(|pair| pair.original);
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::dictionary::{Inflections, Sources, TableKind, compile, expand, parse_table};

    fn expansion(rows: &str) -> Expansion {
        let rows = parse_table(rows, TableKind::Words, Path::new("t")).unwrap();
        let sources = Sources { rows: &rows, fallback: &[], observed: None, inflections: &Inflections::default() };
        expand(sources, &|_| true)
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
    fn nothing_over_a_table_is_the_table() {
        let embedded = Table::embedded();
        assert!(embedded.merged(&Expansion::default()).bytes == embedded.bytes);
        assert!(table("").merged(&embedded.expansion()).bytes == embedded.bytes);
    }

    #[test]
    fn rows_join_override_and_take_out() {
        let low = table("growth\tx\t2\tprogress 9, development 3\nrise\tx\t2\tclimb 8\n");
        let merged = low.merged(&expansion("growth\tx\t7\tsprouting 9, development 0\nzeal\tx\t1\tardor 4\n"));
        let owned = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        let wanted = [owned("growth", "progress"), owned("growth", "sprouting"), owned("rise", "climb"), owned("zeal", "ardor")];
        assert_eq!(pairs(&merged), wanted);
        let kept = |word: &str| merged.kept(merged.original_id(word).unwrap());
        // What was measured where tables say 7 and 2 tenths.
        assert!((kept("growth") - 0.93).abs() < 0.01 && (kept("rise") - 0.45).abs() < 0.01);
        let sum: f32 = merged.expansion().pairs.iter().filter(|p| p.original == "growth").map(|p| p.weight).sum();
        assert!(sum < 1.05, "{sum}");
    }
}
