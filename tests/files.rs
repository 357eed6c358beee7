//! The program on files and folders: what is rewritten, how, and what happens when something goes wrong midway.

mod support;

use std::ffi::OsStr;
use std::fs;
use std::io::{Read, Write};
use std::path::Path;
use std::process::Output;

use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use support::{CLEAN, FIXED, Folder, SPUN, degarble, filter, said};

fn in_place(paths: &[&Path]) -> Output {
    degarble([OsStr::new("--in-place")].into_iter().chain(paths.iter().map(|p| p.as_os_str()))).output().unwrap()
}

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

fn gunzip(bytes: &[u8]) -> String {
    let mut text = String::new();
    MultiGzDecoder::new(bytes).read_to_string(&mut text).unwrap();
    text
}

fn zstd(text: &str) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(text.as_bytes(), ruzstd::encoding::CompressionLevel::Fastest)
}

fn unzstd(mut bytes: &[u8]) -> String {
    let mut text = String::new();
    ruzstd::decoding::StreamingDecoder::new(&mut bytes).unwrap().read_to_string(&mut text).unwrap();
    text
}

#[test]
fn packed_files_are_written_back_packed() {
    let folder = Folder::new("packed");
    let (gz, zst) = (folder.write("a.txt.gz", gzip(SPUN)), folder.write("b.txt.zst", zstd(SPUN)));
    let printed = degarble([&gz, &zst]).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&printed.stdout), FIXED.repeat(2), "on stdout files are for reading");
    assert_eq!(gunzip(&filter(["-"], &gzip(SPUN)).stdout), FIXED, "a filter gives back what it gets");
    assert_eq!(unzstd(&filter(["-"], &zstd(SPUN)).stdout), FIXED);
    assert!(in_place(&[&gz, &zst]).status.success());
    assert_eq!(gunzip(&folder.read("a.txt.gz")), FIXED);
    assert_eq!(unzstd(&folder.read("b.txt.zst")), FIXED);
    let out = folder.path("out");
    fs::write(&gz, gzip(SPUN)).unwrap();
    assert!(degarble([OsStr::new("-o"), out.as_os_str(), gz.as_os_str()]).output().unwrap().status.success());
    assert_eq!(gunzip(&fs::read(out.join("a.txt.gz")).unwrap()), FIXED);
}

#[test]
fn a_packed_file_that_is_cut_short_is_left_as_it_is() {
    let folder = Folder::new("cut");
    let long = SPUN.repeat(5000);
    for (name, mut bytes) in [("a.gz", gzip(&long)), ("b.zst", zstd(&long))] {
        bytes.truncate(bytes.len() - 9);
        let path = folder.write(name, &bytes);
        let output = in_place(&[&path]);
        assert_eq!(output.status.code(), Some(1), "{name}");
        assert!(said(&output).contains(name), "{}", said(&output));
        assert_eq!(folder.read(name), bytes);
    }
    assert_eq!(folder.names(), ["a.gz", "b.zst"], "nothing is left behind");
}

#[test]
fn a_file_longer_than_a_block_is_rewritten_whole() {
    let folder = Folder::new("long");
    let clean = CLEAN.repeat(8000);
    let path = folder.write("page.txt", format!("{clean}{SPUN}"));
    assert!(in_place(&[&path]).status.success());
    assert!(folder.read("page.txt") == format!("{clean}{FIXED}").into_bytes());
    let packed = folder.write("page.gz", gzip(&format!("{clean}{SPUN}")));
    assert!(in_place(&[&packed]).status.success());
    assert!(gunzip(&folder.read("page.gz")) == format!("{clean}{FIXED}"));
}

