//! The lists under `dictionaries/`: what is embedded is what the text says, and every list keeps to its rules.
//!
//! The lists are edited by hand and by program, thousands of lines at a time. Nobody reads all of that in a review; these
//! tests do, and name the lines that break a rule.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use degarble::dictionary::{
    Expansion, Inflections, Row, Sources, Table, TableKind, WideWords, Word, compile, expand, known_words, normalise,
    parse_confusions, parse_marks, parse_observed, parse_table, parse_vocabulary, write_confusions, write_marks, write_observed,
    write_vocabulary,
};

/// What the registry's limit on the size of a package leaves for table and model together.
const LARGEST_EMBEDDED: usize = 8 << 20;

/// The table's share of that.
const LARGEST_TABLE: usize = 3 << 20;

/// The lists with substitutions.
const TABLES: [(&str, TableKind); 3] =
    [("substitutions.tsv", TableKind::Words), ("phrases.tsv", TableKind::Phrases), ("fallback.tsv", TableKind::Words)];

/// Everything the lists say, read as the build reads it.
struct Lists {
    vocabulary: Vec<Word>,
    expansion: Expansion,
}

static LISTS: LazyLock<Lists> = LazyLock::new(|| {
    let vocabulary = parse_vocabulary(&text("vocabulary.tsv"), &path("vocabulary.tsv")).unwrap();
    let inflections = Inflections::parse(&text("inflections.tsv"), &path("inflections.tsv")).unwrap();
    let known = known_words(vocabulary.iter().map(|w| w.word.as_str()));
    let mut written = rows("substitutions.tsv", TableKind::Words);
    written.extend(rows("phrases.tsv", TableKind::Phrases));
    let observed = parse_observed(&text("observed.tsv"), &path("observed.tsv")).unwrap();
    let fallback = rows("fallback.tsv", TableKind::Words);
    let sources = Sources { rows: &written, fallback: &fallback, observed: Some(&observed), inflections: &inflections };
    let expansion = expand(sources, &known).without_rare_pairs().with_leanings(&observed, &vocabulary);
    drop(known);
    Lists { vocabulary, expansion }
});

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("dictionaries").join(name)
}

fn text(name: &str) -> String {
    std::fs::read_to_string(path(name)).unwrap()
}

fn rows(name: &str, kind: TableKind) -> Vec<Row> {
    parse_table(&text(name), kind, Path::new(name)).unwrap()
}

/// Fails with what breaks the rule, a screenful of it at most.
fn assert_none(rule: &str, offenders: &[impl Display]) {
    let shown: Vec<String> = offenders.iter().take(100).map(|o| format!("  {o}")).collect();
    assert!(offenders.is_empty(), "{rule}; {} break it:\n{}", offenders.len(), shown.join("\n"));
}

/// A pair as the compiled table holds it: spun form, original, logarithm of the weight in 1024ths, style.
type Pair = (String, String, i32, u8);

#[test]
fn the_embedded_table_is_what_the_text_says() {
    let embedded = Table::embedded();
    let Expansion { pairs, kept, leanings } = &LISTS.expansion;

    let originals: Vec<&str> = (0..embedded.originals() as u32).map(|id| embedded.original(id)).collect();
    let written: Vec<&str> = kept.keys().map(String::as_str).collect();
    assert!(originals == written, "the originals differ: {} embedded, {} written", originals.len(), written.len());
    for (id, (original, share)) in kept.iter().enumerate() {
        assert_eq!(embedded.original_id(original), Some(id as u32), "{original}");
        assert!((embedded.kept(id as u32) - share).abs() <= 0.5 / 255.0 + 1e-6, "{original} is kept {share} by the text");
        assert!((embedded.leaning(id as u32) - leanings[original]).abs() <= 0.5 / 16.0 + 1e-6, "{original} leans otherwise");
    }

    // Weights are stored in a byte, in steps of a twenty-first of a natural logarithm.
    let scaled = |log: f32| (log * 21.0).round() as i32;
    let mut expected: Vec<Pair> = pairs
        .iter()
        .map(|p| (p.spun.clone(), p.original.clone(), scaled(p.weight.max(1e-9).ln()).max(-255), p.style as u8))
        .collect();
    expected.sort();
    let mut found: Vec<Pair> = Vec::new();
    for spun in pairs.iter().map(|p| p.spun.as_str()).collect::<BTreeSet<_>>() {
        let length = spun.split(' ').count();
        embedded.walk(spun.split(' '), |words, entries| {
            if words == length {
                found.extend(
                    entries.map(|e| (spun.into(), embedded.original(e.original).into(), scaled(e.log_weight), e.style as u8)),
                );
            }
        });
    }
    found.sort();
    let differing: Vec<String> =
        expected.iter().zip(&found).filter(|(e, f)| e != f).map(|(e, f)| format!("{e:?} / {f:?}")).collect();
    assert_none("the text and the embedded table hold the same pairs", &differing);
    assert_eq!(expected.len(), found.len(), "the embedded table holds pairs that the text does not, or the other way round");
}

