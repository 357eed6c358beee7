//! Clean texts of other kinds than calls stay as they are: other languages, code, markup, manuals.

use std::fs;
use std::path::PathBuf;

use degarble::Repairer;

fn texts() -> Vec<(String, String)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/others");
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let read = |path: &PathBuf| (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read_to_string(path).unwrap());
    paths.iter().map(read).collect()
}

#[test]
fn clean_texts_of_other_kinds_stay() {
    let repairer = Repairer::new();
    let texts = texts();
    assert!(texts.len() > 10, "{}", texts.len());
    for (name, text) in &texts {
        let edits = repairer.repair(text).edits;
        assert!(edits.is_empty(), "{name}: {edits:?}");
    }
}

#[test]
fn single_lines_of_other_languages_stay() {
    let repairer = Repairer::new();
    for line in [
        "Umsatz und Ergebnis steigen im dritten Quartal",
        "Le conseil proposera un dividende pour les actions",
        "Omzet en winst stegen in het derde kwartaal",
        "Los resultados del tercer trimestre fueron buenos",
    ] {
        assert_eq!(repairer.repair(line).text(), line);
    }
    let english = repairer.repair("Net incorne rose and tbe rnargin irnproved.");
    assert_eq!(english.text(), "Net income rose and the margin improved.");
}

#[test]
fn a_passage_of_another_language_does_not_stop_the_repair_of_the_others() {
    let before = "We expect that the margin will irnprove in the second half of the year, and that costs will corne down.\n";
    let after = "Our custorners asked for a longer terrn, and we are glad that we could give thern what they wanted.\n";
    let german = texts().into_iter().find(|(name, _)| name == "german.txt").unwrap().1;
    let repaired = Repairer::new().repair(&format!("{before}{german}{after}")).text().into_owned();
    let lines: Vec<&str> = repaired.lines().collect();
    assert_eq!(lines[0], "We expect that the margin will improve in the second half of the year, and that costs will come down.");
    assert_eq!(lines[1..5].join("\n"), german.trim_end());
    assert_eq!(lines[5], "Our customers asked for a longer term, and we are glad that we could give them what they wanted.");
}
