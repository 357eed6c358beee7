//! Learning a model from lessons: minibatch gradient descent with Adam (Kingma & Ba 2015), the same bytes on every run.

use super::lesson::{Candidate, Lesson, MOST_WORDS};
use super::model::{ContextModel, LEAST_POSTERIOR, Parameters, into_probabilities};
use super::zones::{DIMENSIONS, Sums, Vector, ZONES, around};
use crate::language_model::Model;
use crate::random::Random;

/// Choices that one step learns from, at least.
const BATCH: usize = 4096;
/// Times all lessons are gone through.
const EPOCHS: usize = 3;
/// Length of the first step; later ones shrink to a fiftieth of it.
const RATE: f32 = 3e-3;
/// Share of the numbers of what stands around that each choice learns without (Srivastava et al. 2014, Dropout): none of them is
/// leant on alone.
const DROPPED: f32 = 0.1;
/// How hard vectors are pulled to zero.
const DECAY: f32 = 2e-6;
/// One page in so many is not learned from: the model is measured on it.
const HELD_OUT: usize = 40;
/// Words seen less often around choices or in them, all rounds together, keep no vector.
const SEEN: u32 = 15;

/// A model and what it is worth.
#[derive(Debug, Clone)]
pub struct LearnReport {
    /// The packed model.
    pub model: Vec<u8>,
    /// Choices learned from.
    pub choices: usize,
    /// Of the choices of the pages held out, the share that the decoder gets right, and with the model.
    pub right: [f64; 2],
    /// Mean negative log-probability of what stood there: as the decoder thinks, and with the model.
    pub loss: [f64; 2],
}

/// Learns a model for the vocabulary of a language model from pages, each with a lesson or several.
///
/// Memory: about a kilobyte a word of the vocabulary besides the lessons. `progress` is told what is done.
///
/// # Panics
/// When a lesson has words that the language model does not number.
///
/// ```
/// use degarble::Repairer;
/// use degarble::context::learn;
/// use degarble::dictionary::{Spinner, Table};
/// use degarble::language_model::Model;
///
/// // Two pages, each spun in two manners; of real ones it takes thousands, and a repairer whose language model has not seen them.
/// let table = Table::embedded().expansion();
/// let (spinner, repairer) = (Spinner::new(&table), Repairer::new().with_context(None));
/// let page = "Net income and operating expenses increased significantly. Total revenue was driven by strong customer demand.";
/// let lessons = || (0..2).map(|seed| repairer.lesson(&spinner.spin(page, seed))).collect();
/// let report = learn(&[lessons(), lessons()], &Model::embedded(), &mut |_| {});
/// assert!(report.choices > 0);
/// ```
pub fn learn(pages: &[Vec<Lesson>], language: &Model, progress: &mut dyn FnMut(&str)) -> LearnReport {
    let mut learner = Learner::new(language.symbols());
    let (held_out, learned): (Vec<_>, Vec<_>) = pages.iter().enumerate().partition(|(i, _)| i % HELD_OUT == 0);
    let learned: Vec<&Lesson> = learned.into_iter().flat_map(|l| l.1).collect();
    let choices: usize = learned.iter().map(|l| l.decided().count()).sum();
    let steps = EPOCHS * choices / BATCH + 1;
    // Steps do not heed where a round ends: none takes less than a batch but the last.
    let mut waiting = 0;
    for epoch in 1..=EPOCHS {
        let (mut loss, mut all) = (0.0, 0);
        for i in shuffled(learned.len(), &mut learner.random) {
            let (sum, n) = learner.study(learned[i]);
            (waiting, loss, all) = (waiting + n, loss + sum, all + n);
            if waiting >= BATCH {
                learner.step(steps, std::mem::take(&mut waiting));
            }
        }
        progress(&format!("round {epoch} of {EPOCHS}: loss {:.4}", loss / all.max(1) as f64));
    }
    if waiting > 0 {
        learner.step(steps, waiting);
    }
    let bytes = ContextModel::pack(&learner.finish(), language.fingerprint());
    let model = ContextModel::from_bytes(bytes.clone()).expect("what was just packed");
    let mut report = LearnReport { model: bytes, choices, right: [0.0; 2], loss: [0.0; 2] };
    let mut n = 0;
    let mut judged = Vec::new();
    for lesson in held_out.into_iter().flat_map(|l| l.1) {
        let sums = model.sums(&lesson.words, 0..lesson.words.len());
        for (place, candidates) in lesson.decided() {
            n += 1;
            judged.clear();
            judged.extend(candidates.iter().map(|c| c.log_posterior));
            into_probabilities(&mut judged);
            measure(candidates, &judged, &mut report, 0);
            model.judge(&sums, place, candidates, &mut judged);
            measure(candidates, &judged, &mut report, 1);
        }
    }
    report.right.iter_mut().chain(&mut report.loss).for_each(|x| *x /= n.max(1) as f64);
    report
}

