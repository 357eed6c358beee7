//! One input on its way from bytes to pieces: unpacked, its encoding and format found, cut where it may be cut.

use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use rayon::prelude::*;

use super::blocks::{BLOCK, Blocks};
use super::change::{Piece, changes};
use super::compress::{Compression, unpack};
use super::encoding::{Charset, Decoded};
use super::error::CliError;
use super::format::{Extractor, Format};
use super::inputs::Input;
use super::peek::Peeked;
use super::records::{Records, Unit};
use super::settings::Settings;
use crate::repair::Repairer;

/// How inputs are read.
#[derive(Debug)]
pub(super) struct Reading {
    format: Option<Format>,
    fields: Vec<Arc<str>>,
    charset: Option<Charset>,
}

impl Reading {
    /// Checks what the settings say of formats and encodings.
    pub fn new(settings: &Settings) -> Result<Reading, CliError> {
        let fields: Vec<Arc<str>> = settings.field.iter().map(|f| f.as_str().into()).collect();
        let charset = match settings.input_encoding.as_deref() {
            None | Some("auto") => None,
            Some(label) => {
                let charset = Charset::of_label(label);
                Some(charset.map_err(|e| CliError::Usage(format!("--input-encoding {label}: {e}")))?)
            }
        };
        if let Some(format) = settings.format.filter(|f| f.has_fields() && fields.is_empty()) {
            return Err(CliError::Usage(format!("--format {} needs --field: which of them hold text?", format.name())));
        }
        Ok(Reading { format: settings.format, fields, charset })
    }

    /// Opens an input. `None` for a binary file that nobody asked for by name.
    pub fn open<'a>(&self, input: &Input) -> Result<Option<Source<'a>>, CliError> {
        let name = input.name();
        let (path, walked) = match input {
            Input::Stdin => (Path::new(""), false),
            Input::File { path, walked, .. } => (path.as_path(), *walked),
        };
        let format = self.format.unwrap_or_else(|| Format::of_path(path));
        if format.has_fields() && self.fields.is_empty() {
            let what = format!("{} needs --field: which of them hold text? (--format text takes it as it is)", format.name());
            return Err(CliError::Content { name, what });
        }
        let bytes = input.open().map_err(|source| CliError::Read { name: name.clone(), source })?;
        let (compression, text) = unpack(bytes);
        let text = Peeked::new(text, BLOCK + 1);
        let charset = self.charset.unwrap_or_else(|| Charset::detect(text.head()));
        if walked && is_binary(text.head(), charset) {
            return Ok(None);
        }
        let unit = match (format.unit(), charset.line_end()) {
            (None, b"\n") => None,
            (None | Some(Unit::Line(_)), end) => Some(Unit::Line(end)),
            (Some(unit), b"\n") => Some(unit),
            // Quotation marks of two bytes are not looked for: such a file is read whole.
            (Some(_), _) => Some(Unit::Whole),
        };
        let text: Box<dyn Read + 'a> = Box::new(text);
        let pieces = match unit {
            None => Pieces::Text(Blocks::new(text)),
            Some(unit) => Pieces::Records(Records::new(text, unit)),
        };
        let extractor = Extractor::new(format, &self.fields);
        Ok(Some(Source {
            name,
            format,
            charset,
            compression,
            pieces,
            extractor,
            offset: 0,
            line: 1,
            problems: Vec::new(),
            failure: None,
        }))
    }
}

/// Whether a file that begins so is no text, or a page drawn with commands, which are nobody's words.
fn is_binary(head: &[u8], charset: Charset) -> bool {
    (!charset.is_wide() && memchr::memchr(0, head).is_some()) || head.starts_with(b"%PDF-") || head.starts_with(b"%!PS")
}

enum Pieces<R> {
    Text(Blocks<R>),
    Records(Records<R>),
}

/// Pieces that are repaired at once: what one of them has to do alone, another one's lines fill up. More would take more memory.
const SIDE_BY_SIDE: usize = 2;

/// At most this many problems of one input are told one by one.
const TOLD: usize = 5;

