//! The sample page under `tests/pages`: an invented call, once as it was held and once spun by hand, line by line.
//!
//! The thresholds are floors, well below what the repair reaches: they catch a change that breaks it, not one that trades
//! an edit here for an edit there.

#[path = "support/distance.rs"]
mod distance;

use std::sync::LazyLock;

use degarble::Repairer;
use distance::distance;

const SPUN: &str = include_str!("pages/sample.spun.txt");
const ORIGINAL: &str = include_str!("pages/sample.original.txt");

/// What readers of calls search for. None of these is left in the spun page; all must come back wherever they stood.
const KEY_PHRASES: [&str; 16] = [
    "Motley Fool",
    "conference call",
    "Earnings Call Transcript",
    "chief executive officer",
    "chief financial officer",
    "ladies and gentlemen",
    "risks and uncertainties",
    "net revenue",
    "Net income",
    "Net interest income",
    "net interest margin",
    "basis points",
    "commercial real estate",
    "Operator instructions",
    "next question",
    "Call participants",
];

static REPAIRER: LazyLock<Repairer> = LazyLock::new(Repairer::new);

/// Errors for each word of the original; lines are compared with lines, for the repair keeps them.
fn word_error_rate(text: &str, original: &str) -> f64 {
    assert_eq!(text.lines().count(), original.lines().count());
    let (mut errors, mut all) = (0, 0);
    for (line, original) in text.lines().zip(original.lines()) {
        let [line, original] = [line, original].map(|l| l.split_whitespace().collect::<Vec<_>>());
        errors += distance(&line, &original);
        all += original.len();
    }
    errors as f64 / all as f64
}

#[test]
fn distances_count_words() {
    let distance = |a: &str, b: &str| {
        let [a, b] = [a, b].map(|s| s.split_whitespace().collect::<Vec<_>>());
        distance(&a, &b)
    };
    assert_eq!(distance("web revenue was flat", "net income was flat"), 2);
    assert_eq!(distance("the insurance policies", "the policies"), 1);
    assert_eq!(distance("", "a b c"), 3);
}

#[test]
fn at_least_half_of_the_errors_of_the_sample_page_are_gone() {
    let before = word_error_rate(SPUN, ORIGINAL);
    let after = word_error_rate(&REPAIRER.repair(SPUN).text(), ORIGINAL);
    assert!(before > 0.25, "the page is spun as pages are: {before}");
    assert!(after <= before / 2.0, "{after} of {before} are left");
}

#[test]
fn the_key_phrases_come_back() {
    let repaired = REPAIRER.repair(SPUN).text();
    let mut missing = Vec::new();
    for phrase in KEY_PHRASES {
        assert!(ORIGINAL.contains(phrase) && !SPUN.contains(phrase), "{phrase} tells nothing");
        let lines = repaired.lines().zip(ORIGINAL.lines()).enumerate();
        let lost = lines.filter(|(_, (line, original))| original.contains(phrase) && !line.contains(phrase));
        missing.extend(lost.map(|(i, (line, _))| format!("{phrase}, line {}: {line}", i + 1)));
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn names_and_numbers_of_the_sample_page_are_untouched() {
    let repaired = REPAIRER.repair(SPUN).text();
    for name in
        ["Harlan Valley Bancorp", "(HVBK)", "Denise Kallman", "Paul Strandberg", "Rita Oyelaran", "Brandt Keough", "Tessaly"]
    {
        assert_eq!(repaired.matches(name).count(), ORIGINAL.matches(name).count(), "{name}");
    }
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    assert_eq!(digits(&repaired), digits(SPUN));
}

#[test]
fn the_original_page_stays_as_it_is() {
    let repaired = REPAIRER.repair(ORIGINAL);
    assert!(repaired.edits.is_empty(), "{:#?}", repaired.edits);
    assert_eq!(repaired.bytes(), ORIGINAL.as_bytes());
}

/// Spun advertisements stand inside clean calls: what surrounds them must not catch their state.
#[test]
fn of_a_mixed_page_only_the_spun_lines_change() {
    let spun = 16..=25;
    let lines = SPUN.lines().zip(ORIGINAL.lines()).enumerate();
    let page: Vec<&str> = lines.map(|(i, (s, o))| if spun.contains(&(i + 1)) { s } else { o }).collect();
    let page = page.join("\n") + "\n";
    let repaired = REPAIRER.repair(&page);
    let elsewhere: Vec<_> = repaired.edits.iter().filter(|e| !spun.contains(&e.line)).collect();
    assert!(elsewhere.is_empty(), "{elsewhere:#?}");
    assert!(word_error_rate(&repaired.text(), ORIGINAL) <= word_error_rate(&page, ORIGINAL) / 2.0);
}

/// Names are spun forms only by accident of spelling: a captain is no Captain.
#[test]
fn names_inside_sentences_are_left_alone_on_a_spun_page() {
    let line = "We additionally thank Ken Dominion and Peter Compass of Prairie Empire for their sturdy outcomes.";
    let page = format!("{SPUN}\n{line}\n");
    let repaired = REPAIRER.repair(&page);
    let text = repaired.text();
    let last = text.lines().last().unwrap();
    for name in ["Ken Dominion", "Peter Compass", "Prairie Empire"] {
        assert!(last.contains(name), "{last}");
    }
    assert!(last.contains("results"), "the rest of the line is repaired: {last}");
}

#[test]
fn a_line_alone_is_judged_by_what_spinners_usually_do() {
    for (spun, original) in [
        ("Motley Idiot", "Motley Fool"),
        ("convention name", "conference call"),
        ("Image source: The Motley Idiot.", "Image source: The Motley Fool."),
        ("Welcome to the convention name.", "Welcome to the conference call."),
    ] {
        assert_eq!(REPAIRER.repair(spun).text(), original);
    }
    for innocent in ["name", "an innocent name", "The name of the company is Harlan Valley.", "Motley paint", "What an idiot."] {
        assert!(REPAIRER.repair(innocent).edits.is_empty(), "{innocent}");
    }
}
