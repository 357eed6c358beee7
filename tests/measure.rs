//! The measuring sets beside the repository, where they exist: word error rate, candidate recall, clean text untouched.
//!
//! `cargo test --release --test measure -- --nocapture` prints the figures. On a machine without the sets there is nothing to
//! measure and the tests say so. The floors lie below what is reached; they catch a change that breaks the repair.
#![allow(clippy::print_stdout)]

use std::path::PathBuf;
use std::sync::LazyLock;

use degarble::Repairer;
use degarble::dictionary::Table;
use degarble::text::words;

static REPAIRER: LazyLock<Repairer> = LazyLock::new(Repairer::new);

fn read(name: &str) -> Option<String> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/eval").join(name);
    let text = std::fs::read_to_string(&path).ok();
    if text.is_none() {
        println!("not here, nothing measured: {}", path.display());
    }
    text
}

/// What is left to change in the garbled tokens after the best use of the table's arcs; without a table, the edit distance.
fn left(garbled: &[String], original: &[String], table: Option<&Table>) -> usize {
    let (n, m) = (garbled.len(), original.len());
    let mut cost = vec![vec![usize::MAX; m + 1]; n + 1];
    cost[0][0] = 0;
    for i in 0..=n {
        let mut arcs: Vec<(usize, Vec<String>)> = Vec::new();
        if let Some(table) = table.filter(|_| i < n) {
            table.walk(garbled[i..n.min(i + 5)].iter().map(String::as_str), |words, entries| {
                arcs.extend(entries.map(|e| (words, table.original(e.original).split(' ').map(str::to_owned).collect())));
            });
        }
        for j in 0..=m {
            let here = cost[i][j];
            if here == usize::MAX {
                continue;
            }
            let mut reach = |i: usize, j: usize, c: usize| {
                if i <= n && j <= m {
                    cost[i][j] = cost[i][j].min(here + c);
                }
            };
            let same = i < n && j < m && garbled[i] == original[j];
            reach(i + 1, j + 1, usize::from(!same));
            reach(i + 1, j, 1);
            reach(i, j + 1, 1);
            for (words, put) in &arcs {
                if original[j..].starts_with(put) {
                    reach(i + words, j + put.len(), 0);
                }
            }
        }
    }
    cost[n][m]
}

/// Arcs that the table proposes for a line, the one that keeps each token included.
fn arcs(garbled: &[String], table: &Table) -> usize {
    let mut count = garbled.len();
    for i in 0..garbled.len() {
        table.walk(garbled[i..garbled.len().min(i + 5)].iter().map(String::as_str), |_, entries| count += entries.count());
    }
    count
}

#[test]
fn the_spun_page() {
    let name = |part: &str| format!("spun/alibaba-remarks.{part}.txt");
    let (Some(source), Some(gold)) = (read(&name("source")), read(&name("gold1"))) else { return };
    let output = REPAIRER.repair(&source).text().into_owned();
    let table = Table::embedded();
    let (mut originals, mut before, mut after, mut out_of_reach, mut proposed, mut tokens_read) = (0, 0, 0, 0, 0, 0);
    for ((source, output), gold) in source.lines().zip(output.lines()).zip(gold.lines()) {
        let [source, output, gold] = [source, output, gold].map(words);
        originals += gold.len();
        before += left(&source, &gold, None);
        after += left(&output, &gold, None);
        out_of_reach += left(&source, &gold, Some(&table));
        proposed += arcs(&source, &table);
        tokens_read += source.len();
    }
    let rate = |n: usize| n as f64 / originals as f64;
    let recall = 1.0 - out_of_reach as f64 / before as f64;
    println!("word error rate {:.4} before, {:.4} after; candidate recall {recall:.3}", rate(before), rate(after));
    let width = proposed as f64 / tokens_read as f64;
    println!("{width:.1} arcs a token");
    assert!(rate(after) < 0.09 && recall > 0.97 && width < 12.0);
}

#[test]
fn clean_paragraphs_stay_as_they_are() {
    let Some(clean) = read("ocr/tesseract-dev.gold.txt") else { return };
    let edits = REPAIRER.repair(&clean).edits;
    println!("{} edits in {} clean words", edits.len(), clean.split_whitespace().count());
    assert!(edits.is_empty(), "{edits:?}");
}
