//! One kind of repair after the other: edits of a text that already had edits, told as edits of the first text.

use std::borrow::Cow;

use super::edit::Edit;

/// A text with the edits made so far.
#[derive(Debug)]
pub(super) struct Layers<'a> {
    input: &'a [u8],
    edits: Vec<Edit>,
    text: Cow<'a, [u8]>,
}

impl<'a> Layers<'a> {
    pub fn new(input: &'a [u8]) -> Layers<'a> {
        Layers { input, edits: Vec::new(), text: Cow::Borrowed(input) }
    }

    /// The text as it is now.
    pub fn text(&self) -> &[u8] {
        &self.text
    }

    /// Puts edits of [`Layers::text`] on top, sorted and apart from each other.
    pub fn add(&mut self, edits: Vec<Edit>) {
        if edits.is_empty() {
            return;
        }
        let text = applied(&self.text, &edits);
        self.edits = if self.edits.is_empty() { edits } else { compose(self.input, &self.text, &self.edits, &edits) };
        self.text = Cow::Owned(text);
    }

    /// All edits, as edits of the input.
    pub fn into_edits(self) -> Vec<Edit> {
        self.edits
    }
}

/// A text with edits applied.
pub(super) fn applied(text: &[u8], edits: &[Edit]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() + 64);
    let mut at = 0;
    for edit in edits {
        out.extend(&text[at..edit.range.start]);
        out.extend(edit.after.as_bytes());
        at = edit.range.end;
    }
    out.extend(&text[at..]);
    out
}

/// Edits of `input` that do what `lower` and then `upper` do; `middle` is what `lower` makes of the input.
fn compose(input: &[u8], middle: &[u8], lower: &[Edit], upper: &[Edit]) -> Vec<Edit> {
    let mut out: Vec<Edit> = Vec::with_capacity(lower.len() + upper.len());
    // How much further a place is in the middle text than in the input.
    let mut shift = 0isize;
    let (mut l, mut u) = (0, 0);
    while l < lower.len() || u < upper.len() {
        // Where the next edit of each list begins and ends in the middle text.
        let place = |l: usize, shift: isize| {
            let start = (lower[l].range.start as isize + shift) as usize;
            (start, start + lower[l].after.len())
        };
        let start = match (lower.get(l), upper.get(u)) {
            (Some(_), Some(b)) => place(l, shift).0.min(b.range.start),
            (Some(_), None) => place(l, shift).0,
            (None, Some(b)) => b.range.start,
            (None, None) => break,
        };
        let first_shift = shift;
        let (from_l, from_u) = (l, u);
        let mut end = start;
        // A lower edit comes first where both begin, so that what it takes out stays apart from what is put behind it.
        loop {
            if l < lower.len() {
                let (s, e) = place(l, shift);
                if (l == from_l && u == from_u && s == start) || s < end {
                    shift += lower[l].after.len() as isize - lower[l].range.len() as isize;
                    l += 1;
                    end = end.max(e);
                    continue;
                }
            }
            if let Some(edit) = upper.get(u)
                && ((l == from_l && u == from_u && edit.range.start == start) || edit.range.start < end)
            {
                u += 1;
                end = end.max(edit.range.end);
                continue;
            }
            break;
        }
        let range = (start as isize - first_shift) as usize..(end as isize - shift) as usize;
        let parts = lower[from_l..l].iter().chain(&upper[from_u..u]);
        let confidence = parts.clone().map(|e| e.confidence).fold(1.0, f32::min);
        let last = parts.last().expect("every round takes an edit");
        let mut after = Vec::new();
        let mut at = start;
        for edit in &upper[from_u..u] {
            after.extend(&middle[at..edit.range.start]);
            after.extend(edit.after.as_bytes());
            at = edit.range.end;
        }
        after.extend(&middle[at..end]);
        let after = String::from_utf8_lossy(&after).into_owned();
        let before = String::from_utf8_lossy(&input[range.clone()]).into_owned();
        if before != after {
            // What else might have stood there is known of an edit that stays by itself alone.
            let alternatives = if (l - from_l) + (u - from_u) == 1 { last.alternatives.clone() } else { Vec::new() };
            out.push(Edit { range, line: last.line, before, after, kind: last.kind, confidence, alternatives });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::edit::EditKind;
    use super::*;

    fn edit(text: &str, before: &str, after: &str) -> Edit {
        let start = text.find(before).unwrap();
        let range = start..start + before.len();
        Edit {
            range,
            line: 1,
            before: before.into(),
            after: after.into(),
            kind: EditKind::Ocr,
            confidence: 0.9,
            alternatives: Vec::new(),
        }
    }

    fn both(input: &str, lower: &[(&str, &str)], upper: &[(&str, &str)]) -> Vec<(String, String)> {
        let mut layers = Layers::new(input.as_bytes());
        layers.add(lower.iter().map(|(b, a)| edit(input, b, a)).collect());
        let middle = String::from_utf8(layers.text().to_vec()).unwrap();
        layers.add(upper.iter().map(|(b, a)| edit(&middle, b, a)).collect());
        let text = String::from_utf8(layers.text().to_vec()).unwrap();
        let edits = layers.into_edits();
        assert_eq!(String::from_utf8(applied(input.as_bytes(), &edits)).unwrap(), text);
        assert!(edits.windows(2).all(|w| w[0].range.end <= w[1].range.start));
        assert!(edits.iter().all(|e| input[e.range.clone()] == e.before));
        edits.into_iter().map(|e| (e.before, e.after)).collect()
    }

    #[test]
    fn edits_apart_stay_apart_and_edits_of_edits_become_one() {
        let pair = |b: &str, a: &str| (b.to_owned(), a.to_owned());
        let input = "The ~ convcntion name was to-day.";
        let lower = [("~ ", ""), ("convcntion", "convention")];
        assert_eq!(
            both(input, &lower, &[("convention name", "conference call")]),
            [pair("~ ", ""), pair("convcntion name", "conference call")]
        );
        assert_eq!(both(input, &lower, &[("was", "is")]), [pair("~ ", ""), pair("convcntion", "convention"), pair("was", "is")]);
        assert_eq!(both(input, &lower, &[("The convention", "A call")]), [pair("The ~ convcntion", "A call")]);
        assert_eq!(both(input, &lower, &[("convention", "convcntion")]), [pair("~ ", "")]);
        assert_eq!(both(input, &[("to-day", "today")], &[("today.", "now.")]), [pair("to-day.", "now.")]);
    }
}
