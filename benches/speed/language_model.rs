//! Look-ups in the language model: the number of a word, and the probability of a symbol after its context. Elements are look-ups.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion};
use degarble::language_model::{Model, WordId, symbol_of};
use degarble::text::{Token, fold_into, tokenize};

use crate::texts::{per_second, sweep};
use crate::tokenizer::words;

pub fn benches(c: &mut Criterion) {
    let model = Model::embedded();
    let mut group = c.benchmark_group("language_model");
    for page in sweep() {
        let lines = words(&page.text);
        group.throughput(per_second(&page.text, lines.iter().map(Vec::len).sum()));
        group.bench_with_input(BenchmarkId::new("word", page.name), &lines, |b, lines| {
            b.iter(|| lines.iter().flatten().filter(|w| model.word(black_box(w)).is_some()).count());
        });
        // Garbled text backs off, clean text finds its n-grams: the costs differ.
        let lines = symbols(&model, &page.text);
        group.throughput(per_second(&page.text, lines.iter().map(Vec::len).sum()));
        group.bench_with_input(BenchmarkId::new("score", page.name), &lines, |b, lines| {
            b.iter(|| {
                let mut total = 0.0;
                for line in lines {
                    let mut state = model.start();
                    for symbol in line {
                        let (score, next) = model.score(&state, black_box(*symbol));
                        total += score;
                        state = next;
                    }
                }
                total
            });
        });
    }
    group.finish();
}

/// The symbols of each line, as the language model reads them.
pub fn symbols(model: &Model, text: &str) -> Vec<Vec<WordId>> {
    let mut tokens: Vec<Token> = Vec::new();
    let mut folded = String::new();
    text.lines()
        .map(|line| {
            tokenize(line.as_bytes(), &mut tokens);
            let symbol = |t: &Token| {
                let bytes = &line.as_bytes()[t.range()];
                folded.clear();
                fold_into(bytes, &mut folded);
                symbol_of(t.kind, bytes, || model.word(&folded))
            };
            tokens.iter().filter_map(symbol).collect()
        })
        .collect()
}