#[test]
fn the_embedded_table_knows_its_number_of_pairs() {
    assert_eq!(Table::embedded().pairs(), LISTS.expansion.pairs.len());
}

#[test]
fn what_is_embedded_stays_within_its_budget() {
    let table = compile(&LISTS.expansion).len();
    let model = std::fs::metadata(path("calls.model")).unwrap().len() as usize;
    assert!(table <= LARGEST_TABLE, "the compiled table has {table} bytes");
    let words = WideWords::embedded().automaton().as_bytes().len();
    let all = table + model + words;
    assert!(all <= LARGEST_EMBEDDED, "table, model and words have {all} bytes");
}

/// Sorted lists merge and compare well, and a key that comes twice hides one of its lines.
#[test]
fn lists_are_sorted_by_key_and_no_key_comes_twice() {
    for (name, columns) in [
        ("substitutions.tsv", 2),
        ("phrases.tsv", 1),
        ("fallback.tsv", 2),
        ("inflections.tsv", 2),
        ("vocabulary.tsv", 1),
        ("words.txt", 1),
    ] {
        let text = text(name);
        let mut previous: Option<Vec<&str>> = None;
        let mut offenders = Vec::new();
        for (i, line) in text.lines().enumerate().filter(|(_, l)| !l.starts_with('#')) {
            let key: Vec<&str> = line.split('\t').take(columns).collect();
            if previous.as_ref().is_some_and(|p| *p >= key) {
                offenders.push(format!("{name}:{}: {}", i + 1, key.join(" ")));
            }
            previous = Some(key);
        }
        assert_none("keys ascend", &offenders);
    }
}

/// The tables are looked up in lower case with single spaces: anything else would never match.
#[test]
fn rows_are_lower_case_and_single_spaced_and_name_a_replacement_once() {
    let mut offenders = Vec::new();
    for (name, kind) in TABLES {
        for row in rows(name, kind) {
            let mut seen = BTreeSet::new();
            for phrase in std::iter::once(&row.original).chain(row.spun.iter().map(|a| &a.text)) {
                let spaced = phrase.split(' ').any(str::is_empty) || phrase.contains(|c: char| c.is_whitespace() && c != ' ');
                if spaced || phrase.to_lowercase() != *phrase || !seen.insert(phrase) {
                    offenders.push(format!("{name}:{}: `{phrase}` for `{}`", row.line, row.original));
                }
            }
        }
    }
    assert_none("rows are lower-case, single-spaced and without repetitions", &offenders);
}

/// A hyphen is no difference to the tokenizer: such a replacement takes weight from its row and gives no pair.
#[test]
fn no_row_maps_to_itself() {
    let mut offenders = Vec::new();
    for (name, kind) in TABLES {
        for row in rows(name, kind) {
            let original = normalise(&row.original);
            for a in row.spun.iter().filter(|a| normalise(&a.text) == original) {
                offenders.push(format!("{name}:{}: `{}` -> `{}`", row.line, row.original, a.text));
            }
        }
    }
    assert_none("no row maps to itself, as the tokenizer splits it", &offenders);
}

