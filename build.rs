//! Compiles the text dictionaries to their finite-state form, with the very code that the library uses at run time.
#![allow(dead_code, missing_docs)]

use std::error::Error;
use std::path::Path;

#[path = "src/dictionary/compile.rs"]
mod compile;
#[path = "src/dictionary/contraction.rs"]
mod contraction;
#[path = "src/dictionary/error.rs"]
mod error;
#[path = "src/dictionary/inflect.rs"]
mod inflect;
#[path = "src/dictionary/leaning.rs"]
mod leaning;
#[path = "src/dictionary/lines.rs"]
mod lines;
#[path = "src/dictionary/observed.rs"]
mod observed;
#[path = "src/dictionary/source.rs"]
mod source;
#[path = "src/dictionary/spread.rs"]
mod spread;
#[path = "src/dictionary/vocabulary.rs"]
mod vocabulary;

use error::DictionaryError;
use inflect::{Inflections, PartOfSpeech};
use source::{TableKind, parse_table};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=dictionaries");
    println!("cargo::rerun-if-changed=src/dictionary");
    println!("cargo::rerun-if-changed=build.rs");
    let folder = Path::new("dictionaries");
    let read = |name: &str| {
        let path = folder.join(name);
        std::fs::read_to_string(&path).map(|text| (text, path)).map_err(|e| format!("dictionaries/{name}: {e}"))
    };
    let (text, path) = read("vocabulary.tsv")?;
    let vocabulary = vocabulary::parse_vocabulary(&text, &path)?;
    let (text, path) = read("inflections.tsv")?;
    let inflections = Inflections::parse(&text, &path)?;
    let mut rows = Vec::new();
    for (name, kind) in [("substitutions.tsv", TableKind::Words), ("phrases.tsv", TableKind::Phrases)] {
        let (text, path) = read(name)?;
        rows.extend(parse_table(&text, kind, &path)?);
    }
    let (text, path) = read("fallback.tsv")?;
    let fallback = parse_table(&text, TableKind::Words, &path)?;
    let (text, path) = read("observed.tsv")?;
    let observed = observed::parse_observed(&text, &path)?;
    let (text, _) = read("words.txt")?;
    let words =
        fst::Set::from_iter(text.lines().filter(|w| !w.starts_with('#'))).map_err(|e| format!("dictionaries/words.txt: {e}"))?;
    std::fs::write(Path::new(&std::env::var("OUT_DIR")?).join("words.fst"), words.into_fst().into_inner())?;
    let known = compile::known_words(vocabulary.iter().map(|w| w.word.as_str()));
    let sources = compile::Sources { rows: &rows, fallback: &fallback, observed: Some(&observed), inflections: &inflections };
    let expansion = compile::expand(sources, &known).without_rare_pairs().with_leanings(&observed, &vocabulary);
    let compiled = compile::compile(&expansion);
    std::fs::write(Path::new(&std::env::var("OUT_DIR")?).join("substitutions.bin"), compiled)?;
    Ok(())
}
