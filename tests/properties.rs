//! What holds for every input: lossless edits, protected tokens, one result whatever the threads, no panics.
//!
//! Pages are put together from pieces of the sample page and of everything that breaks text tools: odd line ends, NUL,
//! bytes that are not UTF-8, words of a thousand letters. `PROPTEST_CASES` sets how many pages each property sees.

use std::sync::LazyLock;

use degarble::{Edit, EditKind, Repairer};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree;
use proptest::test_runner::{FileFailurePersistence, TestRunner};
use rayon::{ThreadPool, ThreadPoolBuilder};
use regex::bytes::Regex;

const SPUN: &str = include_str!("pages/sample.spun.txt");
const CLEAN: &str = include_str!("pages/sample.original.txt");

/// Making a repairer reads the whole model: once is enough for all pages.
static REPAIRER: LazyLock<Repairer> = LazyLock::new(Repairer::new);

/// Stretches of the spun page, each of a few words, that are garbled in nearly every page, and what scanners and decoders do.
const GARBLED: [&str; 20] = [
    "Motley Idiot",
    "the earnings convention name",
    "Web revenue was",
    "free money stream",
    "foundation factors",
    "a ten per cent enhance",
    "chief monetary officer",
    "second-quarter web curiosity revenue",
    "immediately's remarks",
    "an progress",
    "MOTLEY IDIOT",
    "quarterlyearnings",
    "tlie eamings ofthe quarter",
    "| think : it's _ fi'om",
    "‘our (:ompul;~tion ~",
    "govem- ment retum",
    "companyâ€™s R&amp;D &#39;",
    "didn?t ?growth? reve\u{AD}nue",
    "$l2.5 l0% 2O21",
    ". , ; ~ ae ee",
];

/// Names and terms that look like words to a spinner and like nothing to a vocabulary.
const NAMES: [&str; 10] = [
    "Rita Oyelaran",
    "O’Brien",
    "van der Meer",
    "Harlan Valley Bancorp",
    "Joanne",
    "iPhone",
    "GAAP",
    "EBITDA",
    "U.S.",
    "Dr. Çelik-Ångström",
];

/// Addresses of every protected kind; words in them have rows in the table.
const ADDRESSES: [&str; 8] = [
    "https://ir.example.com/web-revenue/name.html?stock=progress&name=1",
    "http://example.org/convention/name",
    "investor.name@web.example.org",
    "progress+inventory@example.co.uk",
    "(NYSE: HVBK)",
    "(NASDAQ: NAME)",
    "(NASDAQ:WEB)",
    "web-revenue.pdf",
];

/// Bytes that text tools stumble over: NUL, a lone lead byte, a lone tail byte, a surrogate, an overlong slash, half a
/// character, a byte order mark, joiners, right-to-left marks, a separator of lines that is none, combining marks.
const ODD: [&[u8]; 14] = [
    b"\0",
    b"\xC3",
    b"\x80",
    b"\xED\xA0\x80",
    b"\xC0\xAF",
    b"\xE2\x80",
    b"\xFF\xFE",
    "\u{FEFF}".as_bytes(),
    "\u{200D}\u{200B}".as_bytes(),
    "\u{202E}".as_bytes(),
    "\u{2028}".as_bytes(),
    "e\u{301}\u{308}".as_bytes(),
    "İıſßŒÆ".as_bytes(),
    "٣５²Ⅷ".as_bytes(),
];

/// What stands between two pieces, line ends of all kinds included.
const SEPARATORS: [&[u8]; 12] = [b" ", b" ", b" ", b" ", b"  ", b"\t", b"", b"\0", b"-", b"\n", b"\r\n", b"\r"];

/// Some words in a row of a page.
fn stretch(page: &'static str) -> impl Strategy<Value = Vec<u8>> {
    let words: Vec<&str> = page.split_whitespace().collect();
    (0..words.len(), 1..9usize).prop_map(move |(from, count)| words[from..words.len().min(from + count)].join(" ").into_bytes())
}

fn line(page: &'static str) -> impl Strategy<Value = Vec<u8>> {
    select(page.lines().map(|l| l.as_bytes().to_vec()).collect::<Vec<_>>())
}

