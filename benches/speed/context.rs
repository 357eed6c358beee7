//! The context model: the words of a page summed up line by line, and each word judged beside two others. Elements are words.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion};
use degarble::context::{Candidate, ContextModel};
use degarble::language_model::Model;

use crate::language_model::symbols;
use crate::texts::{per_second, sweep};

pub fn benches(c: &mut Criterion) {
    let (language, model) = (Model::embedded(), ContextModel::embedded());
    let others = ["income", "revenue"].map(|w| language.word(w).unwrap_or_default());
    let mut group = c.benchmark_group("context");
    for page in sweep() {
        let lines = symbols(&language, &page.text);
        let words = lines.concat();
        group.throughput(per_second(&page.text, words.len()));
        group.bench_with_input(BenchmarkId::new("judge", page.name), &lines, |b, lines| {
            b.iter(|| {
                let (mut from, mut kept, mut judged) = (0, 0.0, Vec::new());
                for line in lines {
                    let sums = model.sums(&words, from..from + line.len());
                    for (at, word) in line.iter().enumerate() {
                        let swap = |other| Candidate::new(&[other], 0.2, false);
                        let candidates = [Candidate::new(&[*word], 0.6, true), swap(others[0]), swap(others[1])];
                        model.judge(&sums, from + at..from + at + 1, black_box(&candidates), &mut judged);
                        kept += judged[0];
                    }
                    from += line.len();
                }
                kept
            });
        });
    }
    group.finish();
}
