//! The program on a terminal: colour, the progress bar, and what it says to somebody who typed the bare name.
#![cfg(unix)]

mod support;

use std::fs::File;
use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};
use std::thread::JoinHandle;
use std::time::Duration;

use rustix::fs::{Mode, OFlags, open};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};
use support::{CLEAN, FIXED, Folder, SPUN, degarble};

/// A terminal: the side that programs use, and all that is seen on it until they close it.
struct Terminal {
    side: File,
    seen: JoinHandle<String>,
}

impl Terminal {
    fn new() -> Terminal {
        let own = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&own).unwrap();
        unlockpt(&own).unwrap();
        tcsetwinsize(&own, Winsize { ws_row: 30, ws_col: 100, ws_xpixel: 0, ws_ypixel: 0 }).unwrap();
        let name = ptsname(&own, Vec::new()).unwrap();
        let side = open(name, OFlags::RDWR | OFlags::NOCTTY, Mode::empty()).unwrap();
        let seen = std::thread::spawn(move || {
            let (mut screen, mut bytes) = (File::from(own), Vec::new());
            // Once nobody has the other side any more, reading is an error on Linux and the end elsewhere.
            let _ = screen.read_to_end(&mut bytes);
            String::from_utf8_lossy(&bytes).replace("\r\n", "\n")
        });
        Terminal { side: File::from(side), seen }
    }

    /// The side of programs, for one of their streams.
    fn stream(&self) -> Stdio {
        self.side.try_clone().unwrap().into()
    }

    /// What was seen on it; the programs have ended.
    fn seen(self, command: Command) -> String {
        // The command holds copies of the side.
        drop((command, self.side));
        self.seen.join().unwrap()
    }
}

fn command(args: &[&str]) -> Command {
    let mut command = degarble(["--no-config"]);
    command.args(args).env("TERM", "xterm").env_remove("NO_COLOR").env_remove("CLICOLOR_FORCE");
    command
}

/// Gives the program a text in two halves, with longer between them than a bar waits.
fn slowly(child: &mut Child, text: &str) {
    let mut stdin = child.stdin.take().unwrap();
    let (first, second) = text.split_at(text.len() / 2);
    stdin.write_all(first.as_bytes()).unwrap();
    std::thread::sleep(Duration::from_millis(900));
    stdin.write_all(second.as_bytes()).unwrap();
}

/// Longer than two blocks, and quickly read.
fn long_page() -> String {
    "- - - - - - - -\n".repeat((700 << 10) / 16)
}

#[test]
fn differences_have_colour_on_a_terminal() {
    let folder = Folder::new("terminal-colour");
    let page = folder.write("page.txt", SPUN);
    for (no_color, coloured) in [(false, true), (true, false)] {
        let terminal = Terminal::new();
        let mut diff = command(&["--diff=words"]);
        diff.arg(&page).stdout(terminal.stream());
        if no_color {
            diff.env("NO_COLOR", "1");
        }
        assert!(diff.status().unwrap().success());
        let seen = terminal.seen(diff);
        assert!(seen.contains("conference call"), "{seen}");
        assert_eq!(seen.contains("\x1B[32mconference call\x1B[0m"), coloured, "{seen}");
    }
}

#[test]
fn long_work_shows_a_bar_and_takes_it_away_again() {
    let terminal = Terminal::new();
    let mut slow = command(&["-"]);
    slow.stderr(terminal.stream());
    let mut child = slow.spawn().unwrap();
    let mut stdout = child.stdout.take().unwrap();
    let text = std::thread::spawn(move || {
        let mut text = String::new();
        stdout.read_to_string(&mut text).unwrap();
        text
    });
    slowly(&mut child, &long_page());
    assert!(child.wait().unwrap().success());
    assert!(text.join().unwrap() == long_page(), "stdout holds the text alone");
    let seen = terminal.seen(slow);
    assert!(seen.contains("iB/s") && seen.contains(" -"), "{seen:?}");
    assert!(seen.ends_with("\x1B[2K"), "the line is cleared: {seen:?}");
}

#[test]
fn short_work_shows_no_bar() {
    let folder = Folder::new("terminal-short");
    let page = folder.write("page.txt", CLEAN);
    let terminal = Terminal::new();
    let mut short = command(&["--check"]);
    short.arg(&page).arg(folder.path("missing.txt")).stderr(terminal.stream());
    assert_eq!(short.status().unwrap().code(), Some(1));
    let seen = terminal.seen(short);
    assert!(seen.contains("missing.txt: No such file") && !seen.contains("iB"), "{seen:?}");
}

#[test]
fn text_on_a_terminal_is_not_mixed_with_a_bar() {
    let terminal = Terminal::new();
    let mut slow = command(&["-"]);
    slow.stdout(terminal.stream()).stderr(terminal.stream());
    let mut child = slow.spawn().unwrap();
    slowly(&mut child, &long_page());
    assert!(child.wait().unwrap().success());
    assert!(terminal.seen(slow) == long_page());
}

#[test]
fn packed_text_from_stdin_is_unpacked_for_a_terminal() {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(SPUN.as_bytes()).unwrap();
    let terminal = Terminal::new();
    let mut read = command(&[]);
    read.stdout(terminal.stream());
    let mut child = read.spawn().unwrap();
    child.stdin.take().unwrap().write_all(&encoder.finish().unwrap()).unwrap();
    assert!(child.wait().unwrap().success());
    assert_eq!(terminal.seen(read), FIXED);
}

#[test]
fn the_bare_name_is_answered_with_help() {
    let terminal = Terminal::new();
    let mut bare = command(&[]);
    let output = bare.stdin(terminal.stream()).output().unwrap();
    drop(terminal.seen(bare));
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0));
    let said = support::said(&output);
    assert!(said.contains("Usage: degarble [OPTIONS] [FILE]...") && said.contains("stdin is a terminal"), "{said}");
}
