//! Speed of the parts and of the whole, in bytes of text a second.
//!
//! Pages are made from the sample under `tests/pages`: of each line either the spun or the original form is taken, so that
//! the share of spun lines is what it says. Filters mostly read clean text, which is why clean pages are measured as well.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, SamplingMode, Throughput, criterion_group, criterion_main};
use degarble::Repairer;
use degarble::dictionary::Table;
use degarble::language_model::{Model, WordId, symbol_of};
use degarble::text::{Kind, Token, fold_into, tokenize};
use rayon::ThreadPoolBuilder;

const SPUN: &str = include_str!("../tests/pages/sample.spun.txt");
const ORIGINAL: &str = include_str!("../tests/pages/sample.original.txt");

/// The sample is short for a call; this many of it make a page of the usual length.
const COPIES: usize = 4;

/// Longest phrase of the table, in words.
const LONGEST: usize = 5;

/// A page whose lines are spun with a probability of `percent` in a hundred.
fn page(percent: u64) -> String {
    // Xorshift: the same page on every run, and no dependency for a few numbers.
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut out = String::new();
    for _ in 0..COPIES {
        for (spun, original) in SPUN.lines().zip(ORIGINAL.lines()) {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            out.push_str(if state % 100 < percent { spun } else { original });
            out.push('\n');
        }
    }
    out
}

fn throughput(text: &str) -> Throughput {
    Throughput::Bytes(text.len() as u64)
}

fn tokenizer(c: &mut Criterion) {
    let mut group = c.benchmark_group("tokenizer");
    let text = page(33);
    group.throughput(throughput(&text));
    let mut tokens = Vec::new();
    group.bench_function("lines", |b| {
        b.iter(|| {
            let mut count = 0;
            for line in text.lines() {
                tokenize(black_box(line.as_bytes()), &mut tokens);
                count += tokens.len();
            }
            count
        });
    });
    group.finish();
}

/// The lower-case words of each line: what the dictionary is asked for.
fn words(text: &str) -> Vec<Vec<String>> {
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

fn dictionary(c: &mut Criterion) {
    let mut group = c.benchmark_group("dictionary");
    let text = page(33);
    let lines = words(&text);
    let table = Table::embedded();
    group.throughput(throughput(&text));
    group.bench_function("walk", |b| {
        b.iter(|| {
            let mut found = 0;
            for line in &lines {
                for at in 0..line.len() {
                    let window = line[at..line.len().min(at + LONGEST)].iter().map(String::as_str);
                    table.walk(black_box(window), |_, entries| found += entries.count());
                }
            }
            found
        });
    });
    group.bench_function("original", |b| {
        b.iter(|| lines.iter().flatten().filter(|w| table.original_id(black_box(w)).is_some()).count());
    });
    group.finish();
}

/// The symbols of each line, as the language model reads them.
fn symbols(model: &Model, text: &str) -> Vec<Vec<WordId>> {
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
            tokens.iter().filter(|t| t.kind != Kind::Transparent).filter_map(symbol).collect()
        })
        .collect()
}

fn language_model(c: &mut Criterion) {
    let mut group = c.benchmark_group("language model");
    let model = Model::embedded();
    // Garbled text backs off, clean text finds its n-grams: the costs differ.
    for (name, percent) in [("clean", 0), ("spun", 100)] {
        let text = page(percent);
        let lines = symbols(&model, &text);
        group.throughput(throughput(&text));
        group.bench_with_input(BenchmarkId::new("score", name), &lines, |b, lines| {
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

fn pages(c: &mut Criterion) {
    let repairer = Repairer::new();
    let all = std::thread::available_parallelism().map_or(1, |n| n.get());
    let pages = [("clean", page(0)), ("spun 5 %", page(5)), ("spun 33 %", page(33)), ("spun", page(100))];
    for (name, threads) in [("page, 1 thread", 1), ("page, all threads", all)] {
        let pool = ThreadPoolBuilder::new().num_threads(threads).build().expect("threads to measure with");
        let mut group = c.benchmark_group(name);
        // A page takes long enough that sampling it ever more often tells nothing new.
        group.sampling_mode(SamplingMode::Flat).sample_size(20);
        for (name, text) in &pages {
            group.throughput(throughput(text));
            group.bench_with_input(BenchmarkId::from_parameter(name), text, |b, text| {
                b.iter(|| pool.install(|| repairer.repair(black_box(text)).edits.len()));
            });
        }
        group.finish();
    }
}

/// What a program pays once: the embedded parts are read in place, so this must stay small.
fn setup(c: &mut Criterion) {
    c.benchmark_group("setup").sample_size(20).bench_function("repairer", |b| b.iter(Repairer::new));
}

criterion_group!(benches, tokenizer, dictionary, language_model, pages, setup);
criterion_main!(benches);
