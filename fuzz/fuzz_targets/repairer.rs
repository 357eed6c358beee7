//! The output is the input with its edits applied, lines stay lines, and the same text gives the same edits.
#![no_main]

use std::sync::LazyLock;

use degarble::Repairer;
use libfuzzer_sys::fuzz_target;

static REPAIRER: LazyLock<Repairer> = LazyLock::new(Repairer::new);

fuzz_target!(|text: &[u8]| {
    let repaired = REPAIRER.repair(text);
    let (mut out, mut at) = (Vec::new(), 0);
    for edit in &repaired.edits {
        assert!(at <= edit.range.start && edit.range.start < edit.range.end && edit.range.end <= text.len());
        assert_eq!(String::from_utf8_lossy(&text[edit.range.clone()]), edit.before);
        assert_ne!(edit.before, edit.after);
        assert!((0.0..=1.0001).contains(&edit.confidence));
        out.extend(&text[at..edit.range.start]);
        out.extend(edit.after.as_bytes());
        at = edit.range.end;
    }
    out.extend(&text[at..]);
    assert_eq!(out, repaired.bytes());
    let lines = |bytes: &[u8]| bytes.iter().filter(|b| **b == b'\n').count();
    assert_eq!(lines(text), lines(&out));
    assert_eq!(REPAIRER.repair(text).edits, repaired.edits);
    // Looking at what was thought of the words is safe as well.
    assert!(REPAIRER.explain(text).iter().all(|w| w.range.end <= text.len()));
});