/// One input.
pub(super) struct Source<'a> {
    /// What reports and errors call it.
    pub name: String,
    /// What kind of file it is.
    pub format: Format,
    /// Its encoding.
    pub charset: Charset,
    /// How it is packed.
    pub compression: Compression,
    pieces: Pieces<Box<dyn Read + 'a>>,
    extractor: Extractor,
    offset: u64,
    line: u64,
    /// Records that could not be read.
    problems: Vec<String>,
    /// What ended the reading, to be told after the pieces before it.
    failure: Option<io::Error>,
}

impl Source<'_> {
    /// Repairs the next pieces and hands them on, in order, until one is not taken; `None` at the end.
    pub fn next<E>(
        &mut self,
        repairer: &Repairer,
        mut then: impl FnMut(&Piece<'_>) -> Result<(), E>,
    ) -> io::Result<Option<Result<(), E>>> {
        let sources = self.read()?;
        let decoded: Vec<Decoded<'_>> = sources.iter().map(|source| self.charset.read(source)).collect();
        let (mut extracts, mut lines) = (Vec::new(), Vec::new());
        for decoded in &decoded {
            let mut problems = Vec::new();
            extracts.push(self.extractor.extract(&decoded.text, &mut problems));
            for problem in problems {
                let line = self.line + memchr::memchr_iter(b'\n', &decoded.text[..problem.at]).count() as u64;
                let column = 1 + problem.at - memchr::memrchr(b'\n', &decoded.text[..problem.at]).map_or(0, |n| n + 1);
                self.problems.push(format!("{}:{line}:{column}: {}", self.name, problem.what));
            }
            lines.push(self.line);
            // A piece that ends inside a line leaves the rest of that line, and its number, to the next one.
            self.line += memchr::memchr_iter(b'\n', &decoded.text).count() as u64;
        }
        let charset = self.charset;
        let work = decoded.par_iter().zip(extracts.par_iter().zip(&lines));
        let changes: Vec<_> = work.map(|(decoded, (e, line))| changes(repairer, e, decoded, charset, *line)).collect();
        let done = !sources.is_empty();
        for ((source, decoded), (extracts, (first_line, changes))) in
            sources.iter().zip(&decoded).zip(extracts.iter().zip(lines.into_iter().zip(changes)))
        {
            // A long text is one document in several pieces; fields are documents of their own.
            let documents = if self.format.has_fields() { extracts.len() as u64 } else { (self.offset == 0) as u64 };
            let piece = Piece { source, text: &decoded.text, charset, first_line, offset: self.offset, documents, changes };
            self.offset += source.len() as u64;
            if let Err(e) = then(&piece) {
                return Ok(Some(Err(e)));
            }
        }
        Ok(done.then_some(Ok(())))
    }

    /// Reads the next pieces; none at the end.
    fn read(&mut self) -> io::Result<Vec<Vec<u8>>> {
        if let Some(e) = self.failure.take() {
            return Err(e);
        }
        let mut out = Vec::new();
        while out.len() < SIDE_BY_SIDE {
            let next = match &mut self.pieces {
                Pieces::Text(blocks) => blocks.next(),
                Pieces::Records(records) => records.next(),
            };
            match next {
                Ok(Some(piece)) => out.push(piece.to_vec()),
                Ok(None) => break,
                Err(e) if out.is_empty() => return Err(e),
                Err(e) => {
                    self.failure = Some(e);
                    break;
                }
            }
        }
        Ok(out)
    }

    /// What is to be told once the input is read.
    pub fn problems(self) -> Vec<String> {
        let mut out = self.problems;
        if out.len() > TOLD {
            let more = format!("{}: {} more records could not be read", self.name, out.len() - TOLD);
            out.truncate(TOLD);
            out.push(more);
        }
        // An empty input has no records to have fields.
        if self.offset > 0 {
            out.extend(self.extractor.missing().iter().map(|field| format!("{}: no record has the field `{field}`", self.name)));
        }
        out
    }
}