fn piece() -> impl Strategy<Value = Vec<u8>> {
    let text = |s: &'static [&'static str]| select(s).prop_map(|s| s.as_bytes().to_vec());
    prop_oneof![
        3 => line(SPUN),
        4 => stretch(SPUN),
        4 => text(&GARBLED),
        1 => line(CLEAN),
        2 => stretch(CLEAN),
        2 => text(&NAMES),
        2 => text(&ADDRESSES),
        2 => r"[$€£(-]?[0-9]{1,3}([,.:][0-9]{1,3}){0,3}(%|th|x|K|bn|\)|)".prop_map(String::into_bytes),
        1 => r"[A-Z]{1,5}[0-9]{0,2}".prop_map(String::into_bytes),
        1 => r"\PC{0,12}".prop_map(String::into_bytes),
        1 => vec(any::<u8>(), 0..12),
        1 => select(&ODD[..]).prop_map(<[u8]>::to_vec),
        1 => (select(&["a", "web", "idiot-", "é", "\u{301}", "1", "."][..]), 100..1500usize)
            .prop_map(|(unit, times)| unit.repeat(times).into_bytes()),
    ]
}

/// Pages: pieces and separators, sometimes behind a byte order mark.
fn page() -> impl Strategy<Value = Vec<u8>> {
    let body = vec((piece(), select(&SEPARATORS[..])), 0..16);
    (proptest::bool::weighted(0.1), body).prop_map(|(mark, body)| {
        let mut out = if mark { "\u{FEFF}".as_bytes().to_vec() } else { Vec::new() };
        for (piece, separator) in body {
            out.extend(piece);
            out.extend(separator);
        }
        out
    })
}

/// Settings of a property: this many cases unless the environment asks for another number.
fn config(cases: u32) -> ProptestConfig {
    let default = ProptestConfig::default();
    let cases = if std::env::var_os("PROPTEST_CASES").is_some() { default.cases } else { cases };
    // Pages that once failed are tried again first, wherever the tests run.
    let failure_persistence = Some(Box::new(FileFailurePersistence::WithSource("regressions")) as _);
    ProptestConfig { cases, failure_persistence, max_shrink_iters: 2000, ..default }
}

/// The tokens that nobody may touch, as a reader would find them, not as the tokenizer does.
fn protected(page: &[u8]) -> Vec<std::ops::Range<usize>> {
    static PATTERNS: LazyLock<[Regex; 4]> = LazyLock::new(|| {
        [
            r"[$€£¥₹]?\d+(?:[.,:]\d+)*%?",
            r"https?://[A-Za-z0-9._~/?#=&%+-]+",
            r"[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+",
            r"\((?:NYSE|NASDAQ): ?[A-Z]{1,5}\)",
        ]
        .map(|p| Regex::new(p).unwrap())
    });
    let all = PATTERNS.iter().flat_map(|p| p.find_iter(page).map(|m| m.range()));
    // The digits of `&#39;` name a character.
    all.filter(|r| !page[..r.start].ends_with(b"&#")).collect()
}

fn newlines(bytes: &[u8]) -> usize {
    bytes.iter().filter(|b| **b == b'\n').count()
}

/// Checks that edits are a true account of what became of a page.
fn check_lossless(page: &[u8], edits: &[Edit], output: &[u8]) -> Result<(), TestCaseError> {
    let mut rebuilt: Vec<u8> = Vec::new();
    let mut at = 0;
    for edit in edits {
        prop_assert!(at <= edit.range.start, "edits ascend and do not overlap: {edit:?} at {at}");
        prop_assert!(edit.range.start < edit.range.end && edit.range.end <= page.len(), "an edit lies within the page: {edit:?}");
        prop_assert_eq!(&page[edit.range.clone()], edit.before.as_bytes(), "`before` is what stands there");
        prop_assert_ne!(&edit.before, &edit.after, "an edit changes something");
        prop_assert_eq!(edit.line, 1 + newlines(&page[..edit.range.start]), "an edit knows its line: {:?}", edit);
        rebuilt.extend(&page[at..edit.range.start]);
        rebuilt.extend(edit.after.as_bytes());
        at = edit.range.end;
    }
    rebuilt.extend(&page[at..]);
    prop_assert!(rebuilt == output, "the output is the input with the edits applied");
    prop_assert_eq!(newlines(page), newlines(output), "no line is made or lost");
    Ok(())
}