fn measure(candidates: &[Candidate], judged: &[f32], report: &mut LearnReport, which: usize) {
    let best = (0..judged.len()).max_by(|a, b| judged[*a].total_cmp(&judged[*b]));
    report.right[which] += best.is_some_and(|i| candidates[i].right) as u8 as f64;
    let right: f32 = candidates.iter().zip(judged).filter(|(c, _)| c.right).map(|(_, p)| p).sum();
    report.loss[which] -= right.max(1e-9).ln() as f64;
}

/// Numbers that follow one another, of which each is written down and improved by the gradients that were summed for it.
#[derive(Debug, Default)]
struct Weights {
    values: Vec<f32>,
    gradients: Vec<f32>,
    means: Vec<f32>,
    squares: Vec<f32>,
}

impl Weights {
    fn new(values: Vec<f32>) -> Weights {
        let zeros = || vec![0.0; values.len()];
        let (gradients, means, squares) = (zeros(), zeros(), zeros());
        Weights { values, gradients, means, squares }
    }

    fn vector(&self, row: usize) -> &Vector {
        self.values[row * DIMENSIONS..][..DIMENSIONS].try_into().expect("a vector")
    }

    fn gradient(&mut self, row: usize) -> &mut Vector {
        (&mut self.gradients[row * DIMENSIONS..][..DIMENSIONS]).try_into().expect("a vector")
    }

    /// A step of Adam, the `step`th; the gradients are used up.
    fn step(&mut self, rate: f32, share: f32, decay: f32, step: i32) {
        const MEAN: f32 = 0.9;
        const SQUARE: f32 = 0.999;
        let (unbiased, spread) = (1.0 - MEAN.powi(step), 1.0 - SQUARE.powi(step));
        for i in 0..self.values.len() {
            let g = self.gradients[i] * share + decay * self.values[i];
            self.gradients[i] = 0.0;
            self.means[i] = MEAN * self.means[i] + (1.0 - MEAN) * g;
            self.squares[i] = SQUARE * self.squares[i] + (1.0 - SQUARE) * g * g;
            self.values[i] -= rate * (self.means[i] / unbiased) / ((self.squares[i] / spread).sqrt() + 1e-8);
        }
    }
}

struct Learner {
    /// Posterior, kept, two words, more words.
    scalars: Weights,
    zones: Weights,
    neighbours: Weights,
    candidates: Weights,
    bias: Weights,
    /// How often each word was seen around choices, and in them.
    seen: Vec<[u32; 2]>,
    steps: i32,
    random: Random,
}

impl Learner {
    fn new(symbols: usize) -> Learner {
        let mut random = Random::new(1);
        let neighbours = (0..symbols * DIMENSIONS).map(|_| 0.3 * random.normal()).collect();
        let mut scalars = vec![0.0; 2 + MOST_WORDS - 1];
        scalars[0] = 1.0;
        Learner {
            scalars: Weights::new(scalars),
            zones: Weights::new(vec![1.0 / (ZONES as f32).sqrt(); ZONES * DIMENSIONS]),
            neighbours: Weights::new(neighbours),
            candidates: Weights::new(vec![0.0; symbols * DIMENSIONS]),
            bias: Weights::new(vec![0.0; symbols]),
            seen: vec![[0; 2]; symbols],
            steps: 0,
            random,
        }
    }

    /// Sums up the gradients of a lesson; the loss and the number of its choices.
    fn study(&mut self, lesson: &Lesson) -> (f64, usize) {
        let sums = Sums::new(&lesson.words, 0..lesson.words.len(), |word, sum| {
            sum.iter_mut().zip(self.neighbours.vector(word as usize)).for_each(|(s, v)| *s += v);
        });
        let zones: Vec<Vector> = (0..ZONES).map(|z| *self.zones.vector(z)).collect();
        // Gradients of the words' vectors, each where the stretch that it holds for begins and, with the sign turned, behind it.
        let mut changes = vec![[0f32; DIMENSIONS]; lesson.words.len() + 1];
        let (mut loss, mut n) = (0.0, 0);
        let mut p = Vec::new();
        for (place, candidates) in lesson.decided() {
            n += 1;
            let mut context = sums.around(&place, &zones);
            let shown: Vector = std::array::from_fn(|_| if self.random.share() < DROPPED { 0.0 } else { 1.0 / (1.0 - DROPPED) });
            context.iter_mut().zip(&shown).for_each(|(c, s)| *c *= s);
            p.clear();
            p.extend(candidates.iter().map(|c| self.score(&context, c)));
            into_probabilities(&mut p);
            let right: f32 = candidates.iter().zip(&p).filter(|(c, _)| c.right).map(|(_, p)| p).sum();
            loss -= right.max(1e-9).ln() as f64;
            let mut back = [0f32; DIMENSIONS];
            for (c, p) in candidates.iter().zip(&p) {
                let g = if c.right { p - p / right.max(1e-9) } else { *p };
                self.scalars.gradients[0] += g * c.log_posterior;
                if c.kept {
                    self.scalars.gradients[1] += g;
                }
                if c.words().len() > 1 {
                    self.scalars.gradients[c.words().len()] += g;
                }
                for word in c.words() {
                    let row = *word as usize;
                    self.seen[row][1] += 1;
                    self.bias.gradients[row] += g;
                    back.iter_mut().zip(self.candidates.vector(row)).for_each(|(b, v)| *b += g * v);
                    self.candidates.gradient(row).iter_mut().zip(&context).for_each(|(d, c)| *d += g * c);
                }
            }
            back.iter_mut().zip(&shown).for_each(|(b, s)| *b *= s);
            around(&place, lesson.words.len(), |zone, words, scale| {
                let sum = sums.over(&words);
                let tells = self.zones.gradient(zone);
                for k in 0..DIMENSIONS {
                    tells[k] += scale * back[k] * sum[k];
                    let change = scale * back[k] * zones[zone][k];
                    changes[words.start][k] += change;
                    changes[words.end][k] -= change;
                }
            });
        }
        let mut change = [0f32; DIMENSIONS];
        for (word, more) in lesson.words.iter().zip(&changes) {
            self.seen[*word as usize][0] += 1;
            change.iter_mut().zip(more).for_each(|(c, m)| *c += m);
            self.neighbours.gradient(*word as usize).iter_mut().zip(&change).for_each(|(d, c)| *d += c);
        }
        (loss, n)
    }