#[test]
fn the_weights_of_an_original_are_a_distribution() {
    let mut sums: BTreeMap<&str, f64> = BTreeMap::new();
    for pair in &LISTS.expansion.pairs {
        assert!(pair.weight > 0.0, "{pair:?}");
        *sums.entry(&pair.original).or_default() += pair.weight as f64;
    }
    let offenders: Vec<String> = sums.iter().filter(|s| *s.1 > 1.0001).map(|(o, s)| format!("{o}: {s}")).collect();
    assert_none("the weights of an original sum to one at most", &offenders);
    let kept = &LISTS.expansion.kept;
    assert!(kept.values().all(|share| *share > 0.0 && *share < 1.0), "nothing is always kept, nothing always swapped");
}

#[test]
fn the_counts_are_as_their_writer_writes_them() {
    let counts = text("observed.tsv");
    let observed = parse_observed(&counts, &path("observed.tsv")).unwrap();
    assert!(counts == write_observed(&observed), "`observed.tsv` changes when written again");
    let forms = observed.iter().flat_map(|(original, o)| std::iter::once(original).chain(o.spun.keys()));
    let offenders: Vec<&String> =
        forms.filter(|f| f.to_lowercase() != **f || normalise(f) != **f || f.contains(|c: char| c.is_ascii_digit())).collect();
    assert_none("counted forms are lower-case, as the tokenizer splits them, and without digits", &offenders);
}

/// The language model judges an original by its words: one it has never seen would never be put back.
#[test]
fn single_word_originals_are_in_the_vocabulary() {
    let known: BTreeSet<&str> = LISTS.vocabulary.iter().map(|w| w.word.as_str()).collect();
    let single = LISTS.expansion.kept.keys().filter(|o| !o.contains(' '));
    let offenders: Vec<&String> = single.filter(|o| !known.contains(o.as_str())).collect();
    assert_none("single-word originals are in the vocabulary", &offenders);
}

#[test]
fn the_vocabulary_is_as_its_writer_writes_it() {
    assert!(text("vocabulary.tsv") == write_vocabulary(&LISTS.vocabulary), "`vocabulary.tsv` changes when written again");
    let capitals: Vec<&String> = LISTS.vocabulary.iter().map(|w| &w.word).filter(|w| w.to_lowercase() != **w).collect();
    assert_none("words of the vocabulary are lower-case", &capitals);
}

#[test]
fn listed_inflections_are_whole_lower_case_words() {
    let text = text("inflections.tsv");
    Inflections::parse(&text, &path("inflections.tsv")).unwrap();
    let lines = text.lines().enumerate().filter(|(_, l)| !l.starts_with('#'));
    let odd = lines.filter(|(_, l)| l.split(['\t', ' ']).any(str::is_empty) || l.to_lowercase() != **l);
    let offenders: Vec<String> = odd.map(|(i, line)| format!("inflections.tsv:{}: {line}", i + 1)).collect();
    assert_none("inflections are lower-case words with single spaces between them", &offenders);
}

#[test]
fn the_tables_of_ocr_are_as_their_writers_write_them() {
    for name in ["confusions.tsv", "confusions-ocrad.tsv", "confusions-gocr.tsv", "confusions-papers.tsv"] {
        let confusions = text(name);
        let rows = parse_confusions(&confusions, &path(name)).unwrap();
        assert!(confusions == write_confusions(&rows), "`{name}` changes when written again");
    }
    let marks = text("marks.tsv");
    let rows = parse_marks(&marks, &path("marks.tsv")).unwrap();
    assert!(marks == write_marks(&rows), "`marks.tsv` changes when written again");
}

#[test]
fn the_wide_list_is_lower_case_and_adds_to_the_vocabulary() {
    let known: BTreeSet<&str> = LISTS.vocabulary.iter().map(|w| w.word.as_str()).collect();
    let text = text("words.txt");
    let odd = |w: &&str| known.contains(w) || !w.bytes().all(|b| b.is_ascii_lowercase());
    let offenders: Vec<&str> = text.lines().filter(odd).collect();
    assert_none("words are lower-case and not in the vocabulary", &offenders);
    let embedded = WideWords::embedded();
    assert!(text.lines().all(|w| embedded.contains(w, &|_| false)) && embedded.automaton().len() == text.lines().count());
}
