//! Models and dictionaries from anywhere: damaged or hostile ones are named, and nothing worse comes of them.

mod support;

use std::fs;
use std::path::PathBuf;
use std::process::Output;

use support::{FIXED, Folder, SPUN, degarble, said};

/// What the program says of a page with a dictionary or model of these bytes.
fn with(folder: &Folder, flag: &str, bytes: &[u8]) -> Output {
    let (page, file) = (folder.write("page.txt", SPUN), folder.write("given.bin", bytes));
    degarble(["--no-config", "--threads", "1", flag]).arg(file).arg(page).output().unwrap()
}

/// The program ends as if it had not been given the file, or names it.
fn named_or_harmless(output: &Output, what: &str) {
    match output.status.code() {
        Some(0) => assert!(!output.stdout.is_empty(), "{what}"),
        Some(1) => assert!(said(output).contains("given.bin: damaged") && output.stdout.is_empty(), "{what}: {}", said(output)),
        other => panic!("{what}: {other:?}: {}", said(output)),
    }
}

fn compiled(folder: &Folder) -> Vec<u8> {
    let list = |name: &str| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/cmd/lists.in").join(name);
    let out = folder.path("whole.bin");
    let mut command = degarble(["dictionary", "compile"]);
    command.arg("--words").arg(list("compile.tsv")).arg("--vocabulary").arg(list("v.tsv"));
    let output = command.arg("--inflections").arg(list("i.tsv")).arg("-o").arg(&out).output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
    fs::read(out).unwrap()
}

fn trained(folder: &Folder) -> Vec<u8> {
    let (page, vocabulary) = (folder.write("calls.txt", FIXED.repeat(3)), folder.path("vocabulary.tsv"));
    folder.write("vocabulary.tsv", "call\t2\t\ncash\t2\t\nconference\t2\t\nflow\t2\t\nthe\t0\t\nwas\t1\t\n");
    let mut command = degarble(["train", "--order", "3", "--vocabulary"]);
    let output = command.arg(vocabulary).arg("-o").arg(folder.path("calls.model")).arg(page).output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
    folder.read("calls.model")
}

#[test]
fn a_compiled_dictionary_is_checked_to_its_last_byte() {
    let folder = Folder::new("damaged-dictionary");
    let whole = compiled(&folder);
    assert_eq!(String::from_utf8_lossy(&with(&folder, "-d", &whole).stdout), FIXED);
    // The entries are signed by nobody: here the number of an original that is none.
    let mut nonsense = whole.clone();
    let entry = whole.len() - 4;
    nonsense[entry..entry + 3].fill(0xFF);
    let output = with(&folder, "-d", &nonsense);
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains("given.bin: damaged compiled dictionary at byte"), "{}", said(&output));
    assert!(said(&output).contains("an entry leads to no original; compile it again"), "{}", said(&output));
    // Behind the four letters that say what it is: without them it is taken for text.
    for at in (4..whole.len()).step_by(11) {
        let mut bytes = whole.clone();
        bytes[at] = bytes[at].wrapping_add(0x7F);
        named_or_harmless(&with(&folder, "-d", &bytes), &format!("byte {at}"));
    }
    named_or_harmless(&with(&folder, "-d", &whole[..whole.len() / 2]), "half of it");
}

#[test]
fn a_model_with_the_right_checksum_is_checked_all_the_same() {
    let folder = Folder::new("damaged-model");
    let whole = trained(&folder);
    assert!(with(&folder, "--model", &whole).status.success());
    let signed = |mut model: Vec<u8>| {
        let sum = crc32fast::hash(&model[12..]);
        model[8..12].copy_from_slice(&sum.to_le_bytes());
        model
    };
    for at in (12..whole.len()).step_by(whole.len() / 40) {
        let mut bytes = whole.clone();
        bytes[at] = bytes[at].wrapping_add(0x7F);
        named_or_harmless(&with(&folder, "--model", &signed(bytes)), &format!("byte {at}"));
    }
    // Tables of 2^48 slots.
    let mut huge = whole;
    huge[32..36].copy_from_slice(&(1u32 << 24).to_le_bytes());
    huge[36..40].copy_from_slice(&(1u32 << 24).to_le_bytes());
    let output = with(&folder, "--model", &signed(huge));
    assert!(said(&output).contains("the file is cut short"), "{}", said(&output));
}