proptest! {
    #![proptest_config(config(400))]

    #[test]
    fn edits_account_for_every_byte(page in page()) {
        let repaired = REPAIRER.repair(&page);
        check_lossless(&page, &repaired.edits, &repaired.bytes())?;
        for edit in &repaired.edits {
            prop_assert!((0.0..=1.0).contains(&edit.confidence), "a confidence is a probability: {:?}", edit);
        }
    }

    #[test]
    fn protected_tokens_are_in_no_edit(page in page()) {
        let repaired = REPAIRER.repair(&page);
        for token in protected(&page) {
            let hit = repaired.edits.iter().find(|e| e.range.start < token.end && token.start < e.range.end);
            let text = String::from_utf8_lossy(&page[token.clone()]).into_owned();
            prop_assert!(hit.is_none(), "{text} at {token:?} is edited: {hit:?}");
        }
    }
}

proptest! {
    #![proptest_config(config(150))]

    #[test]
    fn the_number_of_threads_changes_nothing(page in page()) {
        static POOLS: LazyLock<[ThreadPool; 2]> =
            LazyLock::new(|| [1, 3].map(|n| ThreadPoolBuilder::new().num_threads(n).build().unwrap()));
        let first = REPAIRER.repair(&page).edits;
        prop_assert_eq!(&first, &REPAIRER.repair(&page).edits, "the second time");
        for pool in POOLS.iter() {
            let edits = pool.install(|| REPAIRER.repair(&page).edits);
            prop_assert_eq!(&first, &edits, "with {} threads", pool.current_num_threads());
        }
    }

    /// Streams are repaired block by block: where a block starts, only the line numbers may tell.
    #[test]
    fn the_number_of_the_first_line_changes_nothing_else(page in page(), first_line in 1..1_000_000usize) {
        let mut edits = REPAIRER.repair_from(&page, first_line).edits;
        for edit in &mut edits {
            edit.line -= first_line - 1;
        }
        prop_assert_eq!(edits, REPAIRER.repair(&page).edits);
    }
}

proptest! {
    #![proptest_config(config(500))]

    #[test]
    fn arbitrary_bytes_do_not_panic(bytes in vec(any::<u8>(), 0..600)) {
        let repaired = REPAIRER.repair(&bytes);
        check_lossless(&bytes, &repaired.edits, &repaired.bytes())?;
    }

    /// Letters, apostrophes, stops and digits side by side: where the tokenizer has most to decide.
    #[test]
    fn arbitrary_tokens_do_not_panic(text in r"([a-zA-Zé]{1,4}|['’.,:%$/()@#-]|[0-9]{1,2}| |\n){0,200}") {
        let repaired = REPAIRER.repair(&text);
        check_lossless(text.as_bytes(), &repaired.edits, &repaired.bytes())?;
    }
}

/// The properties say nothing of pages that are left alone: a good part of those made here must not be.
#[test]
fn many_of_the_pages_are_edited() {
    let mut runner = TestRunner::deterministic();
    let pages = (0..100).map(|_| page().new_tree(&mut runner).unwrap().current());
    let edited = pages.filter(|page| !REPAIRER.repair(page).edits.is_empty()).count();
    assert!(edited >= 30, "{edited} of 100 pages are edited");
}

#[test]
fn the_sample_page_is_edited_in_more_ways_than_one() {
    let edits = REPAIRER.repair(SPUN).edits;
    assert!(edits.len() > 100, "{} edits", edits.len());
    assert!(edits.iter().any(|e| e.kind == EditKind::Substitution));
    assert!(edits.iter().any(|e| e.before.contains(' ')), "phrases are repaired");
    assert!(edits.iter().any(|e| !e.before.contains(' ') && e.after.contains(' ')), "words become phrases");
}

/// Neither a page that is one line nor a line that is one word may take more than its share of time.
#[test]
fn a_page_without_line_ends_is_repaired_like_any_other() {
    let line = SPUN.replace('\n', " ");
    let repaired = REPAIRER.repair(&line);
    check_lossless(line.as_bytes(), &repaired.edits, &repaired.bytes()).unwrap();
    assert!(repaired.edits.len() > 100, "{} edits", repaired.edits.len());
    let unbroken = "convention".repeat(20_000);
    assert!(REPAIRER.repair(&unbroken).edits.is_empty());
}

#[test]
fn nothing_comes_of_nothing() {
    for empty in ["", "\n", "\r\n\r\n", "\u{FEFF}", " \t ", "\0"] {
        assert!(REPAIRER.repair(empty).edits.is_empty(), "{empty:?}");
        assert_eq!(REPAIRER.repair(empty).bytes(), empty.as_bytes());
    }
}
