//! Counting what spinners did on pages where somebody marked every swap: `the {convention name|conference call} begins`.

use std::path::Path;

use super::observed::Observed;
use super::{DictionaryError, Style};
use crate::text::words;

/// Longest side of a pair in tokens: what the table looks up.
const LONGEST: usize = 5;

/// Originals longer than this count only where the same swap was seen twice.
const LONGEST_SEEN_ONCE: usize = 3;

/// Gathers observations from marked pages.
///
/// ```
/// use std::path::Path;
/// let mut observer = degarble::dictionary::Observer::default();
/// observer.add_page("The {firm|company} has {money|cash}, and the company is glad.", Path::new("page.txt"))?;
/// let observed = observer.finish();
/// assert_eq!(observed["company"].kept, 1);
/// assert_eq!(observed["company"].spun["firm"].0, 1);
/// # Ok::<(), degarble::dictionary::DictionaryError>(())
/// ```
#[derive(Debug, Default)]
pub struct Observer {
    observed: Observed,
    /// Stretches that were left alone, as tokens: searched for originals once all of them are known.
    kept: Vec<Vec<String>>,
}

impl Observer {
    /// Counts the marks of one page. Lines that begin with `#` are comments; `# style: w` (or `t`, `b`) says what kind of spinner the
    /// lines below went through.
    ///
    /// # Errors
    /// [`DictionaryError::Syntax`] at a brace that has no partner or a mark without its bar.
    pub fn add_page(&mut self, text: &str, path: &Path) -> Result<(), DictionaryError> {
        let mut style = Style::Common;
        for (i, line) in text.lines().enumerate() {
            let fail = |at: usize, what: &str| syntax(path, i, line, at, what);
            if let Some(comment) = line.strip_prefix('#') {
                if let Some(letter) = comment.trim().strip_prefix("style:") {
                    style = Style::from_letter(letter.trim()).ok_or_else(|| fail(0, "the style is w, t, b or nothing"))?;
                }
                continue;
            }
            for part in parts(line) {
                match part.map_err(|(at, what)| fail(at, what))? {
                    Part::Kept(text) => self.kept.push(words(text)),
                    Part::Swapped { spun, original } => self.add_pair(&words(spun), &words(original), style),
                }
            }
        }
        Ok(())
    }

    fn add_pair(&mut self, spun: &[String], original: &[String], style: Style) {
        let fits = |side: &[String]| (1..=LONGEST).contains(&side.len()) && side.iter().all(|w| is_word(w));
        // Numbers are never edited, and punctuation is no business of a spinner.
        if !fits(spun) || !fits(original) || spun == original {
            return;
        }
        let seen = self.observed.entry(original.join(" ")).or_default().spun.entry(spun.join(" ")).or_insert((0, style));
        seen.0 += 1;
        seen.1 = seen.1.min(style);
    }

    /// The observations: every original that was swapped somewhere, and every single word that was left alone.
    ///
    /// A long expression that was swapped once is a piece of one page rather than a habit: it is left out.
    pub fn finish(mut self) -> Observed {
        self.observed.retain(|original, seen| {
            let long = original.split(' ').count() > LONGEST_SEEN_ONCE;
            seen.spun.retain(|_, (count, _)| !long || *count > 1);
            !seen.spun.is_empty()
        });
        for stretch in &self.kept {
            for (i, word) in stretch.iter().enumerate() {
                if is_word(word) {
                    self.observed.entry(word.clone()).or_default().kept += 1;
                }
                for n in 2..=LONGEST.min(stretch.len() - i) {
                    if let Some(phrase) = self.observed.get_mut(&stretch[i..i + n].join(" ")) {
                        phrase.kept += 1;
                    }
                }
            }
        }
        self.observed
    }
}

/// A stretch of a marked line.
enum Part<'a> {
    Kept(&'a str),
    Swapped { spun: &'a str, original: &'a str },
}

