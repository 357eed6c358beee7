//! A document as a whole: which passages are garbled, how its spinner behaves, and the edits under that profile.

use rayon::prelude::*;

use super::edit::Edit;
use super::explain::Word;
use super::repairer::Engine;
use super::repetition::Repetition;
use super::screen::{self, Glance};
use super::sentence::{Around, Sentence, Setting};
use super::worker::Worker;
use crate::channel::{Profile, garbled_lines};
use crate::context::{ContextModel, Lesson};
use crate::dictionary::SpunPage;
use crate::language_model::WordId;
use crate::text::{Casing, Kind, Technical, Token, tokenize};

/// Tokens decoded at once, at most: a text without full stops is cut here, so that no line blows up.
const LONGEST_SENTENCE: usize = 256;

/// Lines that one worker decodes in a row, at most: whoever is done takes some of what is left.
const LINES: usize = 8;

/// A line is taken for clean, and not decoded again, when it is garbled with a probability less than this.
const CLEAN: f32 = 0.05;

/// A line and what decoding it gave last.
#[derive(Debug, Default)]
struct Line {
    sentences: Vec<Sentence>,
    /// Log-likelihood of the line as garbled less that as clean.
    evidence: f32,
}

impl Line {
    fn read(engine: &Engine, worker: &mut Worker, profile: &Profile, line: &[u8]) -> Line {
        let mut tokens = std::mem::take(&mut worker.tokens);
        let mut protected = std::mem::take(&mut worker.protected);
        tokenize(line, &mut tokens);
        engine.protector.spans(line, &tokens, &mut protected);
        let mut out = Line::default();
        let heading = is_heading(line, &tokens);
        let mut from = 0;
        while from < tokens.len() {
            let end = tokens[from..].iter().take(LONGEST_SENTENCE).position(|t| t.kind == Kind::SentenceEnd);
            let to = end.map_or(tokens.len().min(from + LONGEST_SENTENCE), |n| from + n + 1);
            let cut = end.is_none() && to < tokens.len();
            let setting = Setting { line, tokens: &tokens, protected: &protected, heading, cut };
            out.sentences.extend(Sentence::read(engine, worker, profile, &setting, from..to));
            from = to;
        }
        (worker.tokens, worker.protected) = (tokens, protected);
        out.weigh(engine);
        out
    }

    fn decode(&mut self, engine: &Engine, worker: &mut Worker, profile: &Profile) {
        self.sentences.iter_mut().for_each(|s| s.decode(engine, worker, profile));
        self.weigh(engine);
    }

    /// What its sentences may ask of the page.
    fn around<'a>(&self, page: Option<&Page<'a>>) -> Option<Around<'a>> {
        let (page, first, last) = (page?, self.sentences.first()?, self.sentences.last()?);
        let sums = page.model.sums(&page.words, first.said().start..last.said().end);
        Some(Around { model: page.model, sums })
    }

    fn weigh(&mut self, engine: &Engine) {
        let ratio: f32 = self.sentences.iter().map(|s| s.evidence).sum();
        let tokens: usize = self.sentences.iter().map(Sentence::positions).sum();
        self.evidence = ratio - engine.options.weights.foreign * tokens as f32;
    }
}

/// Repairs a document; ranges count from its first byte, lines from `first_line`.
pub(super) fn repair(engine: &Engine, text: &[u8], glances: &[Glance], first_line: usize) -> Vec<Edit> {
    let clean = screen::clean(glances, &engine.options.weights);
    if clean.iter().all(Option::is_some) {
        return Vec::new();
    }
    let Decoding { ranges, mut lines, garbled, unfamiliar, news } = decode(engine, text, &clean, false);
    if !garbled.iter().any(|g| *g >= 0.5) || is_code(text, glances) {
        return Vec::new();
    }
    let page = Page::of(engine, &mut lines, news);
    // Each line is let go when its edits are made: the two together would take twice the memory.
    let edits_of = |(i, line): (usize, Line)| {
        let mut edits = Vec::new();
        let (from, to) = ranges[i];
        let around = line.around(page.as_ref());
        for sentence in &line.sentences {
            sentence.edits(engine, &text[from..to], around.as_ref(), &mut edits);
        }
        for edit in &mut edits {
            edit.calibrate(garbled[i], unfamiliar, &engine.options.weights);
            edit.range = edit.range.start + from..edit.range.end + from;
            edit.line = first_line + i;
        }
        edits.retain(|e| e.confidence >= engine.options.min_confidence);
        edits
    };
    lines.into_par_iter().enumerate().filter(|(i, _)| garbled[*i] >= 0.5).flat_map_iter(edits_of).collect()
}

