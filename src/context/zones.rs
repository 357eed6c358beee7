//! Where the words around a place stand, and what they sum up to.

use std::ops::Range;

use crate::language_model::WordId;

/// Numbers of a vector.
pub(super) const DIMENSIONS: usize = 32;

/// What a word, a zone or a place is to the model.
pub(super) type Vector = [f32; DIMENSIONS];

/// Words on either side that have a zone each.
const NEAR: usize = 8;

/// Farther words: first and last distance of the zones that both sides share.
const FAR: [(usize, usize); 3] = [(9, 14), (15, 40), (41, 120)];

/// How far the farthest zone reaches.
pub(super) const REACH: usize = 120;

/// Number of zones.
pub(super) const ZONES: usize = 2 * NEAR + FAR.len();

/// Calls `visit` with each zone around a place, a stretch of it that lies within a text of `len` words, and what each word there
/// counts.
pub(super) fn around(place: &Range<usize>, len: usize, mut visit: impl FnMut(usize, Range<usize>, f32)) {
    let mut tell = |zone, range: Range<usize>, scale| {
        if !range.is_empty() {
            visit(zone, range, scale);
        }
    };
    let before = |from: usize, to: usize| place.start.saturating_sub(to)..(place.start + 1).saturating_sub(from);
    let after = |from: usize, to: usize| (place.end + from - 1).min(len)..(place.end + to).min(len);
    for distance in 1..=NEAR {
        tell(2 * (distance - 1), before(distance, distance), 1.0);
        tell(2 * (distance - 1) + 1, after(distance, distance), 1.0);
    }
    for (i, (from, to)) in FAR.into_iter().enumerate() {
        // Sums of many words would drown the near ones.
        let scale = 1.0 / ((2 * (to - from + 1)) as f32).sqrt();
        tell(2 * NEAR + i, before(from, to), scale);
        tell(2 * NEAR + i, after(from, to), scale);
    }
}

/// The vectors of a part of a text, summed up from its beginning.
#[derive(Debug, Clone)]
pub struct Sums {
    /// The sums before each word of the part and behind the last.
    sums: Vec<Vector>,
    /// The first word of the part.
    from: usize,
    /// Words of the whole text.
    len: usize,
}

impl Sums {
    /// Sums up what is needed to look around any place within `part`.
    pub(super) fn new(text: &[WordId], part: Range<usize>, vector: impl Fn(WordId, &mut Vector)) -> Sums {
        let from = part.start.saturating_sub(REACH);
        let to = (part.end + REACH).min(text.len());
        let mut sums = Vec::with_capacity(to - from + 1);
        let mut sum = [0.0; DIMENSIONS];
        sums.push(sum);
        for word in &text[from..to] {
            vector(*word, &mut sum);
            sums.push(sum);
        }
        Sums { sums, from, len: text.len() }
    }

    /// The sum over some words.
    pub(super) fn over(&self, words: &Range<usize>) -> Vector {
        let (first, behind) = (&self.sums[words.start - self.from], &self.sums[words.end - self.from]);
        std::array::from_fn(|k| behind[k] - first[k])
    }

    /// Everything around a place, each zone weighed by `zones`.
    pub(super) fn around(&self, place: &Range<usize>, zones: &[Vector]) -> Vector {
        let mut out = [0.0; DIMENSIONS];
        around(place, self.len, |zone, words, scale| {
            let (first, behind) = (&self.sums[words.start - self.from], &self.sums[words.end - self.from]);
            let zone = &zones[zone];
            for k in 0..DIMENSIONS {
                out[k] += scale * (behind[k] - first[k]) * zone[k];
            }
        });
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_within_reach_is_in_one_zone_once() {
        let len = 400;
        for place in [0..1, 5..7, 200..203, 399..400, 130..130] {
            let mut seen = vec![0; len];
            around(&place, len, |zone, words, scale| {
                assert!(zone < ZONES && scale > 0.0 && scale <= 1.0);
                words.for_each(|w| seen[w] += 1);
            });
            for (w, n) in seen.into_iter().enumerate() {
                let distance = if w < place.start { place.start - w } else { (w + 1).saturating_sub(place.end) };
                let near = !place.contains(&w) && distance <= REACH;
                assert_eq!(n, near as usize, "word {w} around {place:?}");
            }
        }
    }

    #[test]
    fn sums_of_a_part_look_as_far_as_those_of_the_whole() {
        let text: Vec<WordId> = (0..700).map(|i| i * 37 % 211).collect();
        let vector =
            |w: WordId, sum: &mut Vector| sum.iter_mut().enumerate().for_each(|(k, s)| *s += (w as f32 * k as f32).sin());
        let zones: Vec<Vector> = (0..ZONES).map(|z| [1.0 / (z + 1) as f32; DIMENSIONS]).collect();
        let whole = Sums::new(&text, 0..text.len(), vector);
        let part = Sums::new(&text, 300..340, vector);
        for place in [300..301, 310..313, 339..340] {
            let (a, b) = (whole.around(&place, &zones), part.around(&place, &zones));
            assert!(a.iter().zip(&b).all(|(a, b)| (a - b).abs() < 1e-3));
        }
    }
}
