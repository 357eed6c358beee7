//! Whether a table that somebody else made holds together.

use std::ops::Range;

use super::Table;
use crate::automaton::{Allowance, each_key};
use crate::dictionary::DictionaryError;
use crate::dictionary::compile::ENTRY;

impl Table {
    /// Goes through all of the table once: what has passed can be used without looking again.
    ///
    /// The checksums inside are no proof: whoever writes nonsense can sign it.
    pub(super) fn verify(&self) -> Result<(), DictionaryError> {
        let mut allowance = Allowance::of(self.bytes.len());
        let damaged = |section: &Range<usize>| {
            let at = section.start;
            move |what| DictionaryError::Damaged { at, what }
        };
        self.verify_text().map_err(damaged(&self.ends))?;
        self.verify_originals(&mut allowance).map_err(damaged(&self.originals.as_fst().as_inner().1))?;
        self.verify_entries(&mut allowance).map_err(damaged(&self.spun.as_inner().1))
    }

    /// The texts of the originals are one behind the other.
    fn verify_text(&self) -> Result<(), &'static str> {
        let text = std::str::from_utf8(&self.bytes[self.text.clone()]).map_err(|_| "the originals are not UTF-8")?;
        // An edit never makes a line.
        if text.contains('\n') {
            return Err("an original has a line end");
        }
        let mut last = 0;
        for end in self.bytes[self.ends.clone()].chunks_exact(4) {
            let end = u32::from_le_bytes(end.try_into().expect("four bytes")) as usize;
            if end < last || !text.is_char_boundary(end) {
                return Err("the originals are not in a row");
            }
            last = end;
        }
        if last == text.len() { Ok(()) } else { Err("the originals are not in a row") }
    }

    /// The map of originals gives each its number; that they are sorted follows, and that none comes twice.
    fn verify_originals(&self, allowance: &mut Allowance) -> Result<(), &'static str> {
        let mut count = 0;
        each_key(self.originals.as_fst(), allowance, |key, number, _| {
            let own = number == count && (count as usize) < self.originals() && self.original(count as u32).as_bytes() == key;
            count += 1;
            if own { Ok(()) } else { Err("the map of originals is not that of their texts") }
        })?;
        if count as usize == self.originals() { Ok(()) } else { Err("the map of originals lacks some") }
    }

    /// The map of spun forms leads to one group of entries after the other, and those to originals.
    fn verify_entries(&self, allowance: &mut Allowance) -> Result<(), &'static str> {
        let (mut next, mut pairs) = (0, 0);
        let all = &self.bytes[self.entries.clone()];
        each_key(&self.spun, allowance, |spun, offset, allowance| {
            std::str::from_utf8(spun).map_err(|_| "a spun form is not UTF-8")?;
            let count = all.get(next..next + 2).map(|count| usize::from(u16::from_le_bytes([count[0], count[1]])));
            let count = count.filter(|_| offset == next as u64).ok_or("a spun form leads to no entries")?;
            let group = self.entries(next);
            if group.bytes.len() != ENTRY * count {
                return Err("the entries of a spun form are cut short");
            }
            let mut least = 0;
            for entry in group {
                if entry.original as usize >= self.originals() {
                    return Err("an entry leads to no original");
                }
                if entry.original < least {
                    return Err("the entries of a spun form are out of order");
                }
                least = entry.original + 1;
                // Whoever takes the table apart has both texts of every pair.
                allowance.spend(spun.len() + self.original(entry.original).len())?;
            }
            next += 2 + ENTRY * count;
            pairs += count;
            Ok(())
        })?;
        if next != all.len() {
            return Err("some entries belong to no spun form");
        }
        if pairs == self.pairs { Ok(()) } else { Err("the number of pairs is not the one in the header") }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::automaton::tests::{doubling, sign};
    use crate::dictionary::compile::HABITS;
    use crate::dictionary::{Expansion, Inflections, Sources, TableKind, compile, expand, parse_table};

    const SECTIONS: usize = 6;
    const SPUN: usize = 3;
    const ORIGINALS: usize = 4;
    const ENTRIES: usize = 5;

    fn whole() -> Vec<u8> {
        compiled("growth\tx\t2\tprogress 9, development 3\nnet income\tx\t1\tweb revenue 9\n")
    }

    fn compiled(rows: &str) -> Vec<u8> {
        let rows = parse_table(rows, TableKind::Words, Path::new("t")).unwrap();
        let sources = Sources { rows: &rows, fallback: &[], observed: None, inflections: &Inflections::default() };
        compile(&expand(sources, &|_| true))
    }

    /// A compiled table, taken apart.
    struct Parts {
        version: Vec<u8>,
        sections: [(Vec<u8>, u32); SECTIONS],
    }

    impl Parts {
        fn of(table: &[u8]) -> Parts {
            let number = |at: usize| u32::from_le_bytes(table[at..at + 4].try_into().unwrap());
            let mut at = 8 + 8 * SECTIONS;
            let sections = std::array::from_fn(|i| {
                let len = number(8 + 8 * i) as usize;
                at += len;
                (table[at - len..at].to_vec(), number(12 + 8 * i))
            });
            Parts { version: table[..8].to_vec(), sections }
        }

        fn joined(&self) -> Vec<u8> {
            let mut out = self.version.clone();
            for (bytes, count) in &self.sections {
                out.extend([(bytes.len() as u32).to_le_bytes(), count.to_le_bytes()].concat());
            }
            self.sections.iter().for_each(|(bytes, _)| out.extend(bytes));
            out
        }

        /// The table with one section changed.
        fn with(mut self, section: usize, change: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
            change(&mut self.sections[section].0);
            self.joined()
        }
    }

    fn refused(table: Vec<u8>) -> String {
        Table::from_bytes(table).unwrap_err().to_string()
    }

    #[test]
    fn what_was_compiled_is_whole() {
        assert_eq!(Parts::of(&whole()).joined(), whole());
        Table::from_bytes(whole()).unwrap();
        Table::from_bytes(compile(&Expansion::default())).unwrap();
        Table::embedded().verify().unwrap();
    }

    #[test]
    fn any_wrong_byte_under_the_right_checksum_is_refused_or_safe() {
        let mut safe = 0;
        for at in 0..whole().len() {
            for byte in [0, 1, 2, 0x10, 0x40, 0x7F, 0x80, 0xC0, 0xFE, 0xFF] {
                let mut table = whole();
                table[at] = byte;
                // A header that is wrong takes nothing apart.
                if at >= 8 + 8 * SECTIONS {
                    let mut parts = Parts::of(&table);
                    sign(&mut parts.sections[SPUN].0);
                    sign(&mut parts.sections[ORIGINALS].0);
                    table = parts.joined();
                }
                let Ok(table) = Table::from_bytes(table) else { continue };
                let expansion = table.expansion();
                assert_eq!(expansion.pairs.len(), 3);
                table.merged(&expansion);
                safe += 1;
            }
        }
        assert!(safe > whole().len(), "the bytes as they were, other letters, weights and shares");
    }

    #[test]
    fn nonsense_with_the_right_checksum_is_refused() {
        let parts = || Parts::of(&whole());
        // 2^60 spun forms, 2^60 originals.
        assert!(refused(parts().with(SPUN, |map| *map = doubling(60))).contains("a spun form leads to no entries"));
        assert!(refused(parts().with(ORIGINALS, |map| *map = doubling(60))).contains("is not that of their texts"));
        // The maps of another table.
        let other = Parts::of(&compile(&Table::embedded().expansion()));
        assert!(refused(parts().with(SPUN, |map| map.clone_from(&other.sections[SPUN].0))).contains("leads to no entries"));
        assert!(refused(parts().with(ORIGINALS, |map| map.clone_from(&other.sections[ORIGINALS].0))).contains("not that of"));
        // Entries of no spun form, a group larger than the section, an original that is none.
        assert!(refused(parts().with(ENTRIES, |entries| entries.extend([0; 4]))).contains("belong to no spun form"));
        assert!(refused(parts().with(ENTRIES, |entries| entries[..2].fill(0xFF))).contains("cut short"));
        assert!(refused(parts().with(ENTRIES, |entries| entries[2..4].fill(0xFF))).contains("an entry leads to no original"));
        let twice = "growth\tx\t2\tprogress 9\nrise\tx\t2\tprogress 9\n";
        let twice = Parts::of(&compiled(twice)).with(ENTRIES, |entries| entries.copy_within(2..6, 6));
        assert!(refused(twice).contains("out of order"));
        // Ends of originals that go back, or beyond their text.
        assert!(refused(parts().with(0, |ends| ends[4..8].fill(0))).contains("not in a row"));
        assert!(refused(parts().with(0, |ends| ends[3] = 0x7F)).contains("not in a row"));
        assert!(refused(parts().with(1, |text| text[0] = b'\n')).contains("an original has a line end"));
        assert!(refused(parts().with(1, |text| text[0] = 0xFF)).contains("not UTF-8"));
        // Counts that are not so.
        let mut more = parts();
        more.sections[ENTRIES].1 = u32::MAX;
        assert!(refused(more.joined()).contains("the number of pairs"));
        let mut long = whole();
        long[8..12].fill(0xFF);
        assert!(refused(long).contains("a section is longer than the file"));
    }

    #[test]
    fn few_bytes_that_stand_for_gigabytes_are_refused() {
        // A long spun form that may stand for each of many originals.
        const MANY: u32 = 5000;
        let texts: Vec<String> = (0..MANY).map(|n| format!("{n:04}")).collect();
        let map = |keys: &[String]| fst::Map::from_iter(keys.iter().zip(0..)).unwrap().into_fst().into_inner();
        let entries = (0..MANY).flat_map(u32::to_le_bytes);
        let mut parts = Parts::of(&whole());
        parts.sections = [
            ((1..=MANY).flat_map(|n| (4 * n).to_le_bytes()).collect(), MANY),
            (texts.concat().into_bytes(), 0),
            (vec![0; HABITS * MANY as usize], 0),
            (map(&["a".repeat(60_000)]), 0),
            (map(&texts), 0),
            ((MANY as u16).to_le_bytes().into_iter().chain(entries).collect(), MANY),
        ];
        assert!(refused(parts.joined()).contains("far more than a file of its length can hold"));
    }
}
