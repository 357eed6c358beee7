//! What a gap in the table costs: clean paragraphs are spun with the whole table and repaired with one that lacks a fifth of it.
//!
//! `cargo test --release --test held_out -- --nocapture` prints the figures. The paragraphs stand beside the repository; on a
//! machine without them there is nothing to measure and the test says so.
#![allow(clippy::print_stdout)]

use std::collections::BTreeSet;
use std::path::PathBuf;

use degarble::dictionary::{Expansion, Spinner, Table, compile};
use degarble::language_model::Model;
use degarble::repair::Score;
use degarble::{Options, Repairer};

#[test]
fn a_fifth_of_the_originals_held_out() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/eval/ocr/tesseract-dev.gold.txt");
    let Ok(clean) = std::fs::read_to_string(&path) else {
        println!("not here, nothing measured: {}", path.display());
        return;
    };
    let whole = Table::embedded().expansion();
    let spinner = Spinner::new(&whole);
    let mut gapped = Expansion { pairs: Vec::new(), kept: whole.kept.clone(), leanings: whole.leanings.clone() };
    let fifth: BTreeSet<&str> = whole.kept.keys().step_by(5).map(String::as_str).collect();
    gapped.pairs.extend(whole.pairs.iter().filter(|p| !fifth.contains(p.original.as_str())).cloned());
    let lines: Vec<&str> = clean.lines().collect();
    let mut recalls = Vec::new();
    for (name, expansion) in [("whole", &whole), ("gapped", &gapped)] {
        let table = Table::from_bytes(compile(expansion)).unwrap();
        let repairer = Repairer::with_parts(Options::default(), Model::embedded(), table);
        let mut score = Score::default();
        // Thirty paragraphs are about a call: a page.
        for (seed, page) in lines.chunks(30).map(|c| c.join("\n") + "\n").enumerate() {
            let spun = spinner.spin(&page, seed as u64).text;
            score += Score::of(&spun, &repairer.repair(&spun).text(), &page);
        }
        let (p, r, f) = (score.precision(), score.recall(), score.f_half());
        println!("{name} table: {} edits wanted, precision {p:.3}, recall {r:.3}, F0.5 {f:.3}", score.wanted);
        recalls.push(r);
    }
    assert!(recalls[0] > 0.7 && recalls[1] < recalls[0] - 0.05, "{recalls:?}");
}
