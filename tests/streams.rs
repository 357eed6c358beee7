//! The program as a filter: bytes, pipes, threads, blocks, exit codes.

mod support;

use std::ffi::OsStr;
use std::fs;
use std::io::Read;
use std::path::PathBuf;

use support::{FIXED, Folder, SPUN, degarble, filter};

fn repaired(input: &[u8]) -> Vec<u8> {
    let output = filter(["--no-config"], input);
    assert!(output.status.success() && output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// Spun lines between lines that nobody repairs, longer than a block.
fn long_page() -> Vec<u8> {
    let mut page = Vec::new();
    for i in 0..60 {
        page.extend(SPUN.as_bytes());
        page.extend("- - - - - - - -\r\n".repeat(400).into_bytes());
        page.extend(format!("# {i}\n").into_bytes());
    }
    page
}

#[test]
fn bytes_outside_edits_come_out_identical() {
    let odd: [&[u8]; 9] = [
        b"",
        b"\n",
        b"\r\n\r\n\r",
        b"no line end",
        b"\xEF\xBB\xBFGood morning.\r\n",
        b"nul \0 in \0\0 the middle\n\0",
        b"latin-1 caf\xE9, cut \xE2\x82, lone \x80\xFF\xFE\n",
        b"tabs\tand  runs   of spaces \n \x0B\x0C\x1B[0m\n",
        "\u{201C}Quotes\u{201D}\u{2014}and\u{00A0}dashes\u{2028}\u{1F600}\n".as_bytes(),
    ];
    for text in odd {
        assert_eq!(repaired(text), text, "{:?}", String::from_utf8_lossy(text));
    }
    // The same bytes around lines that are repaired.
    let around = |middle: &str| {
        let mut text = odd.join(&b'\n');
        text.extend(b"\r\n");
        text.extend(middle.replace('\n', "\r\n").into_bytes());
        text.extend(odd.join(&b'\n'));
        text
    };
    assert_eq!(repaired(around(SPUN).as_slice()), around(FIXED));
}

#[test]
fn threads_do_not_show() {
    let page = long_page();
    let one = filter(["--threads", "1", "--report", "/dev/stderr"], &page);
    let four = filter(["--threads", "4", "--report", "/dev/stderr"], &page);
    let all = filter(["--report", "/dev/stderr"], &page);
    assert!(one.status.success() && one.stdout != page);
    assert!(one == four && one == all);
}

#[test]
fn a_page_longer_than_a_block_is_repaired_to_its_end() {
    let page = long_page();
    let out = repaired(&page);
    assert_eq!(String::from_utf8(out).unwrap(), String::from_utf8(page).unwrap().replace(SPUN, FIXED));
}

#[test]
fn reports_lead_from_input_to_output() {
    let folder = Folder::new("report");
    let (page, report) = (folder.write("page.txt", long_page()), folder.write("edits.jsonl", "old"));
    let mut command = degarble([OsStr::new("--report"), report.as_os_str(), page.as_os_str()]);
    let output = command.output().unwrap();
    assert!(output.status.success());
    let text = fs::read(&page).unwrap();
    let (mut applied, mut at) = (Vec::<u8>::new(), 0);
    for line in fs::read_to_string(&report).unwrap().lines() {
        let edit: serde_json::Value = serde_json::from_str(line).unwrap();
        let (start, end) = (edit["start"].as_u64().unwrap() as usize, edit["end"].as_u64().unwrap() as usize);
        assert_eq!(edit["version"], 1);
        assert_eq!(edit["file"], page.display().to_string());
        assert_eq!(edit["before"].as_str().unwrap().as_bytes(), &text[start..end]);
        assert_eq!(edit["line"].as_u64().unwrap() as usize, 1 + text[..start].iter().filter(|b| **b == b'\n').count());
        assert!((0.0..=1.0).contains(&edit["confidence"].as_f64().unwrap()));
        applied.extend(&text[at..start]);
        applied.extend(edit["after"].as_str().unwrap().as_bytes());
        at = end;
    }
    applied.extend(&text[at..]);
    assert!(at > 0 && applied == output.stdout);
}

#[test]
fn a_closed_pipe_is_a_normal_end() {
    let folder = Folder::new("pipe");
    let page = folder.write("page.txt", long_page().repeat(4));
    let mut child = degarble([&page, &page]).spawn().unwrap();
    let mut first = [0; 10];
    let mut stdout = child.stdout.take().unwrap();
    stdout.read_exact(&mut first).unwrap();
    drop(stdout);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_eq!(&first, b"Welcome to");
}

#[test]
fn a_long_line_without_a_known_word_takes_bounded_time() {
    let line = "?!;: qzx&* --- ((( 12 ))) zzkq ".repeat(2_000_000 / 31);
    let started = std::time::Instant::now();
    assert!(repaired(line.as_bytes()) == line.as_bytes());
    assert!(started.elapsed().as_secs() < 60, "{:?}", started.elapsed());
}

/// A stream four times as long as all that the program may hold.
#[cfg(target_os = "linux")]
#[test]
fn memory_does_not_grow_with_the_stream() {
    use std::io::Write;
    let mut child = degarble(["--no-config"]).spawn().unwrap();
    let (mut stdin, mut stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    let reader = std::thread::spawn(move || std::io::copy(&mut stdout, &mut std::io::sink()).unwrap());
    let blanks = [b' '; 63].into_iter().chain([b'\n']).collect::<Vec<u8>>().repeat(16 << 10);
    let mut given = 0;
    for _ in 0..256 {
        stdin.write_all(&blanks).unwrap();
        stdin.write_all(SPUN.as_bytes()).unwrap();
        given += (blanks.len() + SPUN.len()) as u64;
    }
    // All but the last blocks are done now, and the program still runs.
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
    drop(stdin);
    assert!(child.wait().unwrap().success());
    let taken = reader.join().unwrap();
    assert!(taken + 256 * 64 > given, "{taken} of {given} bytes came out");
    let peak = status.lines().find_map(|l| l.strip_prefix("VmHWM:")).unwrap();
    let peak: u64 = peak.trim().trim_end_matches(" kB").parse().unwrap();
    assert!(peak < 64 << 10, "{peak} KiB");
}

#[test]
fn one_bad_input_does_not_stop_the_others() {
    let folder = Folder::new("bad");
    let page = folder.write("page.txt", SPUN);
    let output = degarble([&folder.0.join("missing"), &folder.0, &page]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(String::from_utf8_lossy(&output.stdout), FIXED);
    assert_eq!(String::from_utf8_lossy(&output.stderr).lines().count(), 2);
}

#[cfg(unix)]
#[test]
fn names_may_be_any_bytes() {
    use std::os::unix::ffi::OsStrExt;
    let folder = Folder::new("names");
    let name = OsStr::from_bytes(b"caf\xE9.txt");
    if fs::write(folder.0.join(name), SPUN).is_err() {
        // Some file systems take UTF-8 only.
        return;
    }
    let page = folder.0.join(name);
    let output = degarble([OsStr::new("--report"), OsStr::new("/dev/stderr"), page.as_os_str()]).output().unwrap();
    assert!(output.status.success());
    assert_eq!(String::from_utf8_lossy(&output.stdout), FIXED);
    assert!(String::from_utf8(output.stderr).unwrap().contains("caf\u{FFFD}.txt"));
}

#[cfg(unix)]
#[test]
fn a_report_never_overwrites_an_input() {
    let folder = Folder::new("same");
    let page = folder.write("page.txt", SPUN);
    let link = folder.0.join("link.txt");
    fs::hard_link(&page, &link).unwrap();
    let by_name = degarble([OsStr::new("--report"), link.as_os_str(), page.as_os_str()]).output().unwrap();
    let by_folder =
        degarble([OsStr::new("-r"), folder.0.as_os_str(), OsStr::new("--report"), page.as_os_str()]).output().unwrap();
    let stdin = fs::File::open(&page).unwrap();
    let by_stdin = degarble([OsStr::new("--report"), page.as_os_str()]).stdin(stdin).output().unwrap();
    for output in [by_name, by_folder, by_stdin] {
        assert_eq!(output.status.code(), Some(2));
        assert!(String::from_utf8_lossy(&output.stderr).contains("is also an input"));
    }
    assert_eq!(fs::read_to_string(&page).unwrap(), SPUN);
}

#[cfg(unix)]
#[test]
fn a_file_is_not_appended_to_itself() {
    let folder = Folder::new("loop");
    let page = folder.write("page.txt", SPUN);
    let append = fs::OpenOptions::new().append(true).open(&page).unwrap();
    let output = degarble([&page]).stdout(append).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(fs::read_to_string(&page).unwrap(), SPUN);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error() {
    let full = || fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let folder = Folder::new("full");
    let page = folder.write("page.txt", SPUN);
    let output = degarble([&page]).stdout(full()).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).starts_with("degarble: standard output: cannot write:"));
    let output = degarble([OsStr::new("--report"), OsStr::new("/dev/full"), page.as_os_str()]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).starts_with("degarble: /dev/full: cannot write:"));
}

#[test]
fn a_trained_model_repairs_like_any_other_and_is_the_same_twice() {
    let folder = Folder::new("train");
    for i in 0..3 {
        folder.write(format!("{i}.txt"), FIXED.repeat(5) + "Welcome to our conference call. Cash was strong.\n");
    }
    let calls: Vec<PathBuf> = (0..3).map(|i| folder.0.join(format!("{i}.txt"))).collect();
    let (vocabulary, model) = (folder.0.join("vocabulary.tsv"), folder.0.join("calls.model"));
    let gathered = degarble(["dictionary", "vocabulary", "-o"]).arg(&vocabulary).args(&calls).output().unwrap();
    assert!(gathered.status.success(), "{}", String::from_utf8_lossy(&gathered.stderr));
    let mut models = Vec::new();
    for _ in 0..2 {
        let trained = degarble(["train", "--budget", "32KiB", "--vocabulary"])
            .arg(&vocabulary)
            .arg("-o")
            .arg(&model)
            .args(&calls)
            .output()
            .unwrap();
        assert!(trained.status.success() && trained.stdout.is_empty(), "{}", String::from_utf8_lossy(&trained.stderr));
        models.push(fs::read(&model).unwrap());
    }
    assert!(models[0] == models[1]);
    let used = degarble(["--model"]).arg(&model).arg(&calls[0]).output().unwrap();
    assert!(used.status.success());
    assert_eq!(used.stdout, fs::read(&calls[0]).unwrap());
    // Nothing but the inputs and the two outputs is left in the folder.
    assert_eq!(fs::read_dir(&folder.0).unwrap().count(), 5);
    // A model of what stands around words goes with the vocabulary that it was made for, and with no other.
    let context = folder.0.join("calls.context");
    let calls_six: Vec<PathBuf> = (0..2).flat_map(|_| calls.iter().cloned()).collect();
    let trained = degarble(["train-context", "--budget", "32KiB", "--vocabulary"])
        .arg(&vocabulary)
        .arg("-o")
        .arg(&context)
        .args(&calls_six)
        .output()
        .unwrap();
    assert!(trained.status.success() && trained.stdout.is_empty(), "{}", String::from_utf8_lossy(&trained.stderr));
    let used = degarble(["--model"]).arg(&model).arg("--context").arg(&context).arg(&calls[0]).output().unwrap();
    assert_eq!((used.status.code(), used.stdout), (Some(0), fs::read(&calls[0]).unwrap()));
    let unfit = degarble(["--context"]).arg(&context).arg(&calls[0]).output().unwrap();
    assert_eq!(unfit.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&unfit.stderr).contains("calls.context: made for another vocabulary"));
}

#[test]
fn edits_behind_the_first_block_have_their_place() {
    let mut page = SPUN.to_owned();
    page += &"- - - - - - -\n".repeat((256 << 10) / 14);
    page += SPUN;
    page += &"- - - - - - -\r\n".repeat((256 << 10) / 15);
    page += SPUN;
    let (out, report) = reported(page.as_bytes());
    assert!(out == applied(page.as_bytes(), &report));
    assert!(report.iter().any(|e| e["start"].as_u64().unwrap() > 256 << 10), "an edit behind the first block");
}

#[test]
fn a_line_over_several_blocks_keeps_its_number() {
    let mut page = String::from("Good morning.\n");
    page += &"* ".repeat((384 << 10) / 2 + 100);
    page += SPUN;
    let (out, report) = reported(page.as_bytes());
    assert!(out == applied(page.as_bytes(), &report));
    assert!(report.iter().any(|e| e["line"] == 2), "the long line's end is repaired");
}

/// What a page becomes, and the report of it.
fn reported(page: &[u8]) -> (Vec<u8>, Vec<serde_json::Value>) {
    let output = filter(["--report", "/dev/stderr"], page);
    assert!(output.status.success());
    let lines = output.stderr.split(|b| *b == b'\n').filter(|l| !l.is_empty());
    (output.stdout, lines.map(|l| serde_json::from_slice(l).unwrap()).collect())
}

/// The text with the edits of its report applied, each of them checked against what stood there.
fn applied(text: &[u8], report: &[serde_json::Value]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut at = 0;
    for edit in report {
        let number = |key: &str| edit[key].as_u64().unwrap() as usize;
        let (start, end) = (number("start"), number("end"));
        assert_eq!(&text[start..end], edit["before"].as_str().unwrap().as_bytes());
        assert_eq!(number("line"), 1 + text[..start].iter().filter(|b| **b == b'\n').count());
        out.extend(&text[at..start]);
        out.extend(edit["after"].as_str().unwrap().as_bytes());
        at = end;
    }
    out.extend(&text[at..]);
    out
}
