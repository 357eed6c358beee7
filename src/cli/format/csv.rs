//! CSV and TSV with a header: the fields of named columns, each with the place of its every character.

use std::ops::Range;

use super::{Extractor, Problem};
use crate::cli::extract::{Builder, Escape, Extract};

/// The fields of the wanted columns in a piece of whole records.
pub(super) fn extract(piece: &[u8], delimiter: u8, state: &mut Extractor, problems: &mut Vec<Problem>) -> Vec<Extract<'static>> {
    let mut out = Vec::new();
    // The mark that some spreadsheets put first is no part of a name.
    let mut at = if state.columns.is_none() && piece.starts_with(b"\xEF\xBB\xBF") { 3 } else { 0 };
    let mut fields = Vec::new();
    while at < piece.len() {
        let end = record(piece, at, delimiter, &mut fields);
        if state.columns.is_none() {
            let names: Vec<String> = fields.iter().map(|f| name(&piece[f.clone()])).collect();
            let columns = state.fields.iter().map(|f| names.iter().position(|n| **n == **f));
            let columns: Vec<Option<usize>> = columns.collect();
            for (seen, column) in state.seen.iter_mut().zip(&columns) {
                *seen |= column.is_some();
            }
            state.columns = Some(columns);
        } else if fields.last().is_some_and(|f| is_open(&piece[f.clone()])) {
            problems.push(Problem { at, what: "a quotation mark is never closed".into() });
        } else {
            for (number, range) in fields.iter().enumerate() {
                let wanted = state.columns.iter().flatten().position(|c| *c == Some(number));
                if let Some(wanted) = wanted {
                    out.push(field(piece, range.clone(), state.fields[wanted].clone()));
                }
            }
        }
        at = end;
    }
    out
}

/// Splits the record at `at` into the ranges of its fields, quotation marks included; returns where the next one begins.
fn record(piece: &[u8], mut at: usize, delimiter: u8, fields: &mut Vec<Range<usize>>) -> usize {
    fields.clear();
    loop {
        let start = at;
        if piece.get(at) == Some(&b'"') {
            at += 1;
            while at < piece.len() {
                if piece[at] == b'"' {
                    if piece.get(at + 1) != Some(&b'"') {
                        break;
                    }
                    at += 1;
                }
                at += 1;
            }
        }
        // Behind a closing mark nothing more should come; if it does, it belongs to the field.
        while at < piece.len() && piece[at] != delimiter && piece[at] != b'\n' {
            at += 1;
        }
        let line_end = piece.get(at) == Some(&b'\n') && at > start && piece[at - 1] == b'\r';
        fields.push(start..at - line_end as usize);
        match piece.get(at) {
            Some(b'\n') => return at + 1,
            Some(_) => at += 1,
            None => return at,
        }
    }
}

fn is_open(field: &[u8]) -> bool {
    field.first() == Some(&b'"') && field[1..].iter().filter(|b| **b == b'"').count() % 2 == 0
}

/// The bytes of a field without its quotation marks, and whether it has them.
fn inner(field: &[u8]) -> (Range<usize>, bool) {
    match field {
        [b'"', .., b'"'] => (1..field.len() - 1, true),
        _ => (0..field.len(), false),
    }
}

fn name(field: &[u8]) -> String {
    let (range, quoted) = inner(field);
    let text = String::from_utf8_lossy(&field[range]);
    if quoted { text.replace("\"\"", "\"") } else { text.trim().to_owned() }
}

fn field(piece: &[u8], range: Range<usize>, name: std::sync::Arc<str>) -> Extract<'static> {
    let (within, quoted) = inner(&piece[range.clone()]);
    let (mut at, end) = (range.start + within.start, range.start + within.end);
    let mut builder = Builder::default();
    while quoted && let Some(n) = memchr::memmem::find(&piece[at..end], b"\"\"") {
        builder.verbatim(&piece[at..at + n], at);
        builder.escaped("\"", at + n..at + n + 2);
        at += n + 2;
    }
    builder.verbatim(&piece[at..end], at);
    builder.finish(quoted.then_some(Escape::Csv), Some(name))
}

#[cfg(test)]
mod tests {
    use super::super::Format;
    use super::*;

    fn texts(piece: &str, format: Format, fields: &[&str]) -> Vec<String> {
        let fields: Vec<std::sync::Arc<str>> = fields.iter().map(|f| (*f).into()).collect();
        let mut problems = Vec::new();
        let found = Extractor::new(format, &fields).extract(piece.as_bytes(), &mut problems);
        let mut out: Vec<String> = found.iter().map(|e| String::from_utf8(e.text.to_vec()).unwrap()).collect();
        out.extend(problems.into_iter().map(|p| format!("{}: {}", p.at, p.what)));
        out
    }

    #[test]
    fn columns_are_found_by_name() {
        let csv = "\u{FEFF}id,\"the text\",note\r\n1,\"a, \"\"b\"\"\r\nc\",x\r\n2,d,\r\n3\r\n";
        assert_eq!(texts(csv, Format::Csv, &["the text"]), ["a, \"b\"\r\nc", "d"]);
        assert_eq!(texts(csv, Format::Csv, &["note", "id"]), ["1", "x", "2", "", "3"]);
        assert_eq!(texts("a\tb\n1, 2\t\"x\"\n", Format::Tsv, &["a", "b"]), ["1, 2", "x"]);
        assert!(texts(csv, Format::Csv, &["text"]).is_empty());
    }

    #[test]
    fn an_open_quotation_mark_is_told() {
        assert_eq!(texts("t\nfine\n\"open\n", Format::Csv, &["t"]), ["fine", "7: a quotation mark is never closed"]);
    }

    #[test]
    fn places_go_through_doubled_marks() {
        let piece = "t\n\"the \"\"web\"\" one\"\n";
        let found = Extractor::new(Format::Csv, &["t".into()]).extract(piece.as_bytes(), &mut Vec::new());
        let text = String::from_utf8(found[0].text.to_vec()).unwrap();
        let at = text.find("\"web\"").unwrap();
        assert_eq!(&piece[found[0].source(&(at..at + 5)).unwrap()], "\"\"web\"\"");
    }
}
