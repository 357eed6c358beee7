//! Cutting lines into tokens.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion};
use degarble::text::{Token, fold_into, tokenize};

use crate::texts::sweep;

pub fn benches(c: &mut Criterion) {
    let mut group = c.benchmark_group("tokenizer");
    let mut tokens = Vec::new();
    for page in sweep() {
        group.throughput(page.throughput());
        group.bench_with_input(BenchmarkId::from_parameter(page.name), &page.text, |b, text| {
            b.iter(|| {
                let mut count = 0;
                for line in text.lines() {
                    tokenize(black_box(line.as_bytes()), &mut tokens);
                    count += tokens.len();
                }
                count
            });
        });
    }
    group.finish();
}

/// The lower-case words of each line: what dictionary and vocabulary are asked for.
pub fn words(text: &str) -> Vec<Vec<String>> {
    let mut tokens: Vec<Token> = Vec::new();
    text.lines()
        .map(|line| {
            tokenize(line.as_bytes(), &mut tokens);
            let words = tokens.iter().filter(|t| t.is_wordlike());
            words
                .map(|t| {
                    let mut folded = String::new();
                    fold_into(&line.as_bytes()[t.range()], &mut folded);
                    folded
                })
                .collect()
        })
        .collect()
}
