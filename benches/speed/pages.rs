//! Whole pages, on one thread and on all; a long clean text; and what a program pays once.

use std::hint::black_box;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, SamplingMode};
use degarble::Repairer;
use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::texts::{long_clean, sweep};

/// Bytes of the long text: many blocks of the filter.
const LONG: usize = 2 << 20;

/// What the filter hands to a repairer at a time, about.
const BLOCK: usize = 256 << 10;

pub fn benches(c: &mut Criterion) {
    let repairer = Repairer::new();
    let all = std::thread::available_parallelism().map_or(1, |n| n.get());
    let pages = sweep();
    let long = long_clean(LONG);
    for (name, threads) in [("page, 1 thread", 1), ("page, all threads", all)] {
        let pool = ThreadPoolBuilder::new().num_threads(threads).build().expect("threads to measure with");
        let mut group = c.benchmark_group(name);
        // A page takes long enough that sampling it ever more often tells nothing new.
        group.sampling_mode(SamplingMode::Flat).sample_size(15);
        for page in &pages {
            group.throughput(page.throughput());
            group.bench_with_input(BenchmarkId::from_parameter(page.name), &page.text, |b, text| {
                b.iter(|| pool.install(|| repairer.repair(black_box(text)).edits.len()));
            });
        }
        group.sample_size(10).warm_up_time(Duration::from_millis(1));
        group.throughput(long.throughput());
        group.bench_with_input(BenchmarkId::from_parameter(long.name), &long.text, |b, text| {
            b.iter(|| in_blocks(&pool, &repairer, black_box(text)));
        });
        group.finish();
    }
    // The embedded parts are read in place, so this must stay small.
    c.benchmark_group("setup").sample_size(20).bench_function("repairer", |b| b.iter(Repairer::new));
}

/// Repairs a text block by block, cut at line ends, as the filter does; returns the number of edits.
fn in_blocks(pool: &ThreadPool, repairer: &Repairer, text: &str) -> usize {
    let (mut edits, mut rest) = (0, text);
    while !rest.is_empty() {
        let (block, after) =
            rest.split_at(rest.as_bytes()[..BLOCK.min(rest.len())].iter().rposition(|b| *b == b'\n').unwrap() + 1);
        edits += pool.install(|| repairer.repair(block).edits.len());
        rest = after;
    }
    edits
}
