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
        writeln!(out, "ngram {}={}", n + 1, level.kept.iter().filter(|k| **k).count())?;
    }
    for (n, level) in model.levels.iter().enumerate() {
        writeln!(out, "\n\\{}-grams:", n + 1)?;
        let last = n + 1 == model.levels.len();
        for (i, key) in counts[n].keys.iter().enumerate() {
            if !level.kept[i] {
                continue;
            }
            // The start mark is never predicted, only a history; the format has -99 for that.
            let prob = if n == 0 && *key == Symbol::START as u64 { -99.0 } else { level.prob[i].log10() };
            write!(out, "{prob:.6}")?;
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

#[cfg(test)]
mod tests {
    use super::super::{Model, TrainOptions, train};

    #[test]
    fn the_start_mark_stands_once_with_the_back_off_of_the_packed_model() {
        let home = std::env::temp_dir().join(format!("degarble-arpa-{}", std::process::id()));
        std::fs::create_dir_all(&home).unwrap();
        for name in ["a.txt", "b.txt"] {
            std::fs::write(home.join(name), "Net income rose. Net income fell.\nMargins rose. Costs fell.\n").unwrap();
        }
        let options = TrainOptions {
            corpus: vec![home.join("a.txt"), home.join("b.txt")],
            vocabulary: ["net", "income", "rose", "fell", "margins", "costs"].map(|w| (w.to_owned(), false)).to_vec(),
            order: 3,
            budget: 1 << 20,
            arpa: Some(home.join("out.arpa")),
            held_out: Vec::new(),
        };
        let report = train(&options, &mut |_| ()).unwrap();
        let arpa = std::fs::read_to_string(home.join("out.arpa")).unwrap();
        std::fs::remove_dir_all(&home).unwrap();
        let unigrams: Vec<&str> = arpa.lines().skip_while(|l| *l != "\\1-grams:").skip(1).take_while(|l| !l.is_empty()).collect();
        assert!(arpa.contains(&format!("\nngram 1={}\n", unigrams.len())));
        let starts: Vec<&str> = unigrams.into_iter().filter(|l| l.split('\t').nth(1) == Some("<s>")).collect();
        let [start] = starts[..] else { panic!("{starts:?}") };
        let mut columns = start.split('\t');
        assert_eq!(columns.next(), Some("-99.000000"));
        // "rose" never begins a sentence: its probability there is the back-off weight times its own.
        let model = Model::from_bytes(report.model).unwrap();
        let rose = model.word("rose").unwrap();
        let backed_off = model.score(&model.start(), rose).0 - model.score(&Default::default(), rose).0;
        let exported: f32 = columns.nth(1).unwrap().parse().unwrap();
        assert!((backed_off / std::f32::consts::LN_10 - exported).abs() < 1e-3, "{backed_off} {exported}");
    }
}
