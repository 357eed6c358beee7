//! Formats, encodings and packings: whatever the file holds, a clean end, and nothing rewritten that was not understood.
//!
//! Each run has a pool of threads of its own, which nobody waits for: where there are many cores, add `-detect_leaks=0`, or buffers of
//! threads that are still ending are taken for leaks.
#![no_main]

use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::PathBuf;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| {
    let folder = std::env::temp_dir().join(format!("degarble-fuzz-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let report = folder.join("edits.jsonl");
    // All formats in one run: to read the model takes longer than everything else.
    let pages: Vec<PathBuf> =
        ["txt", "json", "jsonl", "csv", "tsv", "html"].iter().map(|extension| folder.join(format!("page.{extension}"))).collect();
    pages.iter().for_each(|page| fs::write(page, text).unwrap());
    let run = |flags: &[&str]| {
        let flags = ["degarble"].iter().chain(flags).map(OsStr::new);
        let files = flags.chain([report.as_os_str()]).chain(pages.iter().map(|p| p.as_os_str()));
        let _ = degarble::cli::run(files.map(OsString::from));
    };
    run(&["--no-config", "-i", "-f", "text", "--report"]);
    // What was done can be taken back, to the byte: packed files aside, whose packing is not the same again.
    run(&["apply", "-i", "--undo"]);
    let packed =
        text.starts_with(&[0x1F, 0x8B]) || text.starts_with(&[0x28, 0xB5]) || text.get(1..4) == Some(&[0x2A, 0x4D, 0x18]);
    assert!(packed || pages.iter().all(|page| fs::read(page).unwrap() == text));
});
