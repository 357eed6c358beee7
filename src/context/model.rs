//! The packed model, read in place.

use std::borrow::Cow;
use std::ops::Range;

use super::lesson::{Candidate, MOST_WORDS};
use super::zones::{DIMENSIONS, Sums, Vector, ZONES};
use crate::language_model::WordId;

const MAGIC: &[u8; 4] = b"DGCX";
const VERSION: u32 = 2;
/// Magic, version, checksum, vocabulary, symbols, then the scalars and the zones in single precision, then a row a symbol.
const SCALARS: usize = 20;
const ROWS: usize = SCALARS + 4 * (2 + MOST_WORDS - 1) + 4 * ZONES * DIMENSIONS;
/// Bytes of a symbol: its bias, then its vectors as a neighbour and as a candidate.
const ROW: usize = 2 + 2 * VECTOR;
/// Bytes of a vector: its scale, then two numbers a byte.
const VECTOR: usize = 1 + DIMENSIONS / 2;
/// Numbers of a vector are whole multiples of its scale up to this. Of 7, 3 and 2 none is worse than the bytes of single numbers
/// on really spun calls by more than chance.
const LARGEST: f32 = 7.0;
/// What stands for nought.
const MIDDLE: f32 = 8.0;
/// Biases are fixed-point: natural logarithms times this, as 16-bit numbers.
const BIAS_SCALE: f32 = 4096.0;
/// The decoder counts for so much at least: the rest is measured by it.
pub(super) const LEAST_POSTERIOR: f32 = 0.1;

/// Why a context model cannot be used.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("damaged context model at byte {at}: {what}; make it again with `degarble train-context`")]
pub struct ContextError {
    /// Offset of the first byte that is wrong.
    pub at: usize,
    /// What is wrong there.
    pub what: &'static str,
}

/// What is learned. Words are numbered as in the language model.
#[derive(Debug, Clone)]
pub(super) struct Parameters {
    /// What the logarithm of a decoder's posterior is worth.
    pub posterior: f32,
    /// What is added for keeping what the text has.
    pub kept: f32,
    /// What is added for candidates of two words, and of more.
    pub longer: [f32; MOST_WORDS - 1],
    /// How much each number of a neighbour's vector tells from each zone.
    pub zones: Vec<Vector>,
    /// Words as neighbours.
    pub neighbours: Vec<Vector>,
    /// Words as candidates.
    pub candidates: Vec<Vector>,
    /// What is added for a word, whatever stands around it.
    pub bias: Vec<f32>,
}

/// A packed model of what stands around words.
///
/// ```
/// use degarble::context::ContextModel;
/// use degarble::language_model::Model;
/// let context = ContextModel::embedded();
/// assert!(context.fits(&Model::embedded()));
/// ```
#[derive(Clone)]
pub struct ContextModel {
    bytes: Cow<'static, [u8]>,
    scalars: [f32; 2 + MOST_WORDS - 1],
    zones: Vec<Vector>,
    /// What each code of a scale stands for.
    scales: Box<[f32; 256]>,
}

impl std::fmt::Debug for ContextModel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ContextModel").field("symbols", &self.symbols()).finish_non_exhaustive()
    }
}

impl ContextModel {
    /// The model that is part of the program: earnings calls of 2015 to 2021.
    ///
    /// # Panics
    /// Never in a build whose tests pass: they read the embedded bytes.
    pub fn embedded() -> ContextModel {
        static BYTES: &[u8] = include_bytes!("../../dictionaries/calls.context");
        Self::read(Cow::Borrowed(BYTES)).expect("the embedded context model is whole")
    }

    /// Reads a model and checks all of it.
    ///
    /// # Errors
    /// [`ContextError`] when the bytes are no context model, of another version, or damaged.
    pub fn from_bytes(bytes: Vec<u8>) -> Result<ContextModel, ContextError> {
        let model = Self::read(Cow::Owned(bytes))?;
        if u32_at(&model.bytes, 8) != crc32fast::hash(&model.bytes[12..]) {
            return Err(ContextError { at: 8, what: "the checksum does not match" });
        }
        Ok(model)
    }

    fn read(bytes: Cow<'static, [u8]>) -> Result<ContextModel, ContextError> {
        let damaged = |at, what| Err(ContextError { at, what });
        if bytes.len() < ROWS || &bytes[..4] != MAGIC {
            return damaged(0, "not a context model");
        }
        if u32_at(&bytes, 4) != VERSION {
            return damaged(4, "made by another version");
        }
        if bytes.len() < ROWS + ROW || Some(bytes.len() - ROWS) != (u32_at(&bytes, 16) as usize).checked_mul(ROW) {
            return damaged(16, "the number of words is not that of the header");
        }
        let number = |i: usize| f32::from_bits(u32_at(&bytes, SCALARS + 4 * i));
        let numbers: Vec<f32> = (0..(ROWS - SCALARS) / 4).map(number).collect();
        // Whoever writes nonsense can sign it: sums of what is learned have to stay numbers.
        if let Some(i) = numbers.iter().position(|x| x.is_nan() || x.abs() > 1e3) {
            return damaged(SCALARS + 4 * i, "a weight is out of range");
        }
        if numbers[0] < LEAST_POSTERIOR {
            return damaged(SCALARS, "the decoder counts for nothing");
        }
        let (scalars, zones) = numbers.split_at(2 + MOST_WORDS - 1);
        let scalars = scalars.try_into().expect("as many as asked for");
        let zones = zones.chunks_exact(DIMENSIONS).map(|z| z.try_into().expect("a vector")).collect();
        let scales = Box::new(std::array::from_fn(|code| scale_of(code as u8)));
        Ok(ContextModel { bytes, scalars, zones, scales })
    }

