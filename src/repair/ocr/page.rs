//! A page as OCR repair sees it: its lines, and what they tell of its kind together.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::super::document::lines_of;
use super::super::repairer::Engine;
use super::super::screen::Glance;
use super::english;
use super::line::Line;
use crate::candidates::{OwnWords, Standing, with_short_s};

/// Rare words for each word of the vocabulary that a page of another kind has, at least.
const FOREIGN: f32 = 0.012;

/// Strange words for each word of the vocabulary that a page has of which most strange words are misread, at least.
const WORN: f32 = 0.05;

/// Words with a long s that a page set in long s has, at least, and for each of its strange words.
const LONG_S: (usize, f32) = (4, 0.25);

/// Long dashes of a page whose writer uses no others, at least, and for each of its tokens.
const LONG_DASHES: (usize, f32) = (3, 0.001);

/// A document.
#[derive(Debug, Default)]
pub(super) struct Page {
    pub lines: Vec<Line>,
    /// How often the document holds each word that no list has.
    pub repeated: FxHashMap<String, u32>,
    /// How often it holds each name that the language model knows as one of many, and each word of the wide list.
    pub names: FxHashMap<String, u32>,
    /// How often it holds each word of the language model, by number.
    pub said: Vec<u32>,
    /// Its words.
    pub own: OwnWords,
    /// Whether it has so many rare words that its kind is none that the language model knows.
    pub rare: bool,
    /// Whether the strange words of a page of another kind are rather its writer's than the engine's.
    pub foreign: bool,
    /// Whether it is an old print, set in long s, which the engine read as f.
    pub long_s: bool,
    /// Whether its dashes are longer than a hyphen.
    pub long_dash: bool,
    /// The engine that read the page, if that can be told.
    pub engine: Option<usize>,
}

impl Page {
    /// Looks at all lines; those that the glances at them have scanned are taken from there.
    pub fn scan(engine: &Engine, text: &[u8], glances: &mut [Glance]) -> Page {
        let mut lines: Vec<Line> = lines_of(text)
            .into_par_iter()
            .zip(glances)
            .map_init(
                || engine.workers.hire(),
                |worker, ((from, to), glance)| match glance.scanned.take() {
                    Some(line) => line.moved(from..to),
                    None => Line::scan(engine, worker, &text[from..to], from..to),
                },
            )
            .collect();
        english::protect_others(&mut lines);
        // The rest of a word that began on the line before is no word by itself.
        for i in 1..lines.len() {
            if lines[i - 1].ends_in_hyphen() && lines[i].standings.first() == Some(&Standing::Unknown) {
                lines[i].protected[0] = true;
            }
        }
        if puts_unread_marks(&lines) {
            lines.iter_mut().for_each(Line::release_identifiers);
        }
        let mut repeated: FxHashMap<String, u32> = FxHashMap::default();
        let mut names: FxHashMap<String, u32> = FxHashMap::default();
        let mut said = vec![0; engine.model.symbols()];
        let mut own = Vec::new();
        for line in &lines {
            for (at, standing) in line.standings.iter().enumerate() {
                match (standing, line.symbols[at]) {
                    (Standing::Unknown, _) => *repeated.entry(line.text(at).to_owned()).or_default() += 1,
                    (Standing::Name | Standing::Wide, _) => *names.entry(line.text(at).to_owned()).or_default() += 1,
                    (Standing::Word, Some(symbol)) => {
                        if said[symbol as usize] == 0 {
                            own.push((line.text(at), symbol));
                        }
                        said[symbol as usize] += 1;
                    }
                    _ => {}
                }
            }
        }
        let own = OwnWords::new(own);
        // Garble makes unknown words of known ones, hardly ever rare ones: these tell of the writer.
        let count = |of: Standing| lines.iter().flat_map(|l| &l.standings).filter(|s| **s == of).count() as f32;
        let rare = count(Standing::Wide) > FOREIGN * count(Standing::Word);
        // No writer has so many words in lower case that no list holds: an old print, or a bad scan.
        let worn = lines.iter().map(|l| l.strange).sum::<f32>() > WORN * count(Standing::Word);
        let long_dash = has_long_dashes(&lines);
        let long_s = is_in_long_s(engine, &lines);
        Page { lines, repeated, names, said, own, rare, foreign: rare && !worn, long_s, long_dash, engine: None }
    }
}

/// Whether the writer of a page has dashes that are no hyphens, and not just once.
fn has_long_dashes(lines: &[Line]) -> bool {
    let is_long = |line: &Line, at: usize| matches!(line.text(at), "--" | "—" | "–");
    let dashes: usize = lines.iter().map(|l| (0..l.tokens.len()).filter(|at| is_long(l, *at)).count()).sum();
    let tokens: usize = lines.iter().map(|l| l.tokens.len()).sum();
    dashes >= LONG_DASHES.0 && dashes as f32 >= LONG_DASHES.1 * tokens as f32
}

/// Whether the engine rather than the writer puts `_` into words: for each one between two words there are others that stand for a
/// character.
fn puts_unread_marks(lines: &[Line]) -> bool {
    let identifiers: usize = lines.iter().map(|l| l.identifiers.len()).sum();
    let unread: usize = lines.iter().map(|l| (0..l.tokens.len()).filter(|at| l.is_unread(*at)).count()).sum();
    unread > identifiers
}

/// Whether enough strange words of a page are words with a long s, and most of those with an f in them.
fn is_in_long_s(engine: &Engine, lines: &[Line]) -> bool {
    let (mut explained, mut with_f, mut strange) = (0, 0, 0.0);
    for line in lines {
        strange += line.strange;
        for at in (0..line.tokens.len()).filter(|at| line.standings[*at] == Standing::Unknown && line.is_wordlike(*at)) {
            let mut words = with_short_s(line.text(at), 0).peekable();
            with_f += words.peek().is_some() as usize;
            explained += words.any(|word| engine.model.word(&word).is_some()) as usize;
        }
    }
    explained >= LONG_S.0 && explained * 3 > with_f * 2 && explained as f32 > LONG_S.1 * strange
}

#[cfg(test)]
mod tests {
    use super::Page;
    use crate::repair::{Repairer, screen};

    #[test]
    fn underscores_between_words_are_the_writers_where_no_others_stand_for_characters() {
        let repairer = Repairer::new();
        let is_protected = |text: &str| {
            let mut glances = screen::glance(repairer.engine(), text.as_bytes(), true);
            let page = Page::scan(repairer.engine(), text.as_bytes(), &mut glances);
            let line = &page.lines[0];
            (0..line.tokens.len()).filter(|at| line.text(*at).contains('_')).all(|at| line.protected[at])
        };
        assert!(is_protected("The fields are net_income and gross_margin.\n"));
        assert!(!is_protected("The mar_in of our qu_rter was be_ter than th_t of last ye_r.\n"));
    }

    #[test]
    fn a_writer_has_long_dashes_who_has_some() {
        let repairer = Repairer::new();
        let has = |text: &str| {
            let mut glances = screen::glance(repairer.engine(), text.as_bytes(), true);
            Page::scan(repairer.engine(), text.as_bytes(), &mut glances).long_dash
        };
        assert!(has("We grew -- and how -- this year.\nWe will grow — and soon.\n"));
        assert!(!has("We grew - and how - this year.\nWe will grow - and soon.\n"));
        assert!(!has("We grew -- and how.\n"), "once is not enough");
    }
}
