//! From rows to the compiled form: inflected pairs, finite-state maps over both sides, and the entries they point to.

use std::collections::{BTreeMap, HashSet};

use super::contraction::uncontracted;
use super::observed::Observed;
use super::source::{Alternative, Row, Style, normalise};
use super::spread::{Tally, spread};
use super::{Inflections, PartOfSpeech};

pub(super) const MAGIC: &[u8; 4] = b"DGDC";
pub(super) const VERSION: u32 = 2;
/// Log-weights are stored as negative multiples of one over this, in a byte: down to e to the -12.
pub(super) const WEIGHT_SCALE: f32 = 21.0;
/// What is stored for a pair of weight 0, which takes a pair out of the table it is put over.
pub(super) const TAKEN_OUT: u8 = u8::MAX;
/// Bytes of an entry: number of the original and style in three, weight in one.
pub(super) const ENTRY: usize = 4;
/// Bytes of the habits of an original: its kept share, its leaning.
pub(super) const HABITS: usize = 2;
/// Leanings are stored as multiples of one over this.
pub(super) const LEANING_SCALE: f32 = 16.0;
/// The style stands above the bits of the original's number.
pub(super) const STYLE_SHIFT: u32 = 22;

/// The weight of a spinner's favourite.
const FAVOURITE: f32 = 9.0;

/// Share of the occurrences of an original that are left alone, by the tenths its writer guessed: what was measured on garbled
/// pages where the table gives the guess.
const KEPT: [f32; 10] = [0.05, 0.15, 0.45, 0.6, 0.68, 0.68, 0.83, 0.93, 0.95, 0.985];
/// How many swaps on garbled pages the written replacements of an original are worth.
const WRITTEN_WORTH: f32 = 4.0;
/// How many occurrences on garbled pages the writer's word on how often an original is left alone is worth.
const KEPT_WORTH: f32 = 3.0;

/// Pairs this much less likely than the favourite of their original widen the lattice for nothing.
const RARE: f32 = 2e-3;

/// Written weights run from 1 to 9; spinners' preferences are steeper. The exponents were chosen on garbled pages: of the common
/// spinners the writers know the habits, of the others little more than the thesaurus.
fn sharpened(a: &Alternative) -> f32 {
    (a.weight / FAVOURITE).powf(if a.style == Style::Common { 4.0 } else { 2.0 })
}

/// One surface pair: an original, what it may be spun to, and how likely that is once it is spun.
#[derive(Debug, Clone, PartialEq)]
pub struct Pair {
    /// The original as the tokenizer splits it.
    pub original: String,
    /// The spun form as the tokenizer splits it.
    pub spun: String,
    /// P(spun form | original, spun): the pairs of an original sum to one at most.
    pub weight: f32,
    /// The kind of spinner.
    pub style: Style,
}

/// All surface pairs of the rows and, for every original, the share of its occurrences that is left alone.
#[derive(Debug, Default)]
pub struct Expansion {
    /// Sorted by original, then spun form.
    pub pairs: Vec<Pair>,
    /// Share left alone, by original.
    pub kept: BTreeMap<String, f32>,
    /// How much likelier an original is in the news than in calls, as a log-probability; those not listed are alike in both.
    pub leanings: BTreeMap<String, f32>,
}

impl Expansion {
    /// Drops the pairs that are too rare beside their original's favourite to be worth an arc; the originals stay.
    pub fn without_rare_pairs(mut self) -> Expansion {
        let mut best: BTreeMap<String, f32> = BTreeMap::new();
        for pair in &self.pairs {
            let b = best.entry(pair.original.clone()).or_default();
            *b = b.max(pair.weight);
        }
        self.pairs.retain(|p| p.weight >= RARE * best[&p.original]);
        self
    }
}

/// What the text under `dictionaries/` says, parsed.
#[derive(Debug, Clone, Copy)]
pub struct Sources<'a> {
    /// The written tables.
    pub rows: &'a [Row],
    /// Replacements added to what the written rows say; how often an original is left alone they say only where nobody else does.
    pub fallback: &'a [Row],
    /// Counts that set both right, where there are any.
    pub observed: Option<&'a Observed>,
    /// Irregular forms.
    pub inflections: &'a Inflections,
}

/// What is known of one original while rows are gathered.
#[derive(Default)]
struct Gathered {
    /// Rows that yield it, and the sum of their kept shares.
    rows: f32,
    kept: f32,
    /// Whether all of those rows are of the fallback.
    fallback: bool,
    /// Sum of the weights of its rows.
    total: f32,
    spun: BTreeMap<String, (f32, Option<Style>)>,
    /// What garbled pages showed.
    counts: Option<Tally>,
}