    /// Writes a model down for a language model with this [`fingerprint`](crate::language_model::Model::fingerprint).
    pub(super) fn pack(parameters: &Parameters, fingerprint: u32) -> Vec<u8> {
        let mut tail = Vec::new();
        tail.extend(fingerprint.to_le_bytes());
        tail.extend((parameters.bias.len() as u32).to_le_bytes());
        let scalars = [parameters.posterior, parameters.kept].into_iter().chain(parameters.longer);
        for number in scalars.chain(parameters.zones.iter().flatten().copied()) {
            tail.extend(number.to_le_bytes());
        }
        for ((bias, neighbour), candidate) in parameters.bias.iter().zip(&parameters.neighbours).zip(&parameters.candidates) {
            tail.extend(((bias * BIAS_SCALE).round() as i16).to_le_bytes());
            pack_vector(neighbour, &mut tail);
            pack_vector(candidate, &mut tail);
        }
        let mut out = Vec::with_capacity(12 + tail.len());
        out.extend(MAGIC);
        out.extend(VERSION.to_le_bytes());
        out.extend(crc32fast::hash(&tail).to_le_bytes());
        out.extend(tail);
        out
    }

    /// Whether it was made for the vocabulary of a language model: words are known by their numbers there.
    pub fn fits(&self, model: &crate::language_model::Model) -> bool {
        u32_at(&self.bytes, 12) == model.fingerprint() && self.symbols() == model.symbols()
    }

    fn symbols(&self) -> usize {
        (self.bytes.len() - ROWS) / ROW
    }

    /// Sums up what is needed to look around the places of a part of a text.
    pub fn sums(&self, text: &[WordId], part: Range<usize>) -> Sums {
        Sums::new(text, part, |word, sum| {
            let vector = self.vector(&self.row(word)[2..]);
            sum.iter_mut().zip(vector).for_each(|(s, x)| *s += x);
        })
    }

    /// Gives each candidate for a place the probability that it stood there: what the decoder thought of it, and what the words
    /// around the place say.
    ///
    /// Probabilities are as sure of themselves as the decoder's, which takes evidence for independent that is not: what calibrates the
    /// ones calibrates the others.
    ///
    /// # Panics
    /// When the place is not within the part of the text that the sums were made for.
    pub fn judge(&self, sums: &Sums, place: Range<usize>, candidates: &[Candidate], out: &mut Vec<f32>) {
        let context = sums.around(&place, &self.zones);
        let [posterior, kept, longer @ ..] = &self.scalars;
        out.clear();
        out.extend(candidates.iter().map(|c| {
            let words: f32 = c.words().iter().map(|word| self.affinity(&context, *word)).sum();
            let longer = longer[..c.words().len().saturating_sub(1)].last().unwrap_or(&0.0);
            c.log_posterior + (words + longer + if c.kept { *kept } else { 0.0 }) / posterior
        }));
        into_probabilities(out);
    }

    /// How much likelier a word is than the decoder can know.
    fn affinity(&self, context: &Vector, word: WordId) -> f32 {
        let row = self.row(word);
        let vector = self.vector(&row[2 + VECTOR..]);
        let product: f32 = context.iter().zip(vector).map(|(a, b)| a * b).sum();
        i16::from_le_bytes([row[0], row[1]]) as f32 / BIAS_SCALE + product
    }

    /// The vector that some bytes begin with: the low halves of its bytes are its first numbers, the high ones the others.
    fn vector(&self, packed: &[u8]) -> Vector {
        let (scale, codes) = (self.scales[packed[0] as usize], &packed[1..VECTOR]);
        let mut out = [0.0; DIMENSIONS];
        let (low, high) = out.split_at_mut(DIMENSIONS / 2);
        for ((low, high), code) in low.iter_mut().zip(high).zip(codes) {
            *low = scale * ((code & 0xF) as f32 - MIDDLE);
            *high = scale * ((code >> 4) as f32 - MIDDLE);
        }
        out
    }

    fn row(&self, word: WordId) -> &[u8] {
        let at = ROWS + ROW * (word as usize).min(self.symbols() - 1);
        &self.bytes[at..at + ROW]
    }
}

/// Turns logarithms of weights into shares of their sum.
pub(super) fn into_probabilities(logs: &mut [f32]) {
    let most = logs.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    logs.iter_mut().for_each(|l| *l = (*l - most).exp());
    let all: f32 = logs.iter().sum();
    logs.iter_mut().for_each(|l| *l /= all);
}

