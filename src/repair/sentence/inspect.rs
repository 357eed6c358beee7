//! Looking at what a sentence was decoded from: nothing here changes anything.

use std::ops::Range;

use super::{Around, Engine, Sentence};
use crate::candidates::{Arc, Source};
use crate::decoder::Decoded;
use crate::repair::edit::Alternative;
use crate::repair::explain::{Candidate, Origin, Word};
use crate::text::Kind;

/// Alternatives less likely than this are not told.
const TOLD: f32 = 0.01;
/// At most so many are told.
const MOST: usize = 5;
/// At most so many readings of an edit's tokens are looked at.
const ENOUGH: usize = 64;

impl Sentence {
    /// What else the tokens of an edit might have been, as text for the same bytes.
    pub(super) fn alternatives(
        &self,
        engine: &Engine,
        line: &[u8],
        decoded: &Decoded,
        positions: &Range<usize>,
        (head, tail): (usize, usize),
        chosen: &str,
    ) -> Vec<Alternative> {
        let whole = String::from_utf8_lossy(&line[self.span(positions.clone())]).into_owned();
        if whole.contains('\u{FFFD}') || whole.len() < head + tail {
            return Vec::new();
        }
        let mut readings = Vec::new();
        self.readings(engine, line, decoded, positions.clone(), (String::new(), 1.0), &mut readings);
        let mut out: Vec<Alternative> = Vec::new();
        for (text, confidence) in readings {
            // Readings share what is around the edit, or are about more than its bytes and are not told.
            let inner = text.strip_prefix(&whole[..head]).and_then(|t| t.strip_suffix(&whole[whole.len() - tail..]));
            match inner.filter(|t| *t != chosen) {
                Some(text) if !out.iter().any(|a| a.text == text) => out.push(Alternative { text: text.to_owned(), confidence }),
                _ => {}
            }
        }
        out.sort_by(|a, b| b.confidence.total_cmp(&a.confidence).then_with(|| a.text.cmp(&b.text)));
        out.truncate(MOST);
        out
    }

    /// What a stretch may read as, arc by arc; each as likely as the least likely of its arcs.
    fn readings(
        &self,
        engine: &Engine,
        line: &[u8],
        decoded: &Decoded,
        rest: Range<usize>,
        begun: (String, f32),
        out: &mut Vec<(String, f32)>,
    ) {
        if rest.is_empty() {
            out.push(begun);
            return;
        }
        for index in self.lattice.starting_at(rest.start) {
            let arc = &self.lattice.arcs()[index];
            let (end, posterior) = (arc.end as usize, decoded.posteriors[index]);
            if end > rest.end || posterior < TOLD || out.len() >= ENOUGH {
                continue;
            }
            let own = rest.start..end;
            let mut text = begun.0.clone();
            match arc.source {
                Source::Keep { .. } => text.push_str(&String::from_utf8_lossy(&line[self.span(own)])),
                _ => text.push_str(&self.render(line, own, &self.words(engine, arc))),
            }
            if end < rest.end {
                let between = self.places[end - 1].token.end as usize..self.places[end].token.start as usize;
                text.push_str(&String::from_utf8_lossy(&line[between]));
            }
            self.readings(engine, line, decoded, end..rest.end, (text, begun.1.min(posterior)), out);
        }
    }

    /// The words that an arc puts down, before case is carried over.
    fn words(&self, engine: &Engine, arc: &Arc) -> String {
        let own = || {
            let texts = (arc.start..arc.end).map(|p| self.text(p as usize));
            texts.collect::<Vec<_>>().join(" ")
        };
        match &arc.source {
            Source::Substitute { entry, .. } => engine.table.original(entry.original).to_owned(),
            Source::Split { at, halves } => {
                let (text, halves) = (own(), self.lattice.halves(*halves));
                let (left, right) = text.split_at(*at as usize);
                let half =
                    |i: usize, own: &str| halves[i].map_or(own.to_owned(), |e| engine.table.original(e.original).to_owned());
                format!("{} {}", half(0, left), half(1, right))
            }
            _ => own(),
        }
    }

    /// The words of the sentence with their candidates; ranges count from the start of the line.
    pub(in crate::repair) fn inspect(&self, engine: &Engine, line: &[u8], around: Option<&Around<'_>>, out: &mut Vec<Word>) {
        let concluded = self.concluded(around);
        for position in 0..self.lattice.positions() {
            let place = self.places[position];
            let token = place.token;
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
                    // The lattices of scanned lines are others.
                    Source::Reading { .. } => continue,
                    Source::Substitute { .. } => (Origin::Table, self.words(engine, arc)),
                };
                let weight = match &arc.source {
                    Source::Substitute { entry, .. } => Some(entry.log_weight.exp()),
                    _ => None,
                };
                // What is chosen counts with all readings that say the same: that is what the edit is judged by.
                let chosen = concluded.path.iter().position(|chosen| *chosen as usize == index);
                let confidence = chosen.map(|i| concluded.confidences[i]);
                let (probability, chosen) = (confidence.unwrap_or(concluded.posteriors[index]), confidence.is_some());
                candidates.push(Candidate { text, range: span, origin, weight, probability, chosen, confidence: 0.0 });
            }
            candidates.sort_by(|a, b| b.probability.total_cmp(&a.probability));
            out.push(Word {
                range: token.range(),
                line: 0,
                kind: token.kind,
                protected: place.protected,
                unknown: place.unknown,
                garbled: 0.0,
                candidates,
            });
        }
    }
}
