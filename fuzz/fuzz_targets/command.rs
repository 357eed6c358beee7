//! Formats, encodings and packings: whatever the file holds, a clean end, and nothing rewritten that was not understood.
#![no_main]

use std::ffi::OsString;
use std::fs;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some((choice, text)) = bytes.split_first() else { return };
    let folder = std::env::temp_dir().join(format!("degarble-fuzz-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let extension = ["txt", "jsonl", "csv", "tsv", "html"][*choice as usize % 5];
    let (page, report) = (folder.join(format!("page.{extension}")), folder.join("edits.jsonl"));
    fs::write(&page, text).unwrap();
    let run = |args: &[&std::ffi::OsStr]| {
        let all = [OsString::from("degarble")].into_iter().chain(args.iter().map(|a| a.to_os_string()));
        let _ = degarble::cli::run(all);
    };
    let (page, report) = (page.as_os_str(), report.as_os_str());
    let flag = std::ffi::OsStr::new;
    run(&[flag("--no-config"), flag("-i"), flag("-f"), flag("text"), flag("--report"), report, page]);
    // What was done can be taken back, to the byte: packed files aside, whose packing is not the same again.
    run(&[flag("apply"), flag("-i"), flag("--undo"), report, page]);
    let packed =
        text.starts_with(&[0x1F, 0x8B]) || text.starts_with(&[0x28, 0xB5]) || text.get(1..4) == Some(&[0x2A, 0x4D, 0x18]);
    assert!(packed || fs::read(page).unwrap() == text);
});