/// The unit that the bytes of a vector count: eight steps to a doubling, one byte for all that vectors need.
fn scale_of(code: u8) -> f32 {
    ((code as f32 - 200.0) / 8.0).exp2()
}

fn pack_vector(vector: &Vector, out: &mut Vec<u8>) {
    let most = vector.iter().fold(0f32, |m, x| m.max(x.abs()));
    let widest = ((most / LARGEST).max(1e-7).log2() * 8.0 + 200.0).ceil().clamp(8.0, 255.0) as u8;
    let number = |x: f32, code: u8| (x / scale_of(code)).round().clamp(-LARGEST, LARGEST);
    let error = |code: u8| vector.iter().map(|x| (x - scale_of(code) * number(*x, code)).powi(2)).sum::<f32>();
    // Cutting a few large numbers short is better than coarse steps for all the others.
    let code = (widest - 8..=widest).min_by(|a, b| error(*a).total_cmp(&error(*b))).unwrap_or(widest);
    out.push(code);
    let half = |x: f32| (number(x, code) + MIDDLE) as u8;
    let (low, high) = vector.split_at(DIMENSIONS / 2);
    out.extend(low.iter().zip(high).map(|(low, high)| half(*low) | half(*high) << 4));
}

fn u32_at(b: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(b[at..at + 4].try_into().expect("four bytes"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language_model::Model;

    fn parameters() -> Parameters {
        let vector = |seed: usize| std::array::from_fn(|k| ((seed * 31 + k * 17) % 13) as f32 / 13.0 - 0.5);
        Parameters {
            posterior: 0.8,
            kept: 0.1,
            longer: [0.2, -0.3],
            zones: (0..ZONES).map(vector).collect(),
            neighbours: (0..50).map(vector).collect(),
            candidates: (50..100).map(vector).collect(),
            bias: (0..50).map(|i| i as f32 / 25.0 - 1.0).collect(),
        }
    }

    #[test]
    fn what_is_packed_judges_as_what_was_learned() {
        let learned = parameters();
        let model = ContextModel::from_bytes(ContextModel::pack(&learned, 7)).unwrap();
        let text: Vec<WordId> = (0..300).map(|i| i * 7 % 50).collect();
        let candidates =
            [Candidate::new(&[3], 0.6, true), Candidate::new(&[20], 0.3, false), Candidate::new(&[5, 6, 7], 0.1, false)];
        let mut judged = Vec::new();
        model.judge(&model.sums(&text, 100..120), 110..111, &candidates, &mut judged);
        let exact = Sums::new(&text, 100..120, |word, sum| {
            sum.iter_mut().zip(&learned.neighbours[word as usize]).for_each(|(s, v)| *s += v);
        });
        let context = exact.around(&(110..111), &learned.zones);
        let affinity = |word: &WordId| -> f32 {
            let vector = &learned.candidates[*word as usize];
            learned.bias[*word as usize] + context.iter().zip(vector).map(|(a, b)| a * b).sum::<f32>()
        };
        let mut wanted: Vec<f32> = candidates
            .iter()
            .zip([0.1, 0.0, -0.3])
            .map(|(c, more)| c.log_posterior + (more + c.words().iter().map(affinity).sum::<f32>()) / 0.8)
            .collect();
        into_probabilities(&mut wanted);
        assert!(judged.iter().zip(&wanted).all(|(a, b)| (a - b).abs() < 0.02), "{judged:?} {wanted:?}");
        assert!((judged.iter().sum::<f32>() - 1.0).abs() < 1e-5);
    }

    #[test]
    fn damage_is_named_and_nonsense_does_no_harm() {
        let whole = ContextModel::pack(&parameters(), 7);
        assert!(!ContextModel::from_bytes(whole.clone()).unwrap().fits(&Model::embedded()));
        for at in [0, 4, 9, 16, SCALARS, ROWS, whole.len() - 1] {
            let mut damaged = whole.clone();
            damaged[at] ^= 0x55;
            assert!(ContextModel::from_bytes(damaged).is_err(), "{at}");
        }
        for len in [0, 3, 12, ROWS - 1, ROWS, ROWS + 1, whole.len() - 1] {
            assert!(ContextModel::from_bytes(whole[..len].to_vec()).is_err(), "{len}");
        }
        // Any byte is a number of a row: the largest still give probabilities.
        let mut signed = whole;
        signed[ROWS..].fill(0xFF);
        let sum = crc32fast::hash(&signed[12..]);
        signed[8..12].copy_from_slice(&sum.to_le_bytes());
        let model = ContextModel::from_bytes(signed).unwrap();
        let text = [u16::MAX; 400];
        let mut judged = Vec::new();
        let candidates = [Candidate::new(&[u16::MAX], 1.0, true), Candidate::new(&[], 0.0, false)];
        model.judge(&model.sums(&text, 0..400), 200..201, &candidates, &mut judged);
        assert!(judged.iter().all(|p| p.is_finite()), "{judged:?}");
    }
}