/// Whether nobody spins such a text: words of programs are no synonyms of others.
fn is_code(text: &[u8], glances: &[Glance]) -> bool {
    Technical::of(text).is_code(screen::tokens(glances))
}

/// What was thought of every word of a document.
pub(super) fn inspect(engine: &Engine, text: &[u8]) -> Vec<Word> {
    let glances = screen::glance(engine, text, false);
    let clean = screen::clean(&glances, &engine.options.weights);
    let Decoding { ranges, mut lines, mut garbled, unfamiliar, news } = decode(engine, text, &clean, true);
    if is_code(text, &glances) {
        garbled.fill(0.0);
    }
    let page = Page::of(engine, &mut lines, news);
    let mut words = Vec::new();
    for (i, line) in lines.iter().enumerate() {
        let (from, to) = ranges[i];
        let first = words.len();
        let around = line.around(page.as_ref());
        for sentence in &line.sentences {
            sentence.inspect(engine, &text[from..to], around.as_ref(), &mut words);
        }
        for word in &mut words[first..] {
            let within = |range: &mut std::ops::Range<usize>| *range = range.start + from..range.end + from;
            within(&mut word.range);
            (word.line, word.garbled) = (i + 1, garbled[i]);
            for candidate in &mut word.candidates {
                within(&mut candidate.range);
                candidate.confidence = engine.options.weights.confidence(candidate.probability * garbled[i], unfamiliar);
            }
        }
    }
    words
}

/// What a context model learns from a page that a spinner of our own has garbled.
pub(super) fn lesson(engine: &Engine, page: &SpunPage) -> Lesson {
    let text = page.text.as_bytes();
    let clean = screen::clean(&screen::glance(engine, text, false), &engine.options.weights);
    let Decoding { ranges, mut lines, garbled, .. } = decode(engine, text, &clean, false);
    let mut lesson = Lesson::default();
    lines.iter_mut().flat_map(|l| &mut l.sentences).for_each(|s| s.say(&mut lesson.words));
    for ((line, (from, to)), garbled) in lines.iter().zip(ranges).zip(garbled) {
        for sentence in line.sentences.iter().filter(|_| garbled >= 0.5) {
            sentence.teach(engine, &text[from..to], |r| page.original(r.start + from..r.end + from), &mut lesson);
        }
    }
    lesson
}

/// The words of a decoded document, for sentences that want to look around.
struct Page<'a> {
    model: &'a ContextModel,
    words: Vec<WordId>,
}

