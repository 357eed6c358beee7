//! A spinner of our own: garbles clean pages as the table says that spinners do, so that there is something to learn from and to measure.

use std::collections::HashMap;
use std::ops::Range;

use super::compile::Expansion;
use crate::text::{Kind, Token, carry_casing, fold_into, tokenize};

/// Longest originals, in words.
const LONGEST: usize = 4;

/// Swaps words and phrases for the spun forms of a table.
#[derive(Debug)]
pub struct Spinner<'a> {
    /// Spun forms by original, and how likely each is.
    swaps: HashMap<&'a str, Vec<(&'a str, f32)>>,
    table: &'a Expansion,
}

/// A garbled page, and what stood there.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SpunPage {
    /// The garbled text.
    pub text: String,
    /// Its byte ranges that were swapped, in order, with what stood there.
    pub swaps: Vec<(Range<usize>, String)>,
}

impl SpunPage {
    /// What stood in a range of the garbled text; `None` where a swap reaches across its ends, or it cuts a character.
    pub fn original(&self, range: Range<usize>) -> Option<String> {
        let mut out = String::new();
        let mut at = range.start;
        let first = self.swaps.partition_point(|s| s.0.end <= range.start);
        for (swapped, original) in self.swaps[first..].iter().take_while(|s| s.0.start < range.end) {
            out.push_str(self.text.get(at..swapped.start)?);
            out.push_str(original);
            at = swapped.end;
        }
        out.push_str(self.text.get(at..range.end)?);
        Some(out)
    }
}

/// How one page is spun: spinners differ in how much they swap and in how fixed their favourites are.
struct Manner {
    seed: u64,
    /// Share of what the table would swap that is swapped.
    rate: f32,
    /// Above 1, what is likely becomes likelier.
    sharpness: f32,
}

impl<'a> Spinner<'a> {
    /// A spinner that swaps as the pairs of a table say.
    pub fn new(table: &'a Expansion) -> Spinner<'a> {
        let mut swaps: HashMap<&str, Vec<(&str, f32)>> = HashMap::new();
        for pair in &table.pairs {
            swaps.entry(&pair.original).or_default().push((&pair.spun, pair.weight));
        }
        Spinner { swaps, table }
    }

    /// Spins a page: the same page and seed give the same text, other seeds other spinners.
    ///
    /// ```
    /// use degarble::dictionary::{Spinner, Table};
    /// let table = Table::embedded().expansion();
    /// let spun = Spinner::new(&table).spin("Net income and operating expenses increased significantly.", 1);
    /// assert_ne!(spun.text, "Net income and operating expenses increased significantly.");
    /// assert_eq!(spun.original(0..spun.text.len()).unwrap(), "Net income and operating expenses increased significantly.");
    /// ```
    pub fn spin(&self, page: &str, seed: u64) -> SpunPage {
        let manner =
            Manner { seed, rate: (0.6 + 0.5 * drawn(seed, "rate")).min(1.0), sharpness: 0.7 + 1.3 * drawn(seed, "sharpness") };
        let mut out = SpunPage::default();
        let mut tokens = Vec::new();
        for (number, line) in page.split_inclusive('\n').enumerate() {
            tokenize(line.trim_end_matches(['\r', '\n']).as_bytes(), &mut tokens);
            let mut written = 0;
            let mut i = 0;
            while i < tokens.len() {
                let found = (1..=LONGEST).rev().find_map(|n| self.swap(line, number, tokens.get(i..i + n)?, i == 0, &manner));
                let Some((n, spun)) = found else {
                    i += 1;
                    continue;
                };
                let range = tokens[i].start as usize..tokens[i + n - 1].end as usize;
                out.text.push_str(&line[written..range.start]);
                let from = out.text.len();
                out.text.push_str(&spun);
                out.swaps.push((from..out.text.len(), line[range.clone()].to_owned()));
                written = range.end;
                i += n;
            }
            out.text.push_str(&line[written..]);
        }
        out
    }

    /// What becomes of some tokens, if anything does, and how many they are.
    fn swap(&self, line: &str, number: usize, tokens: &[Token], first: bool, manner: &Manner) -> Option<(usize, String)> {
        let in_a_row = tokens.windows(2).all(|t| t[1].start == t[0].end + 1);
        if !in_a_row || tokens.iter().any(|t| t.kind != Kind::Word) {
            return None;
        }
        let (start, end) = (tokens[0].start as usize, tokens[tokens.len() - 1].end as usize);
        let words = &line[start..end];
        let mut folded = String::new();
        fold_into(words.as_bytes(), &mut folded);
        let forms = self.swaps.get(folded.as_str())?;
        // Capitals inside words are names for certain, at their beginning most of the time.
        if words.chars().skip(1).any(char::is_uppercase) {
            return None;
        }
        if !first && words.starts_with(char::is_uppercase) && drawn(manner.seed, &format!("name {folded}")) < 0.6 {
            return None;
        }
        let kept = 1.0 - (1.0 - self.table.kept[&folded]) * manner.rate;
        let place = manner.seed.wrapping_add(7 * number as u64 + start as u64);
        if drawn(place, &folded) < kept {
            return None;
        }
        // One favourite a word and page, now and then another.
        let seed = if drawn(place, "other") < 0.15 { place } else { manner.seed };
        let worth = |form: &(&str, f32)| form.1.powf(manner.sharpness);
        let mut left = drawn(seed, &folded) * forms.iter().map(worth).sum::<f32>();
        let chosen = forms.iter().find(|form| {
            left -= worth(form);
            left <= 0.0
        });
        let garbled: Vec<&str> = words.split(' ').collect();
        Some((tokens.len(), carry_casing(&garbled, chosen.unwrap_or(&forms[0]).0)))
    }
}

/// Numbers from 0 to 1 that look drawn, the same for the same text: FNV-1a, then a mixing step.
fn drawn(seed: u64, text: &str) -> f32 {
    let mut h = text.bytes().fold(0xcbf2_9ce4_8422_2325 ^ seed, |h, b| (h ^ b as u64).wrapping_mul(0x100_0000_01b3));
    h = (h ^ (h >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93);
    ((h ^ (h >> 32)) >> 40) as f32 / (1u64 << 24) as f32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dictionary::Table;

    #[test]
    fn what_is_swapped_can_be_put_back() {
        let table = Table::embedded().expansion();
        let spinner = Spinner::new(&table);
        let page = "Good morning. Total revenue was $5.2 billion, driven by strong customer demand.\r\n\nAcme Corp. raised its dividend.";
        let spun = spinner.spin(page, 3);
        assert!(spun.swaps.len() >= 3, "{spun:?}");
        assert_eq!(spun.original(0..spun.text.len()).as_deref(), Some(page));
        assert_eq!(spinner.spin(page, 3), spun);
        assert_ne!(spinner.spin(page, 4).text, spun.text);
        for (range, _) in &spun.swaps {
            assert_eq!(spun.original(range.start..range.end - 1), None);
        }
        assert!(spun.text.contains("$5.2 billion"));
    }
}
