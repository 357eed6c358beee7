//! Looking at what a sentence was decoded from: nothing here changes anything.

use std::ops::Range;

use super::{Engine, Sentence, trim};
use crate::candidates::{Arc, Source};
use crate::repair::edit::Alternative;
use crate::repair::explain::{Candidate, Origin, Word};
use crate::text::Kind;

/// Alternatives less likely than this are not told.
const TOLD: f32 = 0.01;
/// At most so many are told.
const MOST: usize = 5;

impl Sentence {
    /// What else the tokens of an edit might have been, as text for the same bytes.
    pub(super) fn alternatives(
        &self,
        engine: &Engine,
        line: &[u8],
        positions: &Range<usize>,
        (head, tail): (usize, usize),
        chosen: &str,
    ) -> Vec<Alternative> {
        let whole = String::from_utf8_lossy(&line[self.span(positions.clone())]).into_owned();
        let mut out: Vec<Alternative> = Vec::new();
        // Kept word for word, by as many arcs as there are tokens: as likely as the least likely of them.
        let mut kept = 1f32;
        for index in positions.clone().flat_map(|p| self.lattice.starting_at(p)) {
            let arc = &self.lattice.arcs()[index];
            let posterior = self.lattice.posterior(index);
            if matches!(arc.source, Source::Keep { .. }) {
                kept = kept.min(posterior);
            } else if arc.start as usize == positions.start && arc.end as usize == positions.end {
                let text = self.render(line, positions.clone(), &self.words(engine, arc));
                let text = if text.len() >= head + tail && text.is_char_boundary(head) && text.is_char_boundary(text.len() - tail)
                {
                    // Alternatives share what is around the edit, or stand for more than its bytes and are not told.
                    let around = text.starts_with(&whole[..head]) && text.ends_with(&whole[whole.len() - tail..]);
                    if !around {
                        continue;
                    }
                    trim(&text, head, tail)
                } else {
                    continue;
                };
                out.push(Alternative { text, confidence: posterior });
            }
        }
        if whole.len() >= head + tail {
            out.push(Alternative { text: trim(&whole, head, tail), confidence: kept });
        }
        out.retain(|a| a.confidence >= TOLD && a.text != chosen);
        out.sort_by(|a, b| b.confidence.total_cmp(&a.confidence).then_with(|| a.text.cmp(&b.text)));
        out.dedup_by(|next, kept| next.text == kept.text);
        out.truncate(MOST);
        out
    }

    /// The words that an arc puts down, before case is carried over.
    fn words(&self, engine: &Engine, arc: &Arc) -> String {
        let own = || {
            let texts = (arc.start..arc.end).map(|p| &self.folded[self.observed[p as usize].folded.clone()]);
            texts.collect::<Vec<_>>().join(" ")
        };
        match &arc.source {
            Source::Substitute { entry, .. } => engine.table.original(entry.original).to_owned(),
            Source::Split { at, halves } => {
                let text = own();
                let (left, right) = text.split_at(*at as usize);
                let half =
                    |i: usize, own: &str| halves[i].map_or(own.to_owned(), |e| engine.table.original(e.original).to_owned());
                format!("{} {}", half(0, left), half(1, right))
            }
            _ => own(),
        }
    }

    /// The words of the sentence with their candidates; ranges count from the start of the line.
    pub(in crate::repair) fn inspect(&self, engine: &Engine, line: &[u8], out: &mut Vec<Word>) {
        let chosen: Vec<usize> = self.path.iter().map(|(index, _)| *index as usize).collect();
        for position in 0..self.lattice.positions() {
            let observed = &self.observed[position];
            let token = self.tokens[position];
            if !matches!(token.kind, Kind::Word | Kind::Clitic | Kind::Code) {
                continue;
            }
            let mut candidates = Vec::new();
            for index in self.lattice.starting_at(position) {
                let arc = &self.lattice.arcs()[index];
                let span = self.span(arc.start as usize..arc.end as usize);
                let (origin, text) = match &arc.source {
                    Source::Keep { .. } => (Origin::Kept, String::from_utf8_lossy(&line[span.clone()]).into_owned()),
                    Source::Split { .. } => (Origin::Split, self.words(engine, arc)),
                    Source::Substitute { .. } => (Origin::Table, self.words(engine, arc)),
                };
                let weight = match &arc.source {
                    Source::Substitute { entry, .. } => Some(entry.log_weight.exp()),
                    _ => None,
                };
                let (probability, chosen) = (self.lattice.posterior(index), chosen.contains(&index));
                candidates.push(Candidate { text, range: span, origin, weight, probability, chosen });
            }
            candidates.sort_by(|a, b| b.probability.total_cmp(&a.probability));
            out.push(Word {
                range: token.range(),
                line: 0,
                kind: token.kind,
                protected: observed.protected,
                unknown: observed.unknown,
                garbled: 0.0,
                candidates,
            });
        }
    }
}
