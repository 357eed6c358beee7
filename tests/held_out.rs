//! What a gap in the table costs: clean paragraphs are spun with the whole table and repaired with one that lacks a fifth of it.
//!
//! `cargo test --release --test held_out -- --nocapture` prints the figures. The paragraphs stand beside the repository; on a
//! machine without them there is nothing to measure and the test says so.
#![allow(clippy::print_stdout)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use degarble::dictionary::{
    Expansion, Inflections, Sources, Table, TableKind, compile, expand, known_words, parse_observed, parse_table,
    parse_vocabulary,
};
use degarble::language_model::Model;
use degarble::repair::Score;
use degarble::text::{Kind, carry_casing, fold_into, tokenize};
use degarble::{Options, Repairer};

/// Everything the lists say, as the build reads them.
fn whole_table() -> Expansion {
    let path = |name: &str| Path::new(env!("CARGO_MANIFEST_DIR")).join("dictionaries").join(name);
    let text = |name: &str| std::fs::read_to_string(path(name)).unwrap();
    let table = |name: &str, kind| parse_table(&text(name), kind, &path(name)).unwrap();
    let vocabulary = parse_vocabulary(&text("vocabulary.tsv"), &path("vocabulary.tsv")).unwrap();
    let inflections = Inflections::parse(&text("inflections.tsv"), &path("inflections.tsv")).unwrap();
    let observed = parse_observed(&text("observed.tsv"), &path("observed.tsv")).unwrap();
    let mut rows = table("substitutions.tsv", TableKind::Words);
    rows.extend(table("phrases.tsv", TableKind::Phrases));
    let fallback = table("fallback.tsv", TableKind::Words);
    let known = known_words(vocabulary.iter().map(|w| w.word.as_str()));
    expand(Sources { rows: &rows, fallback: &fallback, observed: Some(&observed), inflections: &inflections }, &known)
        .without_rare_pairs()
        .with_leanings(&observed, &vocabulary)
}

/// Numbers from 0 to 1 that look drawn, the same for the same text: FNV-1a, then a mixing step.
fn drawn(seed: u64, text: &str) -> f32 {
    let mut h = text.bytes().fold(0xcbf2_9ce4_8422_2325 ^ seed, |h, b| (h ^ b as u64).wrapping_mul(0x100_0000_01b3));
    h = (h ^ (h >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93);
    ((h ^ (h >> 32)) >> 40) as f32 / (1u64 << 24) as f32
}

/// Swaps single words as the table says a spinner does: one favourite a word and page, each occurrence swapped or kept by itself.
fn spin(page: &str, seed: u64, swaps: &BTreeMap<&str, Vec<(&str, f32)>>, kept: &BTreeMap<String, f32>) -> String {
    let mut out = String::new();
    for (number, line) in page.lines().enumerate() {
        let mut tokens = Vec::new();
        tokenize(line.as_bytes(), &mut tokens);
        let mut at = 0;
        for t in tokens.iter().filter(|t| t.kind == Kind::Word) {
            let word = &line[t.range()];
            let mut folded = String::new();
            fold_into(word.as_bytes(), &mut folded);
            let Some(forms) = swaps.get(folded.as_str()).filter(|_| word.chars().skip(1).all(char::is_lowercase)) else {
                continue;
            };
            if drawn(seed + 7 * number as u64 + t.start as u64, &folded) < kept[&folded] {
                continue;
            }
            let mut left = drawn(seed, &folded) * forms.iter().map(|f| f.1).sum::<f32>();
            let chosen = forms.iter().find(|f| {
                left -= f.1;
                left <= 0.0
            });
            out.push_str(&line[at..t.start as usize]);
            out.push_str(&carry_casing(&[word], chosen.unwrap_or(&forms[0]).0));
            at = t.end as usize;
        }
        out.push_str(&line[at..]);
        out.push('\n');
    }
    out
}

#[test]
fn a_fifth_of_the_originals_held_out() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/eval/ocr/tesseract-dev.gold.txt");
    let Ok(clean) = std::fs::read_to_string(&path) else {
        println!("not here, nothing measured: {}", path.display());
        return;
    };
    let whole = whole_table();
    let mut swaps: BTreeMap<&str, Vec<(&str, f32)>> = BTreeMap::new();
    for p in whole.pairs.iter().filter(|p| !p.original.contains(' ')) {
        swaps.entry(&p.original).or_default().push((&p.spun, p.weight));
    }
    let mut gapped = Expansion { pairs: Vec::new(), kept: whole.kept.clone(), leanings: whole.leanings.clone() };
    gapped.pairs.extend(whole.pairs.iter().filter(|p| drawn(1, &p.original) >= 0.2).cloned());
    let lines: Vec<&str> = clean.lines().collect();
    let mut recalls = Vec::new();
    for (name, expansion) in [("whole", &whole), ("gapped", &gapped)] {
        let table = Table::from_bytes(compile(expansion)).unwrap();
        let repairer = Repairer::with_parts(Options::default(), Model::embedded(), table);
        let mut score = Score::default();
        // Thirty paragraphs are about a call: a page.
        for (seed, page) in lines.chunks(30).map(|c| c.join("\n") + "\n").enumerate() {
            let spun = spin(&page, 1000 * seed as u64, &swaps, &whole.kept);
            score += Score::of(&spun, &repairer.repair(&spun).text(), &page);
        }
        let (p, r, f) = (score.precision(), score.recall(), score.f_half());
        println!("{name} table: {} edits wanted, precision {p:.3}, recall {r:.3}, F0.5 {f:.3}", score.wanted);
        recalls.push(r);
    }
    assert!(recalls[0] > 0.7 && recalls[1] < recalls[0] - 0.05, "{recalls:?}");
}
