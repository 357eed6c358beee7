//! Colour, where it is wanted.

use std::io::{self, IsTerminal};

use super::args::ColorChoice;

/// What is coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ink {
    /// What goes.
    Old,
    /// What comes.
    New,
    /// Names of files.
    Heading,
    /// Places.
    Place,
}

/// Puts colour around text, or does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Style {
    color: bool,
}

impl Style {
    /// Decides for stdout.
    pub fn of_stdout(choice: ColorChoice) -> Style {
        let env = |name: &str| std::env::var_os(name).is_some_and(|v| !v.is_empty());
        Style { color: wanted(choice, io::stdout().is_terminal(), env("NO_COLOR"), env("CLICOLOR_FORCE")) }
    }

    /// The bytes that begin and end a colour.
    pub fn around(self, ink: Ink) -> (&'static str, &'static str) {
        let begin = match (self.color, ink) {
            (false, _) => return ("", ""),
            (true, Ink::Old) => "\x1B[31m",
            (true, Ink::New) => "\x1B[32m",
            (true, Ink::Heading) => "\x1B[1m",
            (true, Ink::Place) => "\x1B[36m",
        };
        (begin, "\x1B[0m")
    }

    /// Whether there is colour at all.
    pub fn has_color(self) -> bool {
        self.color
    }

    /// Text in a colour.
    pub fn paint(self, ink: Ink, text: &str) -> String {
        let (begin, end) = self.around(ink);
        format!("{begin}{text}{end}")
    }
}

/// The command line counts first, then NO_COLOR, then CLICOLOR_FORCE, then whether anybody looks.
fn wanted(choice: ColorChoice, terminal: bool, no_color: bool, force: bool) -> bool {
    match choice {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto => !no_color && (force || terminal),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_decides_before_the_environment() {
        assert!(wanted(ColorChoice::Always, false, true, false));
        assert!(!wanted(ColorChoice::Never, true, false, true));
        assert!(wanted(ColorChoice::Auto, true, false, false));
        assert!(!wanted(ColorChoice::Auto, true, true, true));
        assert!(wanted(ColorChoice::Auto, false, false, true));
        assert!(!wanted(ColorChoice::Auto, false, false, false));
    }
}
