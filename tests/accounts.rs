//! Reports, replaying them, taking them back.

mod support;

use std::ffi::OsStr;
use std::fs;

use serde_json::Value;
use support::{FIXED, Folder, SPUN, degarble, filter, said};

/// Text with characters of several lengths around what is repaired.
fn dressed(text: &str) -> String {
    format!("\u{201C}Caf\u{E9}\u{201D} \u{20AC}5\r\n{}\u{2019}tis all\r\n", text.replace('\n', "\r\n"))
}

/// Repairs a file with a report, replays the report and takes it back; returns the report.
fn round_trip(name: &str, args: &[&str], input: &[u8]) -> Vec<Value> {
    let folder = Folder::new(&format!("account-{}", name.replace('.', "-")));
    let (path, report) = (folder.write(name, input), folder.path("edits.jsonl"));
    let out = degarble(args).arg("--report").arg(&report).arg(&path).output().unwrap();
    assert!(out.status.success() && out.stdout != input, "{name}: {}", said(&out));
    // From stdin whatever the file was called, and by name.
    let again = filter([OsStr::new("apply"), report.as_os_str()], input);
    assert!(again.status.success() && again.stdout == out.stdout, "{name}: {}", said(&again));
    let back = filter([OsStr::new("apply"), OsStr::new("--undo"), report.as_os_str()], &out.stdout);
    assert!(back.status.success() && back.stdout == input, "{name}: {}", said(&back));
    let by_name = degarble([OsStr::new("apply"), OsStr::new("-i"), report.as_os_str(), path.as_os_str()]).output().unwrap();
    assert!(by_name.status.success() && fs::read(&path).unwrap() == out.stdout, "{name}: {}", said(&by_name));
    let undone =
        degarble([OsStr::new("apply"), OsStr::new("-i"), OsStr::new("--undo"), report.as_os_str(), path.as_os_str()]).output();
    assert!(undone.unwrap().status.success() && fs::read(&path).unwrap() == input);
    fs::read_to_string(&report).unwrap().lines().map(|l| serde_json::from_str(l).unwrap()).collect()
}

fn number(edit: &Value, key: &str) -> usize {
    edit[key].as_u64().unwrap() as usize
}

#[test]
fn every_format_and_encoding_goes_there_and_back() {
    let text = dressed(SPUN);
    let report = round_trip("page.txt", &[], text.as_bytes());
    assert_eq!(report.len(), 2);
    for edit in &report {
        let before = edit["before"].as_str().unwrap();
        assert_eq!(&text[number(edit, "start")..number(edit, "end")], before);
        let characters: Vec<char> = text.chars().collect();
        let own: String = characters[number(edit, "char_start")..number(edit, "char_end")].iter().collect();
        assert_eq!(own, before);
        assert!(edit.get("encoding").is_none() && edit.get("format").is_none());
    }
    let json = format!("{}\n", serde_json::json!({"id": "convention name", "a": {"text": text}})).replace('\u{201C}', "\\u201c");
    let report = round_trip("calls.jsonl", &["-f", "a.text"], json.as_bytes());
    assert_eq!((report[0]["format"].as_str(), report[0]["field"].as_str()), (Some("jsonl"), Some("a.text")));
    round_trip("calls.json", &["-f", "a.text"], json.replace(',', ",\n").as_bytes());
    let csv = format!("id,text\r\n1,\"{}\"\r\n", dressed(SPUN).replace("Harrow", "\"\"Harrow\"\""));
    assert_eq!(round_trip("calls.csv", &["-f", "text"], csv.as_bytes())[0]["escape"], "csv");
    let html = format!("<p>{}</p>\n", SPUN.replace("money stream", "money\n  stream").replace('$', "&#36;"));
    let report = round_trip("page.html", &[], html.as_bytes());
    assert_eq!(report[1]["raw_before"], "money\n  stream");
    let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let report = round_trip("wide.txt", &["--input-encoding", "utf-16be"], &wide);
    assert_eq!(report[0]["encoding"], "utf-16be");
    assert_eq!(number(&report[0], "start"), 2 * number(&report[0], "char_start"));
    let latin = encoding_rs::WINDOWS_1252.encode(&text).0.into_owned();
    let report = round_trip("latin.txt", &[], &latin);
    assert_eq!(number(&report[0], "start"), number(&report[0], "char_start"));
}

#[test]
fn packed_texts_are_counted_unpacked() {
    use std::io::Write;
    let folder = Folder::new("account-packed");
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(SPUN.as_bytes()).unwrap();
    let path = folder.write("page.txt.gz", encoder.finish().unwrap());
    let report = folder.path("edits.jsonl");
    let out = degarble(["--report"]).arg(&report).arg(&path).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&out.stdout), FIXED);
    let first: Value = serde_json::from_str(fs::read_to_string(&report).unwrap().lines().next().unwrap()).unwrap();
    assert_eq!(number(&first, "start"), SPUN.find("convention").unwrap());
    let again = degarble([OsStr::new("apply"), report.as_os_str(), path.as_os_str()]).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&again.stdout), FIXED);
}