    fn score(&self, context: &Vector, c: &Candidate) -> f32 {
        let scalars = &self.scalars.values;
        let mut score = scalars[0] * c.log_posterior;
        if c.kept {
            score += scalars[1];
        }
        if c.words().len() > 1 {
            score += scalars[c.words().len()];
        }
        for word in c.words() {
            let vector = self.candidates.vector(*word as usize);
            score += self.bias.values[*word as usize] + context.iter().zip(vector).map(|(a, b)| a * b).sum::<f32>();
        }
        score
    }

    /// Uses the gradients summed over `choices`: one step of about `steps`.
    fn step(&mut self, steps: usize, choices: usize) {
        self.steps += 1;
        let rate = RATE * (1.0 - self.steps as f32 / steps as f32).max(0.02);
        let share = 1.0 / choices as f32;
        for plain in [&mut self.scalars, &mut self.zones, &mut self.bias] {
            plain.step(rate, share, 0.0, self.steps);
        }
        for vectors in [&mut self.neighbours, &mut self.candidates] {
            vectors.step(rate, share, DECAY, self.steps);
        }
    }

    fn finish(self) -> Parameters {
        let vectors = |w: &Weights, which: usize| -> Vec<Vector> {
            let vector = |(row, seen): (usize, &[u32; 2])| if seen[which] < SEEN { [0.0; DIMENSIONS] } else { *w.vector(row) };
            self.seen.iter().enumerate().map(vector).collect()
        };
        Parameters {
            posterior: self.scalars.values[0].max(LEAST_POSTERIOR),
            kept: self.scalars.values[1],
            longer: [self.scalars.values[2], self.scalars.values[3]],
            zones: (0..ZONES).map(|z| *self.zones.vector(z)).collect(),
            neighbours: vectors(&self.neighbours, 0),
            candidates: vectors(&self.candidates, 1),
            bias: self.bias.values,
        }
    }
}

/// The numbers below `n` in an order that looks drawn (Fisher & Yates 1938).
fn shuffled(n: usize, random: &mut Random) -> Vec<usize> {
    let mut out: Vec<usize> = (0..n).collect();
    for i in (1..n).rev() {
        out.swap(i, random.below(i + 1));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::lesson::Candidate;
    use crate::language_model::Symbol;

    /// Pages where the decoder cannot tell two words apart, but one goes with one topic and the other with another.
    fn pages() -> Vec<Vec<Lesson>> {
        let word = |n: u16| Symbol::FIRST_WORD + n;
        let mut random = Random::new(2);
        let mut page = |i: u16| {
            let topic = i % 2;
            let mut lesson = Lesson::default();
            lesson.words.extend((0..60).map(|_| word(10 + random.below(50) as u16)));
            lesson.words.iter_mut().step_by(7).for_each(|w| *w = word(100 + topic));
            for place in [5, 30, 50] {
                let mut candidates = [Candidate::new(&[word(1)], 0.5, true), Candidate::new(&[word(2)], 0.5, false)];
                candidates[topic as usize].right = true;
                lesson.add(place..place + 1, &candidates);
            }
            vec![lesson]
        };
        (0..40_000).map(&mut page).collect()
    }

    #[test]
    fn what_stands_around_is_learned_and_the_same_on_every_run() {
        let pages = pages();
        let language = Model::embedded();
        let report = learn(&pages, &language, &mut |_| {});
        assert!(report.right[1] > 0.9 && report.loss[1] < 0.5 * report.loss[0], "{:?} {:?}", report.right, report.loss);
        assert!(ContextModel::from_bytes(report.model.clone()).unwrap().fits(&language));
        assert_eq!(learn(&pages, &language, &mut |_| {}).model, report.model);
    }
}
