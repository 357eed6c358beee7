//! Building lattices and decoding them, sentence by sentence, under the profile of a document that has told nothing yet. Of
//! readings of OCR there is nothing here: the builder of those is fed by the page as a whole, see `pages`.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion};
use degarble::candidates::{Lattice, LatticeBuilder, Observed, Resources, WordLookup, Worth};
use degarble::channel::{Channel, Profile, Weights};
use degarble::decoder::{Beam, Decoded, Decoder, weigh, worth_of_words};
use degarble::dictionary::Table;
use degarble::language_model::{Model, Symbol, symbol_of};
use degarble::text::{Casing, Kind, Token, fold_into, tokenize};

use crate::texts::sweep;

/// A sentence as the lattice sees it.
#[derive(Default)]
struct Sentence {
    folded: String,
    tokens: Vec<Observed>,
}

pub fn benches(c: &mut Criterion) {
    let (model, table, weights) = (Model::embedded(), Table::embedded(), Weights::default());
    let profile = Profile::prior(&weights);
    let words = model.clone();
    let word: Box<WordLookup> = Box::new(move |w: &str| words.word(w).filter(|id| *id >= Symbol::FIRST_WORD));
    let resources = Resources { table: &table, word: &*word, name: Symbol::NAME };
    let channel = Channel { table: &table, weights: &weights, profile: &profile };
    let worth = Worth {
        channel: &|arc, halves| weigh(arc, halves, 0.0, &channel),
        words: &|arc, words| worth_of_words(arc, words, &weights, &model),
    };
    for page in sweep() {
        let sentences = sentences(&model, &table, &page.text);
        let mut builder = LatticeBuilder::default();
        let mut build = |sentence: &Sentence, lattice: &mut Lattice| {
            builder.build(resources, worth, &sentence.folded, &sentence.tokens, lattice);
        };
        let mut group = c.benchmark_group("lattice");
        group.throughput(page.throughput());
        group.bench_function(BenchmarkId::new("build", page.name), |b| {
            let mut lattice = Lattice::default();
            b.iter(|| {
                sentences.iter().fold(0, |arcs, sentence| {
                    build(black_box(sentence), &mut lattice);
                    arcs + lattice.arcs().len()
                })
            });
        });
        let lattices: Vec<Lattice> = sentences
            .iter()
            .map(|sentence| {
                let mut lattice = Lattice::default();
                build(sentence, &mut lattice);
                lattice
            })
            .collect();
        group.bench_function(BenchmarkId::new("decode", page.name), |b| {
            let (mut decoder, mut decoded) = (Decoder::default(), Decoded::default());
            b.iter(|| {
                for lattice in &lattices {
                    decoder.decode(black_box(lattice), &channel, &model, false, Beam::SPUN, &mut decoded);
                }
                decoded.total
            });
        });
        group.finish();
    }
}

/// The sentences of a text, cut as documents are and with nothing protected but by kind.
fn sentences(model: &Model, table: &Table, text: &str) -> Vec<Sentence> {
    let mut out = Vec::new();
    let mut tokens: Vec<Token> = Vec::new();
    for line in text.lines() {
        tokenize(line.as_bytes(), &mut tokens);
        for part in tokens.split_inclusive(|t| t.kind == Kind::SentenceEnd) {
            let sentence = sentence(model, table, line, part);
            if sentence.tokens.iter().any(|t| t.kind == Kind::Word) {
                out.push(sentence);
            }
        }
    }
    out
}

fn sentence(model: &Model, table: &Table, line: &str, tokens: &[Token]) -> Sentence {
    let mut out = Sentence::default();
    let (mut joins, mut hyphen) = (true, false);
    for token in tokens {
        let bytes = &line.as_bytes()[token.range()];
        let start = out.folded.len();
        fold_into(bytes, &mut out.folded);
        let text = &out.folded[start..];
        let word = || model.word(text);
        let Some(symbol) = symbol_of(token.kind, bytes, word) else {
            out.folded.truncate(start);
            let hyphenlike = matches!(bytes, b"-" | b"/");
            joins &= hyphenlike;
            hyphen |= hyphenlike;
            continue;
        };
        out.tokens.push(Observed {
            folded: start..out.folded.len(),
            symbol,
            unknown: matches!(symbol, Symbol::UNKNOWN | Symbol::NAME),
            kind: token.kind,
            protected: false,
            joins,
            hyphen,
            original: table.original_id(text),
            spun: table.spun(text),
            capital: token.kind == Kind::Word && !out.tokens.is_empty() && Casing::of(bytes) != Casing::Lower,
        });
        (joins, hyphen) = (true, false);
    }
    out
}
