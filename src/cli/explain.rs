//! `degarble explain`: what was thought of every word, and why it was repaired or left alone.

use std::borrow::Cow;
use std::io::{self, ErrorKind, Read, Write};

use super::Outcome;
use super::args::ExplainArgs;
use super::compress::unpack;
use super::encoding::Charset;
use super::engine::{install, repairer};
use super::error::CliError;
use super::inputs::Input;
use super::settings::Settings;
use super::style::{Ink, Style};
use crate::repair::{Candidate, Origin, Repairer, Word};
use crate::text::{Kind, Protection};

/// A page longer than this is refused: it would be one document, with all that was thought of it in memory.
const LONGEST: u64 = 16 << 20;
/// Candidates told of a word, at most.
const CANDIDATES: usize = 5;

/// Explains a text.
pub(super) fn run(args: &ExplainArgs) -> Result<Outcome, CliError> {
    let settings = Settings::of_engine(&args.engine)?;
    if args.engine.dump_config {
        let _ = write!(io::stdout(), "{}", settings.dump());
        return Ok(Outcome::Done);
    }
    let text = read(args)?;
    let repairer = repairer(&settings, settings.options())?;
    let style = Style::of_stdout(args.color.or(settings.color).unwrap_or_default());
    let words = install(&settings, || repairer.explain(&text))?;
    let explanation =
        Explanation { repairer: &repairer, text: &text, style, least: settings.options().min_confidence, all: args.all };
    match explanation.write(&words, &args.line, &mut io::BufWriter::new(io::stdout().lock())) {
        Err(e) if e.kind() != ErrorKind::BrokenPipe => Err(CliError::Output(e)),
        _ => Ok(Outcome::Done),
    }
}

/// The text, as UTF-8.
fn read(args: &ExplainArgs) -> Result<Vec<u8>, CliError> {
    if let Some(text) = &args.text {
        return Ok(text.clone().into_bytes());
    }
    let input = match &args.file {
        Some(path) if path.as_os_str() != "-" => Input::named(path),
        _ => Input::Stdin,
    };
    let name = input.name();
    let failed = |source| CliError::Read { name: name.clone(), source };
    let mut bytes = Vec::new();
    let (_, text) = unpack(input.open().map_err(failed)?);
    text.take(LONGEST + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > LONGEST {
        return Err(CliError::Content { name, what: format!("longer than {} MiB; explain a part of it", LONGEST >> 20) });
    }
    Ok(match Charset::detect(&bytes) {
        Charset::Utf8 => bytes,
        charset => charset.read(&bytes).text.into_owned(),
    })
}

/// A text and how it is explained.
struct Explanation<'a> {
    repairer: &'a Repairer,
    text: &'a [u8],
    style: Style,
    /// Edits less likely than this are not made.
    least: f32,
    all: bool,
}

impl Explanation<'_> {
    fn write(&self, words: &[Word], wanted: &[usize], out: &mut impl Write) -> io::Result<()> {
        let (mut start, mut first) = (0, true);
        for (i, line) in self.text.split(|b| *b == b'\n').enumerate() {
            let number = i + 1;
            let of_line = words.iter().filter(|w| w.line == number);
            let of_line: Vec<&Word> = of_line.collect();
            if (wanted.is_empty() || wanted.contains(&number)) && !of_line.is_empty() {
                if !std::mem::take(&mut first) {
                    writeln!(out)?;
                }
                self.line(number, start, line, &of_line, out)?;
            }
            start += line.len() + 1;
        }
        out.flush()
    }

    fn line(&self, number: usize, start: usize, line: &[u8], words: &[&Word], out: &mut impl Write) -> io::Result<()> {
        let garbled = words.first().map_or(0.0, |w| w.garbled);
        let verdict = if garbled >= 0.5 { "garbled" } else { "clean" };
        let head = format!("line {number}: {verdict} (probability of garble {garbled:.2})");
        writeln!(out, "{}", self.style.paint(Ink::Heading, &head))?;
        let mut covered = 0;
        for word in words {
            // A word inside a phrase that is repaired is told with the phrase.
            if word.range.start < covered {
                continue;
            }
            let taken = word.candidates.iter().find(|c| c.chosen && c.origin != Origin::Kept && self.is_made(word, c));
            if let Some(taken) = taken {
                covered = taken.range.end;
            }
            let thought = word.candidates.len() > 1;
            if !(self.all || thought || word.protected) {
                continue;
            }
            let shown = self.shown(taken.map_or(&word.range, |t| &t.range));
            let column = word.range.start - start + 1;
            let reason = self.reason(word, taken, line, word.range.start - start);
            writeln!(out, "  {}  {shown}  {reason}", self.style.paint(Ink::Place, &format!("{column:>4}")))?;
            if thought {
                for candidate in word.candidates.iter().take(CANDIDATES) {
                    self.candidate(candidate, out)?;
                }
                let more = word.candidates.len().saturating_sub(CANDIDATES);
                if more > 0 {
                    writeln!(out, "          and {more} less likely")?;
                }
            }
        }
        Ok(())
    }

    fn is_made(&self, word: &Word, candidate: &Candidate) -> bool {
        word.garbled >= 0.5 && candidate.confidence >= self.least
    }

    fn shown(&self, range: &std::ops::Range<usize>) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.text[range.clone()])
    }

    /// Why the word was repaired or left alone.
    fn reason(&self, word: &Word, taken: Option<&Candidate>, line: &[u8], at: usize) -> String {
        if let Some(taken) = taken {
            return self.style.paint(Ink::New, &format!("-> {}", taken.text));
        }
        if word.protected {
            let why = match self.repairer.protection(line, at) {
                Some(Protection::Address) => "address",
                Some(Protection::Ticker) => "ticker",
                Some(Protection::Date) => "date",
                Some(Protection::Acronym) => "acronym",
                Some(Protection::Listed) => "your list",
                None => "part of a protected span",
            };
            return format!("protected: {why}");
        }
        let chosen = word.candidates.iter().find(|c| c.chosen);
        match chosen {
            _ if word.kind == Kind::Code => "protected: letters and digits".into(),
            _ if word.garbled < 0.5 => "kept: clean line".into(),
            Some(c) if c.origin != Origin::Kept => {
                format!("kept: \"{}\" is too unlikely ({:.2}, at least {:.2} is asked for)", c.text, c.confidence, self.least)
            }
            _ if word.candidates.len() <= 1 && word.unknown => "kept: not in the vocabulary, most likely a name".into(),
            _ if word.candidates.len() <= 1 => "kept: nothing else it might have been".into(),
            _ => "kept: the likeliest".into(),
        }
    }

    fn candidate(&self, candidate: &Candidate, out: &mut impl Write) -> io::Result<()> {
        let from = match candidate.origin {
            Origin::Kept => "as it stands".to_owned(),
            Origin::Split => "two words".to_owned(),
            Origin::Table => {
                let weight = candidate.weight.map_or(String::new(), |w| format!(", table {w:.3}"));
                format!("for \"{}\"{weight}", self.shown(&candidate.range))
            }
        };
        let sign = if candidate.chosen { '*' } else { ' ' };
        writeln!(out, "        {sign} {:.3}  {}  ({from})", candidate.probability, candidate.text)
    }
}
