//! Cuts a stream between records, where a cut anywhere else would tear a value in two.

use std::io::{self, Read};

use super::blocks::BLOCK;
use super::error::damaged;
use super::intake::Intake;

/// A record longer than this is an error: it is held in memory whole.
const LONGEST_RECORD: usize = 256 << 20;

/// What a record is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    /// A line; this ends it.
    Line(&'static [u8]),
    /// A line of CSV, with line ends inside quotes.
    Quoted,
    /// The whole stream.
    Whole,
}

/// Reads a stream some whole records at a time.
#[derive(Debug)]
pub(super) struct Records<R> {
    intake: Intake<R>,
    unit: Unit,
    taken: usize,
    /// Where the scan for the end of a record goes on, and what it has seen.
    scanned: usize,
    end: usize,
    quotes: Quotes,
    limit: usize,
}

/// Where a scan of CSV stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Quotes {
    /// At the start of a field: a quotation mark opens it.
    #[default]
    Start,
    /// In a field without quotation marks.
    Bare,
    /// Between quotation marks.
    Open,
    /// Behind a quotation mark that may have closed the field.
    Closed,
}

impl<R: Read> Records<R> {
    pub fn new(reader: R, unit: Unit) -> Self {
        Records { intake: Intake::new(reader), unit, taken: 0, scanned: 0, end: 0, quotes: Quotes::Start, limit: LONGEST_RECORD }
    }

    /// The next records; `None` at the end of the stream. An error comes after all that was read before it.
    pub fn next(&mut self) -> io::Result<Option<&[u8]>> {
        self.intake.buffer.drain(..self.taken);
        self.scanned -= self.taken;
        (self.taken, self.end) = (0, 0);
        let mut wanted = BLOCK;
        while !self.intake.ended && self.end == 0 {
            self.intake.fill(wanted);
            self.scan();
            if self.intake.buffer.len() > self.limit {
                return Err(damaged(format!("a record longer than {} MiB; is this the right --format?", self.limit >> 20)));
            }
            wanted = self.intake.buffer.len() * 2;
        }
        if self.intake.ended {
            // Of what ended before its time too, every byte comes out.
            self.end = self.intake.buffer.len();
        }
        self.taken = self.end;
        self.scanned = self.scanned.max(self.taken);
        self.intake.front(self.taken)
    }

    /// Looks for the end of the last record in the buffer.
    fn scan(&mut self) {
        match self.unit {
            Unit::Whole => {}
            Unit::Line(end) => {
                let last = memchr::memmem::rfind_iter(&self.intake.buffer, end).find(|at| at % end.len() == 0);
                self.end = last.map_or(0, |at| at + end.len());
            }
            Unit::Quoted => {
                for at in self.scanned..self.intake.buffer.len() {
                    let byte = self.intake.buffer[at];
                    self.quotes = match (self.quotes, byte) {
                        (Quotes::Start, b'"') => Quotes::Open,
                        (Quotes::Open, b'"') => Quotes::Closed,
                        (Quotes::Open, _) => Quotes::Open,
                        (Quotes::Closed, b'"') => Quotes::Open,
                        // A delimiter is not known here; any that is one of these starts a field.
                        (_, b',' | b'\t' | b';' | b'\n' | b'\r') => Quotes::Start,
                        _ => Quotes::Bare,
                    };
                    if byte == b'\n' && self.quotes == Quotes::Start {
                        self.end = at + 1;
                    }
                }
                self.scanned = self.intake.buffer.len();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(bytes: &[u8], unit: Unit) -> Vec<Vec<u8>> {
        let mut records = Records::new(bytes, unit);
        let mut out = Vec::new();
        while let Some(piece) = records.next().unwrap() {
            out.push(piece.to_vec());
        }
        out
    }

    #[test]
    fn pieces_in_a_row_are_the_stream() {
        let csv = "id,text\n1,\"two\nlines, \"\"quoted\"\"\n\"\n".repeat(40_000).into_bytes();
        let long = [vec![b'x'; BLOCK * 3], b"\nshort\n".to_vec(), vec![b'y'; 7]].concat();
        for text in [csv, long, Vec::new(), b"no end".to_vec()] {
            for unit in [Unit::Line(b"\n"), Unit::Quoted, Unit::Whole] {
                assert!(pieces(&text, unit).concat() == text);
            }
        }
    }

    #[test]
    fn no_record_is_torn() {
        let record = "1,\"two\nlines, \"\"quoted\"\"\n\"\n";
        let found = pieces(record.repeat(40_000).as_bytes(), Unit::Quoted);
        assert!(found.len() > 1 && found.iter().all(|p| p.len() % record.len() == 0));
        let wide: Vec<u8> = "\u{20A}\n\u{0A20}a".repeat(60_000).encode_utf16().flat_map(u16::to_le_bytes).collect();
        let found = pieces(&wide, Unit::Line(b"\n\0"));
        assert!(found.len() > 1 && found.iter().all(|p| p.len() % 2 == 0));
    }

    #[test]
    fn endless_records_are_an_error() {
        let mut records = Records::new(io::repeat(b'x'), Unit::Line(b"\n"));
        records.limit = 1 << 20;
        assert!(records.next().unwrap_err().to_string().contains("--format"));
    }

    #[test]
    fn an_error_comes_after_what_was_read_before_it() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::Error::other("gone"))
            }
        }
        let mut records = Records::new((&b"one\ntw"[..]).chain(Broken), Unit::Line(b"\n"));
        assert_eq!(records.next().unwrap(), Some(&b"one\ntw"[..]));
        assert!(records.next().is_err());
        assert!(records.next().unwrap().is_none());
    }
}
