//! Spaces that an engine lost or made up: torn words, glued words, words with marks inside.

use super::misread::Candidate;
use super::own::Misreading;
use super::{OcrBuilder, OcrResources, Seen, Standing, WordId};
use crate::candidates::lattice::{Accident, Lattice, Source};
use crate::dictionary::START;
use crate::text::Kind;

/// Tokens without a space between them that may be one word, at most.
const LONGEST_SPAN: usize = 9;

/// Shortest string that may be three words, in bytes.
const SHORTEST_THREE: usize = 6;

/// What stands behind a word, contracted.
const CLITICS: [&str; 6] = ["'s", "'re", "'ve", "'ll", "'d", "'m"];

/// Characters of a misread one of those, at most.
const LONGEST_CLITIC: usize = 3;

/// Characters of a misread half of two words with a mark between them, at least, and what it may have been, at most.
const SHORTEST_HALF: usize = 3;
const MOST_HALVES: usize = 2;

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

/// What it takes to read a string for the word `I`; `None` where no engine does.
pub(super) fn misread_i<D>(resources: &OcrResources<'_, D>, read: &str) -> Option<f32> {
    let originals = resources.confusions.originals(&format!("{START}{read}"));
    originals.iter().find(|(original, _)| original.trim_start_matches(START) == "i").map(|(_, weight)| *weight)
}

/// Whether a character is an apostrophe, which engines also see in specks between two words.
fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’')
}

/// The number of a word that may stand by itself.
fn part<D>(resources: &OcrResources<'_, D>, text: &str) -> Option<WordId> {
    (text.len() > 1 || matches!(text, "a" | "i")).then(|| (resources.word)(text)).flatten()
}

/// A string that no list holds may be two words or more that lost the spaces between them, or have marks there.
pub(super) fn splits<D>(resources: &OcrResources<'_, D>, text: &str, out: &mut Vec<Candidate>) {
    let costs = resources.costs;
    for (cut, c) in text.char_indices().skip(1) {
        let marked = is_apostrophe(c);
        let (left, right) = (&text[..cut], &text[if marked { cut + c.len_utf8() } else { cut }..]);
        if let (Some(l), Some(r)) = (part(resources, left), part(resources, right)) {
            // Compounds that nobody lists are hardly ever glued words: most of these have one of the words that stand everywhere.
            let everywhere = (resources.unigram)(l).max((resources.unigram)(r)) > costs.glued;
            let compound = if everywhere { 0.0 } else { costs.split_compound };
            let log_weight = if marked { costs.marked_split } else { costs.split } + compound;
            out.push(Candidate { text: format!("{left} {right}"), log_weight, symbols: vec![l, r] });
        }
    }
    let first = text.chars().next().map_or(0, char::len_utf8);
    if let (Some(weight), Some(i), Some(rest)) =
        (misread_i(resources, &text[..first]), (resources.word)("i"), part(resources, &text[first..]))
        && (resources.unigram)(rest) > costs.glued_i
    {
        let text = format!("i {}", &text[first..]);
        out.push(Candidate { text, log_weight: costs.split - weight, symbols: vec![i, rest] });
    }
    out.extend(many(resources, text));
}

/// The likeliest three words or more that a string is, if it is all words.
fn many<D>(resources: &OcrResources<'_, D>, text: &str) -> Option<Candidate> {
    if text.len() < SHORTEST_THREE {
        return None;
    }
    let costs = resources.costs;
    // For each place the log-probability of the words up to there, where the last one begins, and its number.
    let mut best: Vec<Option<(f32, usize, WordId)>> = vec![None; text.len() + 1];
    for end in 1..=text.len() {
        for from in 0..end {
            let before = if from == 0 { Some(0.0) } else { best[from].map(|b| b.0) };
            let (Some(before), Some(word)) = (before, text.get(from..end)) else { continue };
            let clitic = from > 0 && word.starts_with('\'');
            let Some(symbol) = (if clitic { (resources.word)(word) } else { part(resources, word) }) else { continue };
            let unigram = (resources.unigram)(symbol);
            if unigram <= costs.glued_known {
                continue;
            }
            let score = before + unigram + if from == 0 || clitic { 0.0 } else { costs.split };
            if best[end].is_none_or(|b| score > b.0) {
                best[end] = Some((score, from, symbol));
            }
        }
    }
    let mut parts = Vec::new();
    let mut end = text.len();
    while end > 0 {
        let (_, from, symbol) = best[end]?;
        parts.push((&text[from..end], symbol));
        end = from;
    }
    parts.reverse();
    let (mut out, mut spaces) = (String::new(), 0);
    for (n, (word, _)) in parts.iter().enumerate() {
        if n > 0 && !word.starts_with('\'') {
            out.push(' ');
            spaces += 1;
        }
        out.push_str(word);
    }
    let symbols = parts.iter().map(|p| p.1).collect();
    (spaces > 1).then_some(Candidate { text: out, log_weight: costs.split * spaces as f32, symbols })
}

impl OcrBuilder {
    /// A string with an apostrophe or another mark inside may be a word with a contracted one behind it, or two words of which one was
    /// misread as well.
    pub(super) fn marked<D: AsRef<[u8]>>(&mut self, resources: &OcrResources<'_, D>, text: &str, out: &mut Vec<Candidate>) {
        let costs = resources.costs;
        for (cut, c) in text.char_indices().skip(1).filter(|(_, c)| !c.is_alphanumeric()) {
            let (left, right) = (&text[..cut], &text[cut + c.len_utf8()..]);
            let (first, second) = (part(resources, left), part(resources, right));
            let read = |read: &str, stood: &str| {
                Misreading::new(resources.confusions, read, -costs.unlisted).weigh(stood, costs.search_bound)
            };
            let mark = if is_apostrophe(c) { 0.0 } else { read(&text[cut..cut + c.len_utf8()], "'") };
            if let Some(first) = first.filter(|_| right.chars().count() <= LONGEST_CLITIC) {
                for clitic in CLITICS {
                    let weight = mark + read(right, &clitic[1..]);
                    if let Some(second) = (resources.word)(clitic).filter(|_| weight <= costs.search_bound) {
                        out.push(Candidate {
                            text: format!("{left}{clitic}"),
                            log_weight: -weight,
                            symbols: vec![first, second],
                        });
                    }
                }
            }
            if !is_apostrophe(c) || first.is_some() == second.is_some() {
                continue;
            }
            // Shorter strings could be anything.
            let doubtful = if first.is_some() { right } else { left };
            let known = first.or(second).filter(|w| (resources.unigram)(*w) > costs.glued);
            let Some(known) = known.filter(|_| doubtful.chars().count() >= SHORTEST_HALF && !doubtful.contains(is_apostrophe))
            else {
                continue;
            };
            let found = self.candidates(resources, doubtful, false);
            for c in found.iter().filter(|c| c.symbols.len() == 1).take(MOST_HALVES) {
                let (text, symbols) = match first {
                    Some(_) => (format!("{left} {}", c.text), vec![known, c.symbols[0]]),
                    None => (format!("{} {right}", c.text), vec![c.symbols[0], known]),
                };
                out.push(Candidate { text, log_weight: costs.marked_split + c.log_weight, symbols });
            }
        }
    }
}