/// Inflects the rows and blends in the counts.
///
/// Forms whose words `known` does not accept are dropped: rules over-generate, the vocabulary decides.
pub fn expand(sources: Sources<'_>, known: &dyn Fn(&str) -> bool) -> Expansion {
    let mut gathered: BTreeMap<String, Gathered> = BTreeMap::new();
    let written = sources.rows.iter().map(|r| (r, true));
    for (row, written) in written.chain(sources.fallback.iter().map(|r| (r, false))) {
        // Forms with one spelling (past and participle) are one original with the spun forms of both.
        let mut forms: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for form in 0..row.pos.forms() {
            let original = normalise(&sources.inflections.inflect(&row.original, row.pos, form));
            let comparative = row.pos == PartOfSpeech::Adjective && form > 0 && original.contains(' ');
            if !comparative && is_sound(&original, row.pos == PartOfSpeech::Exact, known) {
                forms.entry(original).or_default().push(form);
            }
        }
        for (original, forms) in forms {
            let g = gathered.entry(original.clone()).or_default();
            if written || g.fallback || g.rows == 0.0 {
                g.rows += 1.0;
                g.kept += KEPT[(row.kept * 10.0).round() as usize];
                g.fallback = !written;
            }
            g.total += row.spun.iter().map(sharpened).sum::<f32>();
            for form in &forms {
                for a in &row.spun {
                    let spun = normalise(&sources.inflections.inflect(&a.text, row.pos, *form));
                    if uncontracted(&spun) == uncontracted(&original) || spun.is_empty() {
                        continue;
                    }
                    let s = g.spun.entry(spun).or_default();
                    s.0 += sharpened(a) / forms.len() as f32;
                    s.1 = Some(s.1.map_or(a.style, |old| old.min(a.style)));
                }
            }
        }
    }
    for (original, tally) in spread(sources, known) {
        if is_sound(&original, true, known) {
            gathered.entry(original).or_default().counts = Some(tally);
        }
    }
    let mut out = Expansion::default();
    for (original, g) in gathered {
        let total = g.total.max(1.0);
        let tally = g.counts.unwrap_or_default();
        let written = if g.spun.is_empty() { 0.0 } else { WRITTEN_WORTH };
        let swapped = written + tally.swapped();
        let mut shares: BTreeMap<String, (f32, Style)> = BTreeMap::new();
        for (spun, (weight, style)) in g.spun {
            shares.insert(spun, (written * weight / total / swapped, style.unwrap_or(Style::Common)));
        }
        for (spun, (count, style)) in tally.spun.into_iter().filter(|s| uncontracted(&s.0) != uncontracted(&original)) {
            let s = shares.entry(spun).or_insert((0.0, style));
            s.0 += count / swapped;
            s.1 = s.1.min(style);
        }
        let guess = if g.rows > 0.0 { g.kept / g.rows } else { KEPT[5] };
        let kept = (KEPT_WORTH * guess + tally.kept) / (KEPT_WORTH + tally.kept + (swapped - written));
        out.pairs.extend(shares.into_iter().map(|(spun, (weight, style))| Pair {
            original: original.clone(),
            spun,
            weight,
            style,
        }));
        out.kept.insert(original, kept);
    }
    out
}

/// A phrase vouches for its own words; numbers are nobody's to put in.
fn is_sound(original: &str, exact: bool, known: &dyn Fn(&str) -> bool) -> bool {
    let phrase = original.contains(' ');
    let vouched = |w: &str| phrase && (exact || !w.chars().all(char::is_alphabetic));
    original.split(' ').all(|w| known(w) || vouched(w))
        && !original.contains(|c: char| c.is_ascii_digit() || c == '$' || c == '%')
}

/// Writes the compiled form.
pub fn compile(expansion: &Expansion) -> Vec<u8> {
    let numbers: BTreeMap<&str, u32> = expansion.kept.keys().zip(0..).map(|(original, i)| (original.as_str(), i)).collect();
    let mut by_spun: BTreeMap<&str, Vec<Stored>> = BTreeMap::new();
    for pair in &expansion.pairs {
        let original = numbers[pair.original.as_str()];
        by_spun.entry(&pair.spun).or_default().push(Stored {
            original,
            style: pair.style as u8,
            weight: stored_weight(pair.weight),
        });
    }
    let mut writer = Writer::default();
    for (spun, group) in by_spun {
        writer.group(spun.as_bytes(), &group);
    }
    let originals: Vec<(&str, Habits)> = expansion.kept.keys().map(|o| (o.as_str(), stored_habits(expansion, o))).collect();
    writer.finish(&originals)
}

/// A pair as it is stored under its spun form.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stored {
    /// Number of the original.
    pub original: u32,
    /// Number of the style.
    pub style: u8,
    /// See [`stored_weight`].
    pub weight: u8,
}