#[test]
fn a_reviewed_report_is_what_counts() {
    let folder = Folder::new("reviewed");
    let (page, report) = (folder.write("page.txt", SPUN), folder.path("edits.jsonl"));
    assert!(degarble(["--report"]).arg(&report).arg(&page).output().unwrap().status.success());
    let lines = fs::read_to_string(&report).unwrap();
    let first =
        lines.lines().next().unwrap().replace("\"after\":\"conference call\"", "\"after\":\"earnings call \u{2014} live\"");
    fs::write(&report, format!("{first}\n\n")).unwrap();
    let out = degarble([OsStr::new("apply"), report.as_os_str(), page.as_os_str()]).output().unwrap();
    assert!(out.status.success(), "{}", said(&out));
    assert_eq!(String::from_utf8_lossy(&out.stdout), SPUN.replace("convention name", "earnings call \u{2014} live"));
    // Where line ends are kept inside an edit, they are kept for the reviewer's words too.
    let html = "<p>Welcome to the Harrow third quarter convention\n name.</p>";
    folder.write("page.html", html);
    assert!(degarble(["--report"]).arg(&report).arg(folder.path("page.html")).output().unwrap().status.success());
    let lines = fs::read_to_string(&report).unwrap().replace("\"after\":\"conference  call\"", "\"after\":\"Q&A call\"");
    fs::write(&report, lines).unwrap();
    let out = filter([OsStr::new("apply"), report.as_os_str()], html.as_bytes());
    assert_eq!(String::from_utf8_lossy(&out.stdout), html.replace("convention\n name", "Q&amp;A\n call"));
}

#[test]
fn a_report_that_does_not_fit_is_told_and_changes_nothing() {
    let folder = Folder::new("misfit");
    let (page, report) = (folder.write("page.txt", SPUN), folder.path("edits.jsonl"));
    assert!(degarble(["--report"]).arg(&report).arg(&page).output().unwrap().status.success());
    let good = fs::read_to_string(&report).unwrap();
    let run = |lines: &str| {
        fs::write(&report, lines).unwrap();
        let out = degarble([OsStr::new("apply"), OsStr::new("-i"), report.as_os_str(), page.as_os_str()]).output().unwrap();
        assert_eq!(out.status.code(), Some(1), "{lines}");
        said(&out)
    };
    assert!(run(&good.replace("\"version\":1", "\"version\":9")).contains("edits.jsonl:1: version 9"));
    assert!(
        run(&good.replace("\"before\":\"convention name\"", "\"before\":\"convention namf\""))
            .contains("has `convention name` at byte")
    );
    assert!(run(&good.replace("\"before\":\"convention name\"", "\"before\":\"name\"")).contains("is not as long as"));
    assert!(run(&format!("{good}{good}")).contains("overlaps line"));
    assert!(run("{\"version\":1}\n").contains("edits.jsonl:1: not a line of a report: missing field"));
    assert_eq!(fs::read_to_string(&page).unwrap(), SPUN);
    assert_eq!(folder.names(), ["edits.jsonl", "page.txt"]);
}

#[test]
fn a_report_of_several_inputs_wants_their_names() {
    let folder = Folder::new("several");
    let (a, b, report) = (folder.write("a.txt", SPUN), folder.write("b.txt", format!("\n{SPUN}")), folder.path("edits.jsonl"));
    assert!(degarble(["--report"]).arg(&report).args([&a, &b]).output().unwrap().status.success());
    let nameless = filter([OsStr::new("apply"), report.as_os_str()], SPUN.as_bytes());
    assert_eq!(nameless.status.code(), Some(2));
    assert!(said(&nameless).contains("several inputs"), "{}", said(&nameless));
    let both = degarble([OsStr::new("apply"), report.as_os_str(), b.as_os_str(), a.as_os_str()]).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&both.stdout), format!("\n{FIXED}{FIXED}"));
}

#[test]
fn a_report_can_be_a_page() {
    let folder = Folder::new("page");
    let tricks = "</script><script>alert(\"1\")</script> & more.\n";
    let (page, report) = (folder.write("page.txt", format!("{SPUN}{tricks}")), folder.path("edits.html"));
    let out = degarble(["--report"]).arg(&report).arg(&page).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&out.stdout), format!("{FIXED}{tricks}"));
    let html = fs::read_to_string(&report).unwrap();
    assert!(html.starts_with("<!doctype html>") && html.trim_end().ends_with("</html>"));
    assert_eq!(html.matches("<mark ").count(), 2);
    assert!(html.contains("data-b=\"money stream\"") && html.contains(">cash flow</mark> was $3.1 million.</p>"));
    for part in ["kinds", "least", "most", "chart", "summary"] {
        assert!(html.contains(&format!("id=\"{part}\"")), "{part}");
    }
    // Nothing in the text is markup here, and nothing is fetched from anywhere.
    assert_eq!(html.matches("<script").count(), 1);
    assert!(html.contains("&lt;/script&gt;&lt;script&gt;alert(&quot;1&quot;)"));
    assert!(!html.contains("http:") && !html.contains("https:") && !html.contains(" src="));
}
