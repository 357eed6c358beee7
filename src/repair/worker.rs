//! What a thread needs to work: buffers and memories that are kept from one text to the next.

use std::ops::{Deref, DerefMut, Range};
use std::sync::{Mutex, PoisonError};

use super::lexicon::Lexicon;
use crate::candidates::{Lattice, LatticeBuilder, Observed, OcrBuilder};
use crate::decoder::{Decoded, Decoder};
use crate::language_model::{Scratch, WordId};
use crate::text::Token;

/// The buffers and memories of one thread.
#[derive(Debug, Default)]
pub(super) struct Worker {
    pub lexicon: Lexicon,
    pub builder: LatticeBuilder,
    pub ocr_builder: OcrBuilder,
    pub decoder: Decoder,
    pub decoded: Decoded,
    /// The tokens of a sentence.
    pub observed: Vec<Observed>,
    /// The lattice of a sentence before it is thinned.
    pub lattice: Lattice,
    /// New numbers of arcs.
    pub index: Vec<u32>,
    /// Tokens of a line.
    pub tokens: Vec<Token>,
    /// What the language model reads of a line.
    pub symbols: Vec<WordId>,
    /// Buffers of the language model.
    pub scratch: Scratch,
    /// Protected spans of a line.
    pub protected: Vec<Range<usize>>,
}

/// The workers that rest.
#[derive(Debug, Default)]
pub(super) struct Workers(Mutex<Vec<Worker>>);

impl Workers {
    /// A worker, for as long as the caller holds it.
    pub fn hire(&self) -> Hired<'_> {
        let rested = self.0.lock().unwrap_or_else(PoisonError::into_inner).pop();
        Hired { worker: Some(rested.unwrap_or_default()), home: self }
    }
}

/// A worker at work.
#[derive(Debug)]
pub(super) struct Hired<'a> {
    worker: Option<Worker>,
    home: &'a Workers,
}

impl Drop for Hired<'_> {
    fn drop(&mut self) {
        // One that a panic went through is let go: nobody knows what state its buffers are in.
        if let Some(worker) = self.worker.take()
            && !std::thread::panicking()
        {
            self.home.0.lock().unwrap_or_else(PoisonError::into_inner).push(worker);
        }
    }
}

impl Deref for Hired<'_> {
    type Target = Worker;

    fn deref(&self) -> &Worker {
        self.worker.as_ref().expect("taken on drop only")
    }
}

impl DerefMut for Hired<'_> {
    fn deref_mut(&mut self) -> &mut Worker {
        self.worker.as_mut().expect("taken on drop only")
    }
}
