//! Export in the ARPA format that other programs (SRILM, KenLM) read.

use std::io::{self, Write};

use super::corpus::Words;
use super::count::{Counts, MAX_ORDER};
use super::estimate::Estimate;
use super::symbol::{Symbol, WordId};

/// Writes the kept n-grams with base-10 logarithms, before quantisation.
pub(super) fn write(out: &mut dyn Write, counts: &[Counts], model: &Estimate, words: &Words) -> io::Result<()> {
    let mut names: Vec<&str> = vec![""; words.size];
    for (i, name) in Symbol::NAMES.iter().enumerate() {
        names[i] = name;
    }
    for (word, id) in &words.sorted {
        if *id >= Symbol::FIRST_WORD {
            names[*id as usize] = word;
        }
    }
    writeln!(out, "\\data\\")?;
    for (n, level) in model.levels.iter().enumerate() {
        let extra = (n == 0) as usize;
        writeln!(out, "ngram {}={}", n + 1, level.kept.iter().filter(|k| **k).count() + extra)?;
    }
    for (n, level) in model.levels.iter().enumerate() {
        writeln!(out, "\n\\{}-grams:", n + 1)?;
        let last = n + 1 == model.levels.len();
        if n == 0 {
            // The start mark is never predicted; as a history it has the back-off weight one.
            writeln!(out, "-99\t<s>\t0")?;
        }
        for (i, key) in counts[n].keys.iter().enumerate() {
            if !level.kept[i] {
                continue;
            }
            write!(out, "{:.6}", level.prob[i].log10())?;
            for k in (0..=n).rev() {
                let word = (key >> (16 * k)) as WordId;
                write!(out, "{}{}", if k == n { '\t' } else { ' ' }, names[word as usize])?;
            }
            if !last && level.backoff[i] != 1.0 {
                write!(out, "\t{:.6}", level.backoff[i].log10())?;
            }
            writeln!(out)?;
        }
    }
    debug_assert!(model.levels.len() <= MAX_ORDER);
    writeln!(out, "\n\\end\\")
}
