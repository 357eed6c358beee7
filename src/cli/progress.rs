//! A progress bar on stderr for long work that somebody watches.

use std::fmt::Display;
use std::io::{self, IsTerminal};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::complain;

/// Work shorter than this shows nothing.
const PATIENCE: Duration = Duration::from_millis(700);

/// The bar, if there is to be one.
#[derive(Debug)]
pub(super) struct Progress {
    bar: Option<ProgressBar>,
    started: Instant,
    shown: bool,
}

impl Progress {
    /// A bar over so many bytes, if one knows; none where stderr is no terminal, or where the text itself goes to one.
    pub fn new(bytes: Option<u64>, text_to_stdout: bool) -> Progress {
        let wanted = io::stderr().is_terminal() && !(text_to_stdout && io::stdout().is_terminal());
        Progress { bar: wanted.then(|| bar(bytes)), started: Instant::now(), shown: false }
    }

    /// Names what is read now.
    pub fn begin(&mut self, name: &str) {
        if let Some(bar) = &self.bar {
            bar.set_message(name.to_owned());
        }
    }

    /// Counts bytes that are done.
    pub fn add(&mut self, bytes: u64) {
        let Some(bar) = &self.bar else { return };
        if !self.shown && self.started.elapsed() > PATIENCE {
            self.shown = true;
            bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        bar.inc(bytes);
    }

    /// Names a problem, above the bar.
    pub fn complain(&self, what: impl Display) {
        match &self.bar {
            Some(bar) => bar.suspend(|| complain(what)),
            None => complain(what),
        }
    }
}

/// A bar that is not shown yet.
fn bar(bytes: Option<u64>) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(bytes, ProgressDrawTarget::hidden());
    let style = match bytes {
        Some(_) => "{bar:30} {binary_bytes}/{binary_total_bytes} {binary_bytes_per_sec} {eta} {wide_msg}",
        None => "{binary_bytes} {binary_bytes_per_sec} {elapsed} {wide_msg}",
    };
    bar.set_style(ProgressStyle::with_template(style).expect("the template is a constant"));
    bar
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use indicatif::TermLike;

    use super::*;

    /// A terminal that remembers what was written.
    #[derive(Debug, Default, Clone)]
    struct Screen(Arc<Mutex<String>>);

    impl Screen {
        fn add(&self, text: &str) -> io::Result<()> {
            self.0.lock().unwrap().push_str(text);
            Ok(())
        }

        fn take(&self) -> String {
            std::mem::take(&mut self.0.lock().unwrap())
        }
    }

    impl TermLike for Screen {
        fn width(&self) -> u16 {
            100
        }

        fn move_cursor_up(&self, _: usize) -> io::Result<()> {
            Ok(())
        }

        fn move_cursor_down(&self, _: usize) -> io::Result<()> {
            Ok(())
        }

        fn move_cursor_right(&self, _: usize) -> io::Result<()> {
            Ok(())
        }

        fn move_cursor_left(&self, _: usize) -> io::Result<()> {
            Ok(())
        }

        fn write_line(&self, text: &str) -> io::Result<()> {
            self.add(text)
        }

        fn write_str(&self, text: &str) -> io::Result<()> {
            self.add(text)
        }

        fn clear_line(&self) -> io::Result<()> {
            self.add("<cleared>")
        }

        fn flush(&self) -> io::Result<()> {
            Ok(())
        }
    }

    /// A bar on a screen, begun a while ago.
    fn shown(bytes: Option<u64>) -> (Progress, Screen) {
        let screen = Screen::default();
        let bar = bar(bytes);
        bar.set_draw_target(ProgressDrawTarget::term_like_with_hz(Box::new(screen.clone()), 255));
        (Progress { bar: Some(bar), started: Instant::now(), shown: true }, screen)
    }

    #[test]
    fn a_bar_says_how_much_is_done_and_what_is_read() {
        let (mut progress, screen) = shown(Some(4096));
        progress.begin("calls/page.txt");
        progress.add(1024);
        std::thread::sleep(Duration::from_millis(20));
        progress.add(1024);
        let seen = screen.take();
        assert!(seen.contains("2.00 KiB/4.00 KiB") && seen.contains("calls/page.txt"), "{seen}");
        assert!(seen.contains("\u{2588}".repeat(15).as_str()), "half of the bar: {seen}");
        drop(progress);
        assert!(screen.take().ends_with("<cleared>"), "nothing of it stays on the screen");
    }

    #[test]
    fn where_nobody_knows_the_length_the_bar_is_none() {
        let (mut progress, screen) = shown(None);
        progress.begin("-");
        progress.add(3 << 20);
        std::thread::sleep(Duration::from_millis(20));
        progress.add(1 << 20);
        let seen = screen.take();
        assert!(seen.contains("4.00 MiB ") && !seen.contains("MiB/0"), "{seen}");
    }
}
