//! Marks and scraps: whether a writer put them there, or an engine saw them in specks.

use super::spacing::misread_i;
use super::{OcrResources, Seen, Standing, WordId, nothing};
use crate::candidates::lattice::{Accident, Lattice, Source};
use crate::dictionary::START;
use crate::text::{Form, Kind, Left, Right};

/// The length of strings that engines see in specks among words, at most.
const SHORT: usize = 3;

/// What a mark may have been: nothing, another mark, or a word.
pub(super) fn marks<D: AsRef<[u8]>>(
    resources: &OcrResources<'_, D>,
    tokens: &[Seen<'_>],
    at: usize,
    lattice: &mut Lattice,
    texts: &mut Vec<String>,
) {
    let token = &tokens[at];
    let mut push = |text: String, accident: Accident, log_weight: f32, symbols: &[WordId]| {
        let source = Source::Reading { reading: texts.len() as u32, accident, log_weight };
        lattice.push(at, at + 1, source, 0, symbols.iter().copied());
        texts.push(text);
    };
    if may_go(tokens, at, resources.foreign) {
        let mut log_weight = -resources.marks.weights(token.text, token.form).stray;
        if tokens.get(at + 1).is_some_and(|t| t.opens) && ends_sentence(token.kind) {
            log_weight += resources.costs.capital;
        }
        push(String::new(), Accident::Speck, log_weight, &[]);
    }
    let whole = format!("{START}{}", token.text);
    let words = resources.confusions.originals(&whole).iter().map(|(o, w)| (o.trim_start_matches(START), w));
    let others = resources.confusions.originals(token.text).iter().map(|(o, w)| (o.as_str(), w));
    for (original, weight) in words.chain(others) {
        let Some(first) = original.chars().next() else { continue };
        if resources.foreign && token.text != "|" {
            continue;
        }
        if first.is_alphabetic() {
            // A sentence that begins behind it begins without it; but names stand behind `I`.
            let next = tokens.get(at + 1);
            if next.is_some_and(|t| t.capital && !t.glued && (token.text != "|" || t.opens)) {
                continue;
            }
            let alone = !token.glued && !tokens.get(at + 1).is_some_and(|t| t.glued && t.standing != Standing::Mark);
            if let Some(symbol) = (resources.word)(original).filter(|_| alone) {
                let bar = if token.text == "|" && original == "i" { resources.costs.bar } else { 0.0 };
                push(original.to_owned(), Accident::Misread, bar - weight, &[symbol]);
            }
        } else if let Some(kind) = kind_of_mark(original, token.form) {
            let genuine = resources.marks.weights(original, token.form).genuine;
            let symbol = (resources.mark_symbol)(kind);
            let opens = tokens.get(at + 1).is_some_and(|t| t.opens) && !ends_sentence(kind);
            let genuine = if opens { genuine - resources.costs.capital } else { genuine };
            push(original.to_owned(), Accident::Misread, -weight - genuine, symbol.as_slice());
        }
    }
    glued_i(resources, tokens, at, lattice, texts);
}

/// Whether a mark is one upright stroke, more or less, as `I` is.
fn is_tall(mark: &str) -> bool {
    matches!(mark, "|" | "!" | "[" | "]" | "{" | "}" | "(" | "/" | "\\")
}

/// A mark that touches the word behind it may be the word `I` and a lost space: `|think`, `{would`.
fn glued_i<D>(resources: &OcrResources<'_, D>, tokens: &[Seen<'_>], at: usize, lattice: &mut Lattice, texts: &mut Vec<String>) {
    let mark = &tokens[at];
    let Some(next) = tokens.get(at + 1).filter(|t| t.glued && !t.protected && !t.capital && t.standing == Standing::Word) else {
        return;
    };
    if mark.glued
        || resources.foreign
        || tokens.get(at + 2).is_some_and(|t| t.glued && t.standing != Standing::Mark && t.kind != Kind::Clitic)
    {
        return;
    }
    if let (Some(weight), Some(i), Some(word)) = (
        misread_i(resources, mark.text).or(is_tall(mark.text).then_some(-resources.costs.unlisted)),
        (resources.word)("i"),
        (resources.word)(next.text),
    ) && (resources.unigram)(word) > resources.costs.glued_i
    {
        let log_weight = resources.costs.split - weight;
        let source = Source::Reading { reading: texts.len() as u32, accident: Accident::Misread, log_weight };
        lattice.push(at, at + 2, source, 0, [i, word]);
        texts.push(format!("i {}", next.text));
    }
}

pub(super) fn ends_sentence(kind: Kind) -> bool {
    kind == Kind::SentenceEnd
}

