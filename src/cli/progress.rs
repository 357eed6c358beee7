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
    /// A bar over so many bytes; none where stderr is no terminal, or where the text itself goes to one.
    pub fn new(bytes: u64, text_to_stdout: bool) -> Progress {
        let wanted = io::stderr().is_terminal() && !(text_to_stdout && io::stdout().is_terminal());
        let bar = wanted.then(|| {
            let bar = ProgressBar::with_draw_target(Some(bytes), ProgressDrawTarget::hidden());
            let style = "{bar:30} {binary_bytes}/{binary_total_bytes} {binary_bytes_per_sec} {eta} {wide_msg}";
            bar.set_style(ProgressStyle::with_template(style).expect("the template is a constant"));
            bar
        });
        Progress { bar, started: Instant::now(), shown: false }
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

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
