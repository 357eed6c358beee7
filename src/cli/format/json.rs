//! JSON: strings in named fields, each with the place of its every character.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use serde_json::value::RawValue;

use super::Problem;
use crate::cli::extract::{Builder, Escape, Extract};

/// The strings of the fields in a piece of whole lines.
pub(super) fn lines(piece: &[u8], fields: &[Arc<str>], seen: &mut [bool], problems: &mut Vec<Problem>) -> Vec<Extract<'static>> {
    let mut out = Vec::new();
    let mut start = 0;
    while start < piece.len() {
        let end = memchr::memchr(b'\n', &piece[start..]).map_or(piece.len(), |n| start + n);
        let from = out.len();
        if let Err(problem) = line(&piece[start..end], start, fields, seen, &mut out) {
            // A line is repaired whole or not at all.
            out.truncate(from);
            problems.push(problem);
        }
        start = end + 1;
    }
    out
}

fn line(
    line: &[u8],
    offset: usize,
    fields: &[Arc<str>],
    seen: &mut [bool],
    out: &mut Vec<Extract<'static>>,
) -> Result<(), Problem> {
    let text = std::str::from_utf8(line).map_err(|e| Problem { at: offset + e.valid_up_to(), what: "not UTF-8".into() })?;
    // The mark that some editors put before the first line is no JSON, and no reason to refuse it.
    let body = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    if body.trim().is_empty() {
        return Ok(());
    }
    let parsed: Result<&RawValue, _> = serde_json::from_str(body);
    let value = parsed.map_err(|e| {
        let at = offset + (text.len() - body.len()) + e.column().saturating_sub(1);
        Problem { at, what: said(&e) }
    })?;
    found_in(value, text, offset, fields, seen, out);
    Ok(())
}

/// The strings of the fields in values that follow each other, over any number of lines.
pub(super) fn values(piece: &[u8], fields: &[Arc<str>], seen: &mut [bool], problems: &mut Vec<Problem>) -> Vec<Extract<'static>> {
    let mut out = Vec::new();
    let text = match std::str::from_utf8(piece) {
        Ok(text) => text,
        Err(e) => {
            problems.push(Problem { at: e.valid_up_to(), what: "not UTF-8".into() });
            return out;
        }
    };
    let body = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    for value in serde_json::Deserializer::from_str(body).into_iter::<&RawValue>() {
        match value {
            Ok(value) => found_in(value, text, 0, fields, seen, &mut out),
            Err(e) => {
                let before = body.split_inclusive('\n').take(e.line().saturating_sub(1)).map(str::len).sum::<usize>();
                let at = (text.len() - body.len() + before + e.column().saturating_sub(1)).min(text.len());
                problems.push(Problem { at, what: said(&e) });
                break;
            }
        }
    }
    out
}

/// What is wrong, without the place: that is given with the line of the file.
fn said(e: &serde_json::Error) -> String {
    let what = e.to_string();
    format!("not JSON: {}", what.split(" at line ").next().unwrap_or(&what))
}

/// Adds the strings of the fields in a value that is part of `text`, in their order, each once.
fn found_in(
    value: &RawValue,
    text: &str,
    offset: usize,
    fields: &[Arc<str>],
    seen: &mut [bool],
    out: &mut Vec<Extract<'static>>,
) {
    let mut found = Vec::new();
    for (i, field) in fields.iter().enumerate() {
        let first = found.len();
        let path: Vec<&str> = field.split('.').collect();
        seen[i] |= strings(value, &path, field, &mut found);
        found[first..].iter_mut().for_each(|f: &mut (Range<usize>, usize)| f.1 = i);
    }
    let base = text.as_ptr() as usize;
    for (range, _) in &mut found {
        *range = range.start - base..range.end - base;
    }
    found.sort_by_key(|(range, _)| range.start);
    found.dedup_by(|next, kept| next.0 == kept.0);
    for (range, field) in found {
        out.push(string(&text[range.clone()], offset + range.start, fields[field].clone()));
    }
}

/// Adds the addresses of the strings at a path; lists on the way are gone through. Says whether there is anything at the path.
///
/// A key that holds dots itself is found as well.
fn strings(value: &RawValue, path: &[&str], whole: &str, out: &mut Vec<(Range<usize>, usize)>) -> bool {
    let text = value.get();
    match text.as_bytes()[0] {
        b'[' => {
            let items: Vec<&RawValue> = serde_json::from_str(text).unwrap_or_default();
            items.iter().fold(false, |any, item| strings(item, path, whole, out) | any)
        }
        b'{' if !path.is_empty() => {
            let members: BTreeMap<std::borrow::Cow<'_, str>, &RawValue> = serde_json::from_str(text).unwrap_or_default();
            match (members.get(path[0]), members.get(whole)) {
                (Some(member), _) => strings(member, &path[1..], "", out),
                (None, Some(member)) => strings(member, &[], "", out),
                (None, None) => false,
            }
        }
        b'"' if path.is_empty() => {
            let at = text.as_ptr() as usize;
            out.push((at..at + text.len(), 0));
            true
        }
        _ => path.is_empty(),
    }
}

