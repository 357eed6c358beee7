//! Spaces that an engine lost or made up: torn words, glued words, words with marks inside.

use super::misread::Candidate;
use super::{OcrBuilder, OcrResources, Seen, Standing};
use crate::candidates::lattice::{Accident, Lattice, Source};
use crate::dictionary::START;
use crate::text::Kind;

/// Tokens without a space between them that may be one word, at most.
const LONGEST_SPAN: usize = 9;

/// Shortest string that may be three words, in bytes.
const SHORTEST_THREE: usize = 6;

impl OcrBuilder {
    /// Tokens without a space between them that may be one word: an engine puts marks where letters were.
    pub(super) fn spans<D: AsRef<[u8]>>(
        &mut self,
        resources: &OcrResources<'_, D>,
        tokens: &[Seen<'_>],
        at: usize,
        lattice: &mut Lattice,
        texts: &mut Vec<String>,
    ) {
        let mut text = tokens[at].text.to_owned();
        let (mut doubtful, mut spoken, mut marks) = (false, false, 0);
        for (n, token) in tokens[at..].iter().take(LONGEST_SPAN).enumerate() {
            // Numbers are nobody's to touch, not even in the middle of a word.
            if (n > 0 && !token.glued) || token.protected || token.standing == Standing::Number {
                return;
            }
            match token.standing {
                Standing::Mark if matches!(token.text, "/" | "-" | "&" | ".") => return,
                Standing::Mark => marks += 1,
                Standing::Unknown => (doubtful, spoken) = (true, true),
                _ => {
                    doubtful |= token.text.len() <= 2;
                    spoken = true;
                }
            }
            if n > 0 {
                text.push_str(token.text);
            }
            // A mark at the edge of a word is hardly ever a letter of it; inside it often is.
            let ends_in_word = token.standing != Standing::Mark;
            let whole = !tokens.get(at + n + 1).is_some_and(|t| t.glued && t.standing != Standing::Mark);
            if n > 0 && marks > 0 && doubtful && spoken && ends_in_word && whole && !tokens[at].glued && text.len() > 3 {
                self.words(resources, token, at, n + 1, &text, lattice, texts);
            }
        }
    }

    /// Two tokens with a space between them, or a hyphen and a space, that may be one word.
    pub(super) fn joins<D: AsRef<[u8]>>(
        &mut self,
        resources: &OcrResources<'_, D>,
        tokens: &[Seen<'_>],
        at: usize,
        lattice: &mut Lattice,
        texts: &mut Vec<String>,
    ) {
        let mut next = at + 1;
        let hyphen = tokens.get(next).is_some_and(|t| t.text == "-" && t.glued)
            && tokens.get(next + 1).is_some_and(|t| !t.glued && t.kind == Kind::Word);
        next += hyphen as usize;
        let Some(right) = tokens.get(next).filter(|t| t.kind == Kind::Word && !t.glued && !t.protected) else { return };
        let left = &tokens[at];
        if right.capital && !left.capital {
            return;
        }
        let doubtful = |t: &Seen<'_>| matches!(t.standing, Standing::Unknown | Standing::Name);
        if !hyphen && !doubtful(left) && !doubtful(right) {
            return;
        }
        let whole = format!("{}{}", left.text, right.text);
        let Some(symbol) = (resources.word)(&whole).filter(|_| whole.len() > 3) else { return };
        let source =
            Source::Reading { reading: texts.len() as u32, accident: Accident::Misread, log_weight: resources.costs.join };
        lattice.push(at, next + 1, source, 0, [symbol]);
        texts.push(whole);
    }
}

/// What it takes to read a character for the word `I`; `None` where no engine does.
fn misread_i<D>(resources: &OcrResources<'_, D>, read: &str) -> Option<f32> {
    let originals = resources.confusions.originals(&format!("{START}{read}"));
    originals.iter().find(|(original, _)| original.trim_start_matches(START) == "i").map(|(_, weight)| *weight)
}

/// A string that no list holds may be two words or more that lost the spaces between them, or have marks there.
pub(super) fn splits<D>(resources: &OcrResources<'_, D>, text: &str, out: &mut Vec<Candidate>) {
    let costs = resources.costs;
    let word = |s: &str| (s.len() > 1 || matches!(s, "a" | "i")).then(|| (resources.word)(s)).flatten();
    let two: Vec<(usize, &str, &str)> = text
        .char_indices()
        .skip(1)
        .map(|(cut, c)| match c {
            '\'' | '’' => (cut, &text[..cut], &text[cut + c.len_utf8()..]),
            _ => (cut, &text[..cut], &text[cut..]),
        })
        .collect();
    let mut found = false;
    for (cut, left, right) in two {
        // Compounds that nobody lists are no glued words: these have one of the words that stand everywhere.
        if let (Some(l), Some(r)) = (word(left), word(right))
            && (resources.unigram)(l).max((resources.unigram)(r)) > resources.costs.glued
        {
            let marked = left.len() + right.len() < text.len();
            let log_weight = if marked { costs.marked_split } else { costs.split };
            let (text, symbols) = (format!("{left} {right}"), vec![l, r]);
            out.push(Candidate { text, log_weight, symbols });
            found |= cut > 0;
        }
    }
    let first = text.chars().next().map_or(0, char::len_utf8);
    if let (Some(weight), Some(i), Some(rest)) = (misread_i(resources, &text[..first]), word("i"), word(&text[first..]))
        && (resources.unigram)(rest) > costs.glued_i
    {
        let text = format!("i {}", &text[first..]);
        out.push(Candidate { text, log_weight: costs.split - weight, symbols: vec![i, rest] });
    }
    if found || text.len() < SHORTEST_THREE {
        return;
    }
    // Fewest words first; of as few, the longest words.
    let mut best: Vec<Option<(usize, usize, usize)>> = vec![None; text.len() + 1];
    best[0] = Some((0, 0, 0));
    for end in 1..=text.len() {
        for from in 0..end {
            let Some((words, squares, _)) = best[from] else { continue };
            let Some(part) = text.get(from..end) else { continue };
            if word(part).is_none() {
                continue;
            }
            let candidate = (words + 1, squares + part.len() * part.len(), from);
            let better = best[end].is_none_or(|b| candidate.0 < b.0 || (candidate.0 == b.0 && candidate.1 > b.1));
            if better {
                best[end] = Some(candidate);
            }
        }
    }
    if let Some((words, _, _)) = best[text.len()]
        && words > 2
    {
        let mut parts = Vec::new();
        let mut end = text.len();
        while end > 0 {
            let (_, _, from) = best[end].expect("a path leads here");
            parts.push(&text[from..end]);
            end = from;
        }
        parts.reverse();
        let symbols = parts.iter().filter_map(|p| word(p)).collect();
        let log_weight = costs.split * (words - 1) as f32;
        out.push(Candidate { text: parts.join(" "), log_weight, symbols });
    }
}
