//! What a model learns from: decoded pages whose originals are known.

use std::ops::Range;

use crate::language_model::WordId;

/// Words of a candidate that count.
pub(super) const MOST_WORDS: usize = 3;

/// What may stand in a place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candidate {
    words: [WordId; MOST_WORDS],
    count: u8,
    /// Whether it is what the text has.
    pub kept: bool,
    /// Whether it is what stood there.
    pub right: bool,
    /// Natural logarithm of the decoder's posterior.
    pub log_posterior: f32,
}

impl Candidate {
    /// A candidate of which it is not known whether it is right.
    pub fn new(words: &[WordId], posterior: f32, kept: bool) -> Candidate {
        // What the decoder rules out it may be wrong about.
        const LEAST: f32 = 1e-5;
        let mut first = [0; MOST_WORDS];
        let count = words.len().min(MOST_WORDS);
        first[..count].copy_from_slice(&words[..count]);
        Candidate { words: first, count: count as u8, kept, right: false, log_posterior: posterior.max(LEAST).ln() }
    }

    /// Its words as far as they count.
    pub fn words(&self) -> &[WordId] {
        &self.words[..self.count as usize]
    }
}

/// A place of a page, by its words, and which of the candidates may stand there.
#[derive(Debug, Clone)]
struct Choice {
    place: Range<u32>,
    candidates: Range<u32>,
}

/// A decoded page with the places of which more than one thing may be thought.
#[derive(Debug, Clone, Default)]
pub struct Lesson {
    /// The page as it was decoded.
    pub words: Vec<WordId>,
    choices: Vec<Choice>,
    candidates: Vec<Candidate>,
}

impl Lesson {
    /// Adds a place.
    pub fn add(&mut self, place: Range<usize>, candidates: &[Candidate]) {
        let first = self.candidates.len() as u32;
        self.candidates.extend_from_slice(candidates);
        let place = place.start as u32..place.end as u32;
        self.choices.push(Choice { place, candidates: first..self.candidates.len() as u32 });
    }

    /// The places of which it is known what stood there, and that is among the candidates.
    pub(super) fn decided(&self) -> impl Iterator<Item = (Range<usize>, &[Candidate])> {
        self.choices().filter(|choice| choice.1.iter().any(|c| c.right))
    }

    /// The places, each with what may stand there.
    pub fn choices(&self) -> impl ExactSizeIterator<Item = (Range<usize>, &[Candidate])> {
        let within = |r: &Range<u32>| r.start as usize..r.end as usize;
        self.choices.iter().map(move |c| (within(&c.place), &self.candidates[within(&c.candidates)]))
    }
}