/// A string and the places of its characters; `source` is that of its first quotation mark.
fn string(quoted: &str, source: usize, field: Arc<str>) -> Extract<'static> {
    let bytes = quoted.as_bytes();
    let mut builder = Builder::default();
    let end = bytes.len() - 1;
    let mut at = 1;
    while at < end {
        let next = memchr::memchr(b'\\', &bytes[at..end]).map_or(end, |n| at + n);
        builder.verbatim(&bytes[at..next], source + at);
        at = next;
        if at < end {
            let len = escape_len(&bytes[at..end]);
            let text = &quoted[at..at + len];
            // Half of a surrogate pair is no character.
            let decoded: String = serde_json::from_str(&format!("\"{text}\"")).unwrap_or_else(|_| "\u{FFFD}".into());
            builder.escaped(&decoded, source + at..source + at + len);
            at += len;
        }
    }
    builder.finish(Some(Escape::Json), Some(field))
}

/// Bytes of the escape sequence at the head; a surrogate pair is one.
fn escape_len(bytes: &[u8]) -> usize {
    if bytes[1] != b'u' {
        return 2;
    }
    let high = bytes
        .get(2..4)
        .is_some_and(|h| h[0].eq_ignore_ascii_case(&b'd') && matches!(h[1], b'8' | b'9' | b'a' | b'b' | b'A' | b'B'));
    let low = bytes
        .get(6..10)
        .is_some_and(|l| &l[..2] == b"\\u" && l[2].eq_ignore_ascii_case(&b'd') && matches!(l[3], b'c'..=b'f' | b'C'..=b'F'));
    if high && low { 12 } else { 6 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(piece: &str, fields: &[&str]) -> (Vec<String>, Vec<bool>, Vec<Problem>) {
        let fields: Vec<Arc<str>> = fields.iter().map(|f| Arc::from(*f)).collect();
        let (mut seen, mut problems) = (vec![false; fields.len()], Vec::new());
        let found = lines(piece.as_bytes(), &fields, &mut seen, &mut problems);
        (found.iter().map(|e| String::from_utf8(e.text.to_vec()).unwrap()).collect(), seen, problems)
    }

    #[test]
    fn fields_are_found_wherever_they_are() {
        let line = r#"{"id":1,"text":"top","parts":[{"text":"a"},{"text":"b","x.y":"dots"}],"meta":{"note":null}}"#;
        assert_eq!(texts(line, &["text"]).0, ["top"]);
        assert_eq!(texts(line, &["parts.text", "text"]).0, ["top", "a", "b"]);
        assert_eq!(texts(line, &["text", "text"]).0, ["top"]);
        assert_eq!(texts(line, &["meta.note"]), (vec![], vec![true], vec![]));
        assert_eq!(texts(line, &["meta.not", "id.text"]).1, [false, false]);
        assert_eq!(texts("{\"x.y\":\"dots\"}\n\n[{\"x\":{\"y\":\"deep\"}}]", &["x.y"]).0, ["dots", "deep"]);
    }

    #[test]
    fn places_go_through_escapes() {
        let line = r#"{"text":"It\u2019s \ud83d\ude00 \"web\" r\u00e9sum\u00e9\n\ud800"}"#;
        let (mut seen, mut problems) = ([false], Vec::new());
        let found = lines(line.as_bytes(), &["text".into()], &mut seen, &mut problems);
        let text = String::from_utf8(found[0].text.to_vec()).unwrap();
        assert_eq!(text, "It\u{2019}s \u{1F600} \"web\" r\u{E9}sum\u{E9}\n\u{FFFD}");
        for (part, written) in [("web", "web"), ("r\u{E9}sum\u{E9}", r"r\u00e9sum\u00e9"), ("\u{1F600}", r"\ud83d\ude00")] {
            let at = text.find(part).unwrap();
            assert_eq!(&line[found[0].source(&(at..at + part.len())).unwrap()], written);
        }
    }

    #[test]
    fn a_bad_line_is_told_with_its_place_and_spoils_no_other() {
        let (found, _, problems) = texts("{\"text\":\"a\"}\n{\"text\":\"b\",}\n{\"text\":\"c\"}\n", &["text"]);
        assert_eq!(found, ["a", "c"]);
        assert_eq!(problems.len(), 1);
        assert_eq!(problems[0].at, 25, "{:?}", problems[0]);
    }

    #[test]
    fn values_may_be_over_many_lines() {
        let (fields, mut seen, mut problems) = (["text".into()], [false], Vec::new());
        let text = "\u{FEFF}[\n  {\n    \"text\": \"one\"\n  }\n]\n{\"text\": \"two\"}\n{\"text\": nothing}\n";
        let found = values(text.as_bytes(), &fields, &mut seen, &mut problems);
        let texts: Vec<&[u8]> = found.iter().map(|e| &*e.text).collect();
        assert_eq!(texts, [b"one", b"two"]);
        assert_eq!(&text[found[1].source(&(0..3)).unwrap()], "two");
        assert_eq!(&text[problems[0].at..], "othing}\n", "{problems:?}");
    }
}