/// Cuts a marked line at its marks; an error is a byte offset and what is wrong there, and ends the line.
fn parts(line: &str) -> impl Iterator<Item = Result<Part<'_>, (usize, &'static str)>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        if at >= line.len() {
            return None;
        }
        let open = line[at..].find(['{', '}']).map_or(line.len(), |n| at + n);
        if open > at {
            let kept = &line[at..open];
            at = open;
            return Some(Ok(Part::Kept(kept)));
        }
        let close = line[open + 1..].find(['{', '}']).map(|n| open + 1 + n);
        let close = close.filter(|c| line.as_bytes()[open] == b'{' && line.as_bytes()[*c] == b'}');
        at = close.map_or(line.len(), |c| c + 1);
        Some(match close {
            None => Err((open, "a brace without its partner")),
            Some(close) => match line[open + 1..close].split_once('|') {
                Some((spun, original)) => Ok(Part::Swapped { spun, original }),
                None => Err((open, "a mark is {spun|original}")),
            },
        })
    })
}

/// The garbled and the original text of a marked page, line by line; comments are left out.
///
/// ```
/// use std::path::Path;
/// let (garbled, original) = degarble::dictionary::read_marked("our {web|net} income\n", Path::new("page.txt"))?;
/// assert_eq!((garbled.as_str(), original.as_str()), ("our web income\n", "our net income\n"));
/// # Ok::<(), degarble::dictionary::DictionaryError>(())
/// ```
///
/// # Errors
/// [`DictionaryError::Syntax`] at a brace that has no partner or a mark without its bar.
pub fn read_marked(text: &str, path: &Path) -> Result<(String, String), DictionaryError> {
    let (mut garbled, mut original) = (String::new(), String::new());
    for (i, line) in text.lines().enumerate().filter(|l| !l.1.starts_with('#')) {
        for part in parts(line) {
            let (before, after) = match part {
                Ok(Part::Kept(text)) => (text, text),
                Ok(Part::Swapped { spun, original }) => (spun, original),
                Err((at, what)) => return Err(syntax(path, i, line, at, what)),
            };
            garbled.push_str(before);
            original.push_str(after);
        }
        garbled.push('\n');
        original.push('\n');
    }
    Ok((garbled, original))
}

/// An error at a byte of a line.
fn syntax(path: &Path, index: usize, line: &str, at: usize, what: &str) -> DictionaryError {
    let column = line[..at].chars().count() + 1;
    DictionaryError::Syntax { path: path.to_owned(), line: index + 1, column, what: what.to_owned() }
}

fn is_word(token: &str) -> bool {
    token.chars().any(char::is_alphabetic) && !token.contains(|c: char| c.is_ascii_digit() || c == '\u{FFFD}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn swaps_and_what_was_left_alone_are_counted() {
        let mut o = Observer::default();
        let page = "# invented\nA {free money stream|free cash flow} page, {12 months|year}.\n# style: w\nfree cash flow {grew to become|became} cash\n";
        o.add_page(page, Path::new("p")).unwrap();
        let seen = o.finish();
        assert_eq!(seen["free cash flow"].kept, 1);
        assert_eq!(seen["free cash flow"].spun["free money stream"], (1, Style::Common));
        assert_eq!(seen["became"].spun["grew to become"], (1, Style::Wordnet));
        assert_eq!(seen["cash"].kept, 2);
        assert!(!seen.contains_key("year"), "numbers are never edited");
    }

    #[test]
    fn a_broken_mark_is_named() {
        let fail = |text| Observer::default().add_page(text, Path::new("p.txt")).unwrap_err().to_string();
        assert_eq!(fail("ok\na {b|c\n"), "p.txt:2:3: a brace without its partner");
        assert_eq!(fail("a {b} c\n"), "p.txt:1:3: a mark is {spun|original}");
        assert_eq!(fail("a b}\n"), "p.txt:1:4: a brace without its partner");
    }
}
