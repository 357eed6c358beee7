//! Look-ups in the dictionary: what may a stretch of words have been, and how often is a word left alone. Elements are words
//! looked up.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion};
use degarble::dictionary::Table;

use crate::texts::{per_second, sweep};
use crate::tokenizer::words;

/// Longest phrase of the table, in words.
const LONGEST: usize = 5;

pub fn benches(c: &mut Criterion) {
    let table = Table::embedded();
    let mut group = c.benchmark_group("dictionary");
    for page in sweep() {
        let lines = words(&page.text);
        group.throughput(per_second(&page.text, lines.iter().map(Vec::len).sum()));
        group.bench_with_input(BenchmarkId::new("walk", page.name), &lines, |b, lines| {
            b.iter(|| {
                let mut found = 0;
                for line in lines {
                    for at in 0..line.len() {
                        let window = line[at..line.len().min(at + LONGEST)].iter().map(String::as_str);
                        table.walk(black_box(window), |_, entries| found += entries.count());
                    }
                }
                found
            });
        });
        group.bench_with_input(BenchmarkId::new("original", page.name), &lines, |b, lines| {
            b.iter(|| lines.iter().flatten().filter(|w| table.original_id(black_box(w)).is_some()).count());
        });
    }
    group.finish();
}