impl<'a> Page<'a> {
    /// `None` where no model of wide contexts can tell: it is one of calls.
    fn of(engine: &'a Engine, lines: &mut [Line], news: bool) -> Option<Page<'a>> {
        let model = engine.context.as_ref().filter(|_| !news)?;
        let mut words = Vec::new();
        lines.iter_mut().flat_map(|l| &mut l.sentences).for_each(|s| s.say(&mut words));
        Some(Page { model, words })
    }
}

/// A document decoded under its own profile.
struct Decoding {
    /// Byte ranges of the lines, without their ends.
    ranges: Vec<(usize, usize)>,
    lines: Vec<Line>,
    /// How likely each line is garbled.
    garbled: Vec<f32>,
    /// How far its spinner is from the common ones.
    unfamiliar: f32,
    /// Whether it is news rather than a call.
    news: bool,
}

/// Decodes a document under its own profile.
///
/// `clean` are the lines that no more than a glance is needed for, with what it told; `all` says whether they are decoded all the same.
fn decode(engine: &Engine, text: &[u8], clean: &[Option<f32>], all: bool) -> Decoding {
    let ranges = lines_of(text);
    let prior = Profile::prior(&engine.options.weights);
    let mut lines: Vec<Line> = ranges
        .par_iter()
        .zip(clean)
        .with_max_len(LINES)
        .map_init(
            || engine.workers.hire(),
            |worker, ((from, to), clean)| {
                let mut read = || Line::read(engine, worker, &prior, &text[*from..*to]);
                match clean {
                    None => read(),
                    Some(evidence) => Line { evidence: *evidence, ..if all { read() } else { Line::default() } },
                }
            },
        )
        .collect();
    let mut garbled = states(engine, &lines);
    // A glance at a line tells less than a decoded neighbour: what surrounds garbled lines is decoded as well, further and further.
    let mut glanced: Vec<bool> = clean.iter().map(Option::is_some).collect();
    let mut reach = 1;
    while let Some(wanted) = around(&garbled, &glanced, reach) {
        wanted.par_iter().zip(lines.par_iter_mut()).enumerate().with_max_len(LINES).for_each_init(
            || engine.workers.hire(),
            |worker, (i, (wanted, line))| {
                if *wanted {
                    *line = Line::read(engine, worker, &prior, &text[ranges[i].0..ranges[i].1]);
                }
            },
        );
        glanced.iter_mut().zip(&wanted).for_each(|(glanced, wanted)| *glanced &= !wanted);
        garbled = states(engine, &lines);
        reach *= 2;
    }
    let (mut unfamiliar, mut news) = (prior.unfamiliar(), prior.is_news());
    for _ in 0..engine.options.rounds {
        if !garbled.iter().any(|g| *g >= 0.5) {
            break;
        }
        let mut profile = Profile::default();
        for (line, state) in lines.iter().zip(&garbled) {
            if *state >= 0.5 {
                line.sentences.iter().for_each(|s| s.count(&mut profile));
            }
        }
        profile.settle(&engine.table, &engine.options.weights);
        (unfamiliar, news) = (profile.unfamiliar(), profile.is_news());
        lines.par_iter_mut().zip(&garbled).with_max_len(LINES).for_each_init(
            || engine.workers.hire(),
            |worker, (line, state)| {
                if *state >= CLEAN && !line.sentences.is_empty() {
                    line.decode(engine, worker, &profile);
                }
            },
        );
        let now = states(engine, &lines);
        for (old, new) in garbled.iter_mut().zip(now) {
            if *old >= CLEAN {
                *old = new;
            }
        }
    }
    lines.iter_mut().flat_map(|l| &mut l.sentences).for_each(Sentence::settle);
    Decoding { ranges, lines, garbled, unfamiliar, news }
}

/// Which lines that had no more than a glance stand within `reach` of a garbled one; `None` where there are none.
fn around(garbled: &[f32], glanced: &[bool], reach: usize) -> Option<Vec<bool>> {
    let mut out = vec![false; garbled.len()];
    let mark = |lines: &mut dyn Iterator<Item = usize>, out: &mut Vec<bool>| {
        let mut left = 0;
        for i in lines {
            left = if garbled[i] >= 0.5 { reach } else { left };
            out[i] |= glanced[i] && left > 0;
            left = left.saturating_sub((garbled[i] < 0.5) as usize);
        }
    };
    mark(&mut (0..garbled.len()), &mut out);
    mark(&mut (0..garbled.len()).rev(), &mut out);
    out.contains(&true).then_some(out)
}

/// Byte ranges of the lines, without their ends.
pub(super) fn lines_of(text: &[u8]) -> Vec<(usize, usize)> {
    let mut out = Vec::new();
    let mut start = 0;
    for end in memchr::memchr_iter(b'\n', text) {
        out.push((start, end));
        start = end + 1;
    }
    if start < text.len() {
        out.push((start, text.len()));
    }
    out
}

fn states(engine: &Engine, lines: &[Line]) -> Vec<f32> {
    let repetition = Repetition::of(lines.iter().map(|l| (l.sentences.as_slice(), l.evidence)));
    let evidence: Vec<f32> = lines.iter().map(|l| repetition.discounted(&l.sentences, l.evidence)).collect();
    garbled_lines(&evidence, engine.options.weights.garbled_prior, &engine.options.weights)
}

/// A heading or a speaker line: nearly every word begins with a capital and no full stop ends it.
fn is_heading(line: &[u8], tokens: &[Token]) -> bool {
    if tokens.last().is_some_and(|t| t.kind == Kind::SentenceEnd) {
        return false;
    }
    let (mut capital, mut all) = (0, 0);
    for t in tokens.iter().filter(|t| t.kind == Kind::Word && t.end - t.start > 3) {
        all += 1;
        capital += (Casing::of(&line[t.range()]) != Casing::Lower) as usize;
    }
    capital * 4 >= all * 3
}
