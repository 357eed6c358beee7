//! What a packed model says of a text, so that another implementation can be asked the same: `scorer MODEL TEXT OUT`.
//!
//! OUT gets a line a sentence: its symbols as exported models name them, a tab, and their base-10 log-probabilities; the last symbol is
//! the end of the sentence. Standard output says how many symbols there are and the best time of several for scoring them all.

use std::error::Error;
use std::fmt::Write as _;
use std::hint::black_box;
use std::time::{Duration, Instant};

use degarble::language_model::{Model, Symbol, WordId, symbol_of};
use degarble::text::{Token, fold_into, tokenize};

/// Times that the text is scored; the fastest counts.
const ROUNDS: usize = 7;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [model, text, out] = arguments.as_slice() else { return Err("usage: scorer MODEL TEXT OUT".into()) };
    let model = Model::open(model)?;
    let mut names: Vec<String> = Symbol::NAMES.iter().map(|name| (*name).to_owned()).collect();
    names.resize(model.symbols(), String::new());
    let mut sentences: Vec<Vec<WordId>> = Vec::new();
    for line in std::fs::read_to_string(text)?.lines() {
        read(&model, line, &mut names, &mut sentences);
    }
    std::fs::write(out, scores(&model, &names, &sentences))?;
    let symbols: usize = sentences.iter().map(Vec::len).sum();
    println!("{symbols} {}", fastest(&model, &sentences).as_secs_f64());
    Ok(())
}

/// Adds the sentences of a line, each up to its end, as training cuts them; learns the names of the words on the way.
fn read(model: &Model, line: &str, names: &mut [String], sentences: &mut Vec<Vec<WordId>>) {
    let mut tokens: Vec<Token> = Vec::new();
    tokenize(line.as_bytes(), &mut tokens);
    let mut sentence = Vec::new();
    for token in tokens {
        let bytes = &line.as_bytes()[token.range()];
        let mut folded = String::new();
        fold_into(bytes, &mut folded);
        let Some(symbol) = symbol_of(token.kind, bytes, || model.word(&folded)) else { continue };
        if symbol >= Symbol::FIRST_WORD {
            names[symbol as usize] = folded;
        }
        if symbol != Symbol::END {
            sentence.push(symbol);
        } else if !sentence.is_empty() {
            sentence.push(symbol);
            sentences.push(std::mem::take(&mut sentence));
        }
    }
    if !sentence.is_empty() {
        sentence.push(Symbol::END);
        sentences.push(sentence);
    }
}

fn scores(model: &Model, names: &[String], sentences: &[Vec<WordId>]) -> String {
    let mut out = String::new();
    for sentence in sentences {
        let words: Vec<&str> = sentence.iter().map(|symbol| names[*symbol as usize].as_str()).collect();
        out.push_str(&words.join(" "));
        let mut state = model.start();
        for (i, symbol) in sentence.iter().enumerate() {
            let (score, next) = model.score(&state, *symbol);
            state = next;
            let separator = if i == 0 { '\t' } else { ' ' };
            write!(out, "{separator}{:.6}", score / std::f32::consts::LN_10).expect("a string takes all");
        }
        out.push('\n');
    }
    out
}

fn fastest(model: &Model, sentences: &[Vec<WordId>]) -> Duration {
    let once = || {
        let begun = Instant::now();
        let mut total = 0.0;
        for sentence in sentences {
            let mut state = model.start();
            for symbol in sentence {
                let (score, next) = model.score(&state, *symbol);
                total += score;
                state = next;
            }
        }
        black_box(total);
        begun.elapsed()
    };
    (0..ROUNDS).map(|_| once()).min().expect("at least one round")
}