#[test]
fn encodings_are_written_back() {
    let folder = Folder::new("encodings");
    let dressed = |text: &str| format!("\u{201C}{}\u{201D} caf\u{E9}\r\n", text.replace('\n', "\r\n"));
    let utf16 = |text: &str| -> Vec<u8> { format!("\u{FEFF}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect() };
    let latin = |text: &str| encoding_rs::WINDOWS_1252.encode(text).0.into_owned();
    folder.write("wide.txt", utf16(&dressed(SPUN)));
    folder.write("latin.txt", latin(&dressed(SPUN)));
    let output = degarble(["--in-place".as_ref(), folder.0.as_os_str()]).output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
    assert_eq!(folder.read("wide.txt"), utf16(&dressed(FIXED)));
    assert_eq!(folder.read("latin.txt"), latin(&dressed(FIXED)));
    let given = filter(["--input-encoding", "utf-16le"], &utf16(SPUN)[2..]);
    assert_eq!(given.stdout, utf16(FIXED)[2..]);
}

#[test]
fn formats_go_by_extension_also_when_packed() {
    let folder = Folder::new("formats");
    let record = |text: &str| format!("{{\"text\":\"{}\",\"id\":\"convention name\"}}\n", text.replace('\n', "\\n"));
    let path = folder.write("calls.jsonl.gz", gzip(&record(SPUN)));
    let output = degarble(["-i", "-f", "text"]).arg(&path).output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
    assert_eq!(gunzip(&folder.read("calls.jsonl.gz")), record(FIXED));
}

#[test]
fn stdin_is_checked_and_compared_like_a_file() {
    let checked = filter(["--check"], SPUN.as_bytes());
    assert_eq!((checked.status.code(), checked.stdout.as_slice()), (Some(3), &b"-\n"[..]));
    assert_eq!(filter(["--check"], FIXED.as_bytes()).status.code(), Some(0));
    let diff = filter(["--diff"], SPUN.as_bytes());
    assert!(diff.status.success() && diff.stdout.starts_with(b"--- a/-\n+++ b/-\n@@ -1,2 +1,2 @@\n"));
}

#[test]
fn a_patch_is_one_that_patch_takes() {
    let folder = Folder::new("patch");
    let page = format!("{}{SPUN}{}{SPUN}{}end", CLEAN.repeat(5), CLEAN.repeat(9), CLEAN.repeat(2));
    folder.write("page.txt", &page);
    let diff = degarble(["--diff", "page.txt"]).current_dir(&folder.0).output().unwrap();
    folder.write("page.patch", &diff.stdout);
    let Ok(patched) = std::process::Command::new("patch").args(["-p1", "-i", "page.patch"]).current_dir(&folder.0).output()
    else {
        // Not every machine has it.
        return;
    };
    assert!(patched.status.success(), "{}", String::from_utf8_lossy(&diff.stdout));
    assert_eq!(String::from_utf8(folder.read("page.txt")).unwrap(), page.replace(SPUN, FIXED));
}

#[test]
fn every_kind_of_ignore_file_is_honoured() {
    let folder = Folder::new("ignored");
    // A repository, to those who look for one.
    fs::create_dir(folder.path(".git")).unwrap();
    for (list, file) in [(".gitignore", "a.txt"), (".ignore", "b.txt"), (".degarbleignore", "c.txt")] {
        folder.write(list, format!("{file}\n"));
        folder.write(file, SPUN);
    }
    folder.write("d.txt", SPUN);
    let checked = |args: &[&str]| {
        let output = degarble(["--check"]).args(args).arg(".").current_dir(&folder.0).output().unwrap();
        assert_eq!(output.status.code(), Some(3), "{}", said(&output));
        String::from_utf8(output.stdout).unwrap()
    };
    assert_eq!(checked(&[]), "./d.txt\n");
    assert_eq!(checked(&["--no-ignore"]), "./a.txt\n./b.txt\n./c.txt\n./d.txt\n");
}

#[test]
fn a_man_page_is_written_for_every_command() {
    let folder = Folder::new("man");
    assert!(degarble(["generate", "man", "-o"]).arg(folder.path("man1")).output().unwrap().status.success());
    for name in ["degarble", "degarble-explain", "degarble-dictionary", "degarble-dictionary-check", "degarble-generate-man"] {
        let page = String::from_utf8(folder.read(format!("man1/{name}.1"))).unwrap();
        assert!(page.contains(&format!(".TH {name} 1")), "{name}: {page}");
    }
}

#[test]
fn only_files_that_change_are_rewritten() {
    let folder = Folder::new("untouched");
    let (clean, spun) = (folder.write("clean.txt", CLEAN), folder.write("spun.txt", SPUN));
    let long_ago = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000_000);
    for path in [&clean, &spun] {
        fs::File::options().write(true).open(path).unwrap().set_modified(long_ago).unwrap();
    }
    assert!(in_place(&[&folder.0]).status.success());
    assert_eq!(fs::metadata(&clean).unwrap().modified().unwrap(), long_ago);
    assert_ne!(fs::metadata(&spun).unwrap().modified().unwrap(), long_ago);
    assert_eq!(folder.names(), ["clean.txt", "spun.txt"]);
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
    use std::time::Duration;

    use super::*;

    fn is_root() -> bool {
        fs::metadata("/proc/self").is_ok_and(|m| m.uid() == 0)
    }

    #[test]
    fn the_mode_is_kept_and_links_stay_links() {
        let folder = Folder::new("mode");
        let page = folder.write("page.txt", SPUN);
        fs::set_permissions(&page, fs::Permissions::from_mode(0o640)).unwrap();
        let link = folder.path("link.txt");
        symlink("page.txt", &link).unwrap();
        assert!(in_place(&[&link]).status.success());
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(folder.read("page.txt"), FIXED.as_bytes());
        assert_eq!(fs::metadata(&page).unwrap().permissions().mode() & 0o7777, 0o640);
        let out = folder.path("out");
        fs::write(&page, SPUN).unwrap();
        assert!(degarble([OsStr::new("-o"), out.as_os_str(), page.as_os_str()]).output().unwrap().status.success());
        assert_eq!(fs::metadata(out.join("page.txt")).unwrap().permissions().mode() & 0o7777, 0o640);
    }

    #[test]
    fn the_owner_is_kept() {
        // Only root can give files away.
        if !is_root() {
            return;
        }
        let folder = Folder::new("owner");
        let page = folder.write("page.txt", SPUN);
        std::os::unix::fs::chown(&page, Some(1234), Some(4321)).unwrap();
        assert!(in_place(&[&page]).status.success());
        let after = fs::metadata(&page).unwrap();
        assert_eq!((after.uid(), after.gid(), folder.read("page.txt")), (1234, 4321, FIXED.as_bytes().to_vec()));
    }

    #[test]
    fn links_in_folders_are_not_followed() {
        let folder = Folder::new("links");
        let outside = Folder::new("links-outside");
        let page = outside.write("page.txt", SPUN);
        symlink(&page, folder.path("link.txt")).unwrap();
        symlink(&folder.0, folder.path("circle")).unwrap();
        assert!(in_place(&[&folder.0]).status.success());
        assert_eq!(outside.read("page.txt"), SPUN.as_bytes());
    }

    #[test]
    fn what_is_no_file_is_not_replaced() {
        let output = in_place(&[Path::new("/dev/null")]);
        assert_eq!(output.status.code(), Some(1));
        assert!(said(&output).contains("not a regular file"), "{}", said(&output));
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_named_and_the_others_are_done() {
        if is_root() {
            // Nothing is closed to root but what the kernel itself provides.
            let folder = Folder::new("proc");
            let page = folder.write("page.txt", SPUN);
            let output = degarble(["-o", "/proc/nowhere"]).arg(&page).output().unwrap();
            assert_eq!(output.status.code(), Some(1));
            assert!(said(&output).starts_with("degarble: /proc/nowhere/page.txt: cannot write:"), "{}", said(&output));
            return;
        }
        let folder = Folder::new("closed");
        let closed = folder.write("closed/page.txt", SPUN);
        let open = folder.write("open/page.txt", SPUN);
        fs::set_permissions(folder.path("closed"), fs::Permissions::from_mode(0o555)).unwrap();
        let output = in_place(&[&folder.0]);
        fs::set_permissions(folder.path("closed"), fs::Permissions::from_mode(0o755)).unwrap();
        assert_eq!(output.status.code(), Some(1));
        assert!(said(&output).contains("closed/page.txt: cannot write:"), "{}", said(&output));
        assert_eq!(fs::read(closed).unwrap(), SPUN.as_bytes());
        assert_eq!(fs::read(open).unwrap(), FIXED.as_bytes());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_disk_leaves_files_as_they_are() {
        // A limit on file size fails the write like a full disk does.
        let folder = Folder::new("full");
        let page = folder.write("a.txt", SPUN.repeat(200));
        let other = folder.write("b.txt", SPUN);
        let script = "trap '' XFSZ; ulimit -f 4; exec \"$0\" --in-place \"$1\"";
        let output = std::process::Command::new("sh")
            .args(["-c", script, env!("CARGO_BIN_EXE_degarble")])
            .arg(&folder.0)
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(1));
        assert!(said(&output).contains("a.txt: cannot write:"), "{}", said(&output));
        assert_eq!(fs::read(page).unwrap(), SPUN.repeat(200).as_bytes());
        assert_eq!(fs::read(other).unwrap(), FIXED.as_bytes());
        assert_eq!(folder.names(), ["a.txt", "b.txt"], "nothing is left behind");
    }

    #[test]
    fn a_file_that_vanishes_is_named_and_the_others_are_done() {
        let folder = Folder::new("vanish");
        // The walk is done when the first text comes out; the pipe is too small for the rest to have been read by then.
        folder.write("a.txt", SPUN.repeat(4000));
        let gone = folder.write("b.txt", SPUN);
        folder.write("c.txt", FIXED);
        let mut child = degarble([OsStr::new("-r"), folder.0.as_os_str()]).spawn().unwrap();
        let mut stdout = child.stdout.take().unwrap();
        let mut head = [0; 10];
        stdout.read_exact(&mut head).unwrap();
        fs::remove_file(&gone).unwrap();
        let mut rest = Vec::new();
        stdout.read_to_end(&mut rest).unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        assert!(said(&output).contains("b.txt: No such file"), "{}", said(&output));
        assert_eq!(head.len() + rest.len(), FIXED.len() * 4001);
    }

    #[test]
    fn a_file_that_somebody_else_writes_is_theirs() {
        let folder = Folder::new("theirs");
        // A long garbled file gives the time to write to it.
        let page = folder.write("page.txt", SPUN.repeat(8_000));
        let mut child = degarble([OsStr::new("--in-place"), page.as_os_str()]).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(60));
        let mut theirs = fs::OpenOptions::new().append(true).open(&page).unwrap();
        let running = child.try_wait().unwrap().is_none();
        theirs.write_all(b"An addition.\n").unwrap();
        drop(theirs);
        let output = child.wait_with_output().unwrap();
        let text = String::from_utf8(fs::read(&page).unwrap()).unwrap();
        assert!(text.ends_with("An addition.\n"), "the addition is never lost");
        assert!(running, "the file is long enough to be written to meanwhile");
        // Read before or after the addition: either the file was left alone, or the addition was part of it.
        let told = said(&output).contains("changed while it was being repaired");
        assert!(told || text.contains(FIXED), "{}", said(&output));
    }

    /// The program is killed again and again while it rewrites a thousand files: each of them is always the old one or the new one.
    #[test]
    fn no_file_is_lost_when_the_program_is_killed() {
        let folder = Folder::new("killed");
        for i in 0..1000 {
            folder.write(format!("{i:04}.txt"), SPUN);
        }
        let (mut kills, mut wait) = (0, 15);
        loop {
            let mut child = degarble([OsStr::new("--in-place"), folder.0.as_os_str()]).spawn().unwrap();
            std::thread::sleep(Duration::from_millis(wait));
            let ended = child.try_wait().unwrap().is_some();
            child.kill().unwrap();
            child.wait().unwrap();
            let mut new = 0;
            for i in 0..1000 {
                match folder.read(format!("{i:04}.txt")) {
                    text if text == FIXED.as_bytes() => new += 1,
                    text => assert_eq!(text, SPUN.as_bytes(), "file {i} after kill {kills}"),
                }
            }
            if ended {
                assert_eq!(new, 1000);
                break;
            }
            kills += 1;
            // Times that share no rhythm with the work, and long enough in the end.
            wait += wait / 4 + kills * 13 % 29;
        }
        assert!(kills > 3, "{kills} kills");
        let left = folder.names().iter().filter(|n| !n.ends_with(".txt")).count() as u64;
        assert!(left <= kills, "at most the file in the making is left behind by each kill: {left} of {kills}");
    }
}

#[test]
fn binary_files_of_a_folder_are_passed_over_whatever_their_encoding_seems_to_be() {
    let folder = Folder::new("binary");
    // Bytes that are no UTF-8 make a file look as if it were in an old encoding.
    let picture = [b"GIF89a\x14\0\xC2\xFF\xFF\xE9\xE8\xFC\n".as_slice(), SPUN.as_bytes()].concat();
    let late = [SPUN.as_bytes(), b"\xE9\xE8\xFC ".as_slice(), SPUN.repeat(300).as_bytes(), b"\0\0"].concat();
    let drawn = [b"%PDF-1.4\n".as_slice(), SPUN.as_bytes()].concat();
    for (name, bytes) in [("a.gif", &picture), ("b.dat", &late), ("c.pdf", &drawn)] {
        folder.write(name, bytes);
    }
    folder.write("d.txt", SPUN);
    let wide: Vec<u8> = std::iter::once(0xFEFF).chain(SPUN.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    folder.write("e.txt", &wide);
    assert!(in_place(&[&folder.path("")]).status.success());
    assert_eq!((folder.read("a.gif"), folder.read("b.dat"), folder.read("c.pdf")), (picture, late, drawn));
    assert_eq!(folder.read("d.txt"), FIXED.as_bytes());
    assert_ne!(folder.read("e.txt"), wide, "every other byte of UTF-16 is zero");
}
