//! Speed of the parts and of the whole: `cargo bench`, or `cargo bench language_model` for one part.
//!
//! Under `thrpt` each bench says words a second (of the dictionary and the language model: look-ups) and then bytes a second. One
//! program for all, so that the library is linked once.

mod context;
mod dictionary;
mod language_model;
mod lattice;
mod pages;
mod texts;
mod tokenizer;

use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};

/// Short: there are some fifty of them, and what is compared differs by more than a longer run would settle.
fn settings() -> Criterion {
    Criterion::default().warm_up_time(Duration::from_millis(500)).measurement_time(Duration::from_secs(2)).sample_size(30)
}

criterion_group! {
    name = benches;
    config = settings();
    targets = tokenizer::benches, dictionary::benches, language_model::benches, context::benches, lattice::benches, pages::benches
}
criterion_main!(benches);