/// The byte for a weight.
pub(super) fn stored_weight(weight: f32) -> u8 {
    let log = (-weight.max(1e-9).ln() * WEIGHT_SCALE).clamp(0.0, (TAKEN_OUT - 1) as f32);
    if weight == 0.0 { TAKEN_OUT } else { log.round() as u8 }
}

/// The kept share and the leaning of an original, as they are stored.
pub(super) type Habits = [u8; HABITS];

/// The bytes for the habits of an original.
pub(super) fn stored_habits(expansion: &Expansion, original: &str) -> Habits {
    let share = expansion.kept.get(original).copied().unwrap_or_default();
    let leaning = expansion.leanings.get(original).copied().unwrap_or_default();
    [(share * 255.0).round() as u8, (leaning * LEANING_SCALE).round() as i8 as u8]
}

/// Puts the compiled form together.
///
/// After magic and version: the number of originals; their texts (end offsets, then bytes) and habits; the two maps, spun
/// form to offset of its entries and original to number; the entries. All numbers little-endian.
pub(super) struct Writer {
    spun: fst::MapBuilder<Vec<u8>>,
    entries: Vec<u8>,
    pairs: usize,
}

impl Default for Writer {
    fn default() -> Self {
        Writer { spun: fst::MapBuilder::memory(), entries: Vec::new(), pairs: 0 }
    }
}

impl Writer {
    /// Adds the pairs of a spun form; spun forms come in order.
    pub fn group(&mut self, spun: &[u8], group: &[Stored]) {
        // No more can be counted there, and no more are ever looked at.
        let group = &group[..group.len().min(u16::MAX as usize)];
        self.spun.insert(spun, self.entries.len() as u64).expect("keys are sorted and distinct");
        self.entries.extend((group.len() as u16).to_le_bytes());
        for pair in group {
            self.entries.extend(&(pair.original | (pair.style as u32) << STYLE_SHIFT).to_le_bytes()[..3]);
            self.entries.push(pair.weight);
        }
        self.pairs += group.len();
    }

    /// Writes it all; `originals` are in order, with their habits.
    pub fn finish(self, originals: &[(&str, Habits)]) -> Vec<u8> {
        let (mut text, mut ends) = (Vec::new(), Vec::new());
        for (original, _) in originals {
            text.extend(original.as_bytes());
            ends.extend((text.len() as u32).to_le_bytes());
        }
        let numbers = fst::Map::from_iter(originals.iter().zip(0..).map(|((original, _), i)| (original, i)));
        let sections = [
            (ends, originals.len()),
            (text, 0),
            (originals.iter().flat_map(|(_, habits)| *habits).collect(), 0),
            (self.spun.into_inner().expect("memory is no file"), 0),
            (numbers.expect("keys are sorted and distinct").into_fst().into_inner(), 0),
            (self.entries, self.pairs),
        ];
        let mut out = Vec::new();
        out.extend(MAGIC);
        out.extend(VERSION.to_le_bytes());
        for (bytes, count) in &sections {
            out.extend((bytes.len() as u32).to_le_bytes());
            out.extend((*count as u32).to_le_bytes());
        }
        for (bytes, _) in sections {
            out.extend(bytes);
        }
        out
    }
}

/// A function that accepts the words of a vocabulary.
pub fn known_words<'a>(words: impl IntoIterator<Item = &'a str>) -> impl Fn(&str) -> bool {
    let set: HashSet<String> = words.into_iter().map(str::to_owned).collect();
    move |w| set.contains(w)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::{TableKind, parse_table};
    use super::*;

    #[test]
    fn pairs_inflect_together_and_weights_stay_below_one() {
        let rows = parse_table("rise\tv\t2\tclimb 3, go up 1\n", TableKind::Words, Path::new("t")).unwrap();
        let listed =
            Inflections::parse("rise\tv\trises rose risen rising\ngo\tv\tgoes went gone going\n", Path::new("i")).unwrap();
        let known = known_words(["rise", "rises", "rose", "risen"]);
        let e = expand(Sources { rows: &rows, fallback: &[], observed: None, inflections: &listed }, &known);
        let pairs: Vec<(&str, &str)> = e.pairs.iter().map(|p| (p.original.as_str(), p.spun.as_str())).collect();
        assert!(pairs.contains(&("rose", "went up")) && pairs.contains(&("risen", "gone up")));
        assert!(!pairs.iter().any(|p| p.0 == "rising"), "not in the vocabulary");
        for original in e.kept.keys() {
            let sum: f32 = e.pairs.iter().filter(|p| p.original == *original).map(|p| p.weight).sum();
            assert!(sum <= 1.0001);
        }
    }
}
