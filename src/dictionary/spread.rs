//! Counts for forms that were not seen, from the forms that were: who swaps "street" for "avenue" swaps "streets" for "avenues".

use std::collections::{BTreeMap, HashMap};

use super::PartOfSpeech;
use super::compile::Sources;
use super::source::Style;

/// What a form's own count is worth for the other forms of its lemma: little, since spinners' lists hold exact forms.
const SPREAD: f32 = 0.1;

/// Counts of one original, its share of the counts of its sister forms included.
#[derive(Debug, Default, Clone)]
pub(super) struct Tally {
    pub kept: f32,
    pub spun: BTreeMap<String, (f32, Style)>,
}

impl Tally {
    pub fn swapped(&self) -> f32 {
        self.spun.values().map(|s| s.0).sum()
    }

    fn add(&mut self, spun: String, count: f32, style: Style) {
        let s = self.spun.entry(spun).or_insert((0.0, style));
        s.0 += count;
        s.1 = s.1.min(style);
    }
}

/// The observations, spread over the forms of the lemmas that the written tables know.
pub(super) fn spread(sources: Sources<'_>, known: &dyn Fn(&str) -> bool) -> BTreeMap<String, Tally> {
    let mut lemmas: HashMap<String, Vec<(&str, PartOfSpeech, usize)>> = HashMap::new();
    for row in sources.rows.iter().chain(sources.fallback) {
        for form in 0..row.pos.forms() {
            let here = lemmas.entry(sources.inflections.inflect(&row.original, row.pos, form)).or_default();
            // Past and participle of one spelling are one form; so are the rows that two tables have of one word.
            if !here.iter().any(|l| (l.0, l.1) == (&row.original, row.pos)) {
                here.push((&row.original, row.pos, form));
            }
        }
    }
    let mut out: BTreeMap<String, Tally> = BTreeMap::new();
    for (original, seen) in sources.observed.into_iter().flatten() {
        let own = out.entry(original.clone()).or_default();
        own.kept += seen.kept as f32;
        for (spun, (count, style)) in &seen.spun {
            own.add(spun.clone(), *count as f32, *style);
        }
        for (lemma, pos, form) in lemmas.get(original).into_iter().flatten().filter(|l| l.1.forms() > 1) {
            let sisters =
                |from: &str| -> Vec<String> { (0..pos.forms()).map(|f| sources.inflections.inflect(from, *pos, f)).collect() };
            let originals = sisters(lemma);
            for (spun, (count, style)) in &seen.spun {
                let Some(base) = base_of(spun, *pos, *form, sources, known) else { continue };
                for (o, s) in originals.iter().zip(sisters(&base)) {
                    if o != original && *o != s {
                        out.entry(o.clone()).or_default().add(s, SPREAD * *count as f32, *style);
                    }
                }
            }
            let mut others: Vec<&String> = originals.iter().filter(|o| *o != original).collect();
            others.dedup();
            for o in others {
                out.entry(o.clone()).or_default().kept += SPREAD * seen.kept as f32;
            }
        }
    }
    out
}

/// The base form whose form number `form` is `word`, if the vocabulary holds one.
fn base_of(word: &str, pos: PartOfSpeech, form: usize, sources: Sources<'_>, known: &dyn Fn(&str) -> bool) -> Option<String> {
    if word.contains(' ') {
        return None;
    }
    let endings: &[(&str, &str)] = match (pos, form) {
        (_, 0) => &[("", "")],
        (PartOfSpeech::Noun, _) | (PartOfSpeech::Verb, 1) => &[("s", ""), ("es", ""), ("ies", "y")],
        (PartOfSpeech::Verb, 4) => &[("ing", ""), ("ing", "e")],
        (PartOfSpeech::Verb, _) => &[("ed", ""), ("d", ""), ("ied", "y")],
        (PartOfSpeech::Adjective, 1) => &[("er", ""), ("r", ""), ("ier", "y")],
        (PartOfSpeech::Adjective, _) => &[("est", ""), ("st", ""), ("iest", "y")],
        (PartOfSpeech::Adverb | PartOfSpeech::Exact, _) => return None,
    };
    let regular = endings.iter().filter_map(|(ending, put)| word.strip_suffix(ending).map(|stem| format!("{stem}{put}")));
    let listed = sources.inflections.bases_of(word, pos);
    regular.chain(listed).find(|base| known(base) && sources.inflections.inflect(base, pos, form) == word)
}