/// Whether a mark is part of a blank that the writer left, to be filled in: engines make up two `_` in a row, hardly more.
fn is_blank(tokens: &[Seen<'_>], at: usize) -> bool {
    let row = |t: &&Seen<'_>| t.glued && t.text == "_";
    let before = tokens[..=at].iter().rev().take(2).take_while(row).count();
    let after = tokens[at + 1..].iter().take(2).take_while(row).count();
    tokens[at].text == "_" && before + after >= 2
}

/// Whether a mark may be nothing but specks: not where it is part of a formula, a reference, a compound or a plural's possessive.
fn may_go(tokens: &[Seen<'_>], at: usize, foreign: bool) -> bool {
    let token = &tokens[at];
    let before = at.checked_sub(1).map(|p| &tokens[p]);
    let after = tokens.get(at + 1);
    let left = before.filter(|_| token.glued);
    let right = after.filter(|t| t.glued);
    let word = |t: &Seen<'_>| matches!(t.standing, Standing::Word | Standing::Wide | Standing::Name | Standing::Unknown);
    let long = |t: &Seen<'_>| word(t) && (t.text.len() > 1 || matches!(t.text, "a" | "i"));
    if foreign {
        // Other writers have other habits: only what stands alone among words is an engine's beyond doubt.
        let unwritten = !token.text.is_ascii() || matches!(token.text, "~" | "_" | "|" | "`" | "^");
        return unwritten && token.kind == Kind::Symbol && token.among_words && left.is_none() && right.is_none();
    }
    if is_of_an_amount(token.text) {
        return false;
    }
    if is_blank(tokens, at) {
        return false;
    }
    // Lists and footnotes have marks of their own.
    if matches!(token.text, "-" | "*" | "–" | "—" | "•" | "·" | "+" | ">" | "#")
        && (before.is_none() || (left.is_some() && token.text == "*"))
    {
        return false;
    }
    match (left, right) {
        (Some(l), Some(r)) => long(l) && long(r) && !matches!(token.text, "-" | "/" | "_" | "&"),
        (Some(l), None) => match token.text {
            "." if word(l) && (l.text.len() == 1 || l.standing == Standing::Unknown) => token.trailing,
            "'" | "’" => !l.text.ends_with('s'),
            _ => true,
        },
        // Years are shortened so: '19.
        (None, Some(r)) if matches!(token.text, "'" | "’" | "‘") => !(r.standing == Standing::Number && r.text.len() == 2),
        (None, Some(r)) if r.standing == Standing::Number && token.text == "+" => false,
        (None, Some(_)) => !matches!(token.text, "#" | "@" | "("),
        (None, None) => true,
    }
}

/// Whether a mark is part of an amount, whatever stands beside it.
pub(super) fn is_of_an_amount(mark: &str) -> bool {
    matches!(mark, "$" | "€" | "£" | "¥" | "%")
}

/// What the tokenizer would say of another mark in this place; `None` where it could not stand.
fn kind_of_mark(mark: &str, form: Form) -> Option<Kind> {
    let behind_word = form.left == Left::Word;
    let spaced = !matches!(form.right, Right::Lower | Right::Upper | Right::Other);
    match mark {
        "," if behind_word && spaced => Some(Kind::Comma),
        "." | "?" | "!" if behind_word && spaced => Some(Kind::SentenceEnd),
        ":" | ";" if behind_word && spaced => Some(Kind::Colon),
        "--" | "—" | "–" if form.left == Left::Space && spaced => Some(Kind::Dash),
        "-" if behind_word && !spaced => Some(Kind::Transparent),
        "'" | "’" if behind_word => Some(Kind::Transparent),
        "$" if matches!(form.right, Right::Other) => Some(Kind::Symbol),
        _ => None,
    }
}

/// A short string beside marks or at an edge may be specks.
pub(super) fn junk<D>(
    resources: &OcrResources<'_, D>,
    tokens: &[Seen<'_>],
    at: usize,
    lattice: &mut Lattice,
    texts: &mut Vec<String>,
) {
    let token = &tokens[at];
    // Letters with accents are somebody's name or language: engines set to English see none in specks.
    if token.text.chars().any(|c| !c.is_ascii() && c.is_alphabetic()) {
        return;
    }
    let length = token.text.chars().count();
    let before = at.checked_sub(1).map(|p| &tokens[p]);
    let after = tokens.get(at + 1);
    // The edge of a line is no sign: words are broken there.
    let mark = |t: Option<&Seen<'_>>| t.is_some_and(|t| t.standing == Standing::Mark);
    let scrap = |t: Option<&Seen<'_>>| t.is_some_and(|t| t.standing == Standing::Mark || t.standing == Standing::Unknown);
    if token.glued || after.is_some_and(|t| t.glued && (t.standing != Standing::Mark || matches!(t.text, "-" | "/"))) {
        return;
    }
    let likely = match token.standing {
        _ if resources.foreign => false,
        Standing::Unknown => length <= 5 && (token.trailing || scrap(before) || scrap(after)),
        _ => token.trailing || (length == 1 && mark(before) && mark(after)),
    };
    let short = !resources.foreign && length <= SHORT;
    if !likely && !short {
        return;
    }
    let (base, each) = resources.costs.junk;
    // In the middle of a line a strange string is rather a misread word; but where lines of print were joined, there are edges inside.
    let mut inside = if token.trailing { 0.0 } else { resources.costs.junk_inside };
    if !likely {
        let (word, other, beside_mark) = resources.costs.junk_short;
        inside += if token.standing == Standing::Word { word } else { other };
        inside += if mark(before) || mark(after) { beside_mark } else { 0.0 };
    }
    let log_weight = base + inside + each * length as f32;
    nothing(lattice, texts, at..at + 1, Accident::Speck, log_weight);
}
