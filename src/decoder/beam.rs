//! Beam search: which contexts of the language model are worth a look, and the graph of arcs between them.

use crate::candidates::{Lattice, Source};
use crate::channel::Weights;
use crate::language_model::{Model, Scratch, State, Symbol, WordId};

use super::graph::{Edge, Graph};
use super::merger::Merger;

/// How much of the search space is looked at.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Beam {
    /// Contexts kept at each position, at most.
    pub width: usize,
    /// A context whose best path is worse than the best by more than this (in log-probability) is dropped.
    pub margin: f32,
}

impl Beam {
    /// For what spinners put down; later profiles weigh what it leaves over. Beams twice as wide gave nothing on pages of common
    /// spinners, and less than 0.01 of F0.5 on those of one with rare synonyms.
    pub const SPUN: Beam = Beam { width: 6, margin: 6.0 };
    /// For what OCR engines read: most of it is as it stood.
    pub const OCR: Beam = Beam { width: 6, margin: 6.0 };
}

/// A context at a position.
#[derive(Debug, Clone, Copy)]
struct Node {
    state: State,
    /// Best path to here.
    best: f32,
}

/// A search; its buffers are reused from one sentence to the next.
#[derive(Debug, Default)]
pub(super) struct Search {
    nodes: Vec<Node>,
    /// The nodes at each position.
    at: Vec<Vec<u32>>,
    merger: Merger,
    /// The best score that has reached each position.
    best: Vec<f32>,
    /// The arcs of a position that are not out of the question before any context is seen.
    plausible: Vec<u32>,
    /// What the arcs of a position are worth without one.
    estimates: Vec<f32>,
    /// The arcs that a node is left by, the first symbols of those that have any, and what the model makes of these.
    hopeful: Vec<u32>,
    first: Vec<WordId>,
    scores: Vec<(f32, State)>,
    scratch: Scratch,
}

impl Search {
    /// Fills `graph` with what survives of a lattice whose arcs have these `channel` log-probabilities. `closed` says whether
    /// the sentence ends at its last token rather than being cut there.
    #[allow(clippy::too_many_arguments)]
    pub fn run(
        &mut self,
        lattice: &Lattice,
        channel: &[f32],
        weights: &Weights,
        model: &Model,
        closed: bool,
        beam: Beam,
        graph: &mut Graph,
    ) {
        let n = lattice.positions();
        self.reset(n);
        graph.clear();
        let scale = weights.language_model;
        let start = model.start();
        self.nodes.push(Node { state: start, best: 0.0 });
        self.at[0].push(0);
        for position in 0..n {
            let mut here = std::mem::take(&mut self.at[position]);
            self.prune(&mut here, beam);
            self.plausible(position, lattice, channel, model, scale);
            let plausible = std::mem::take(&mut self.plausible);
            for from in &here {
                let node = self.nodes[*from as usize];
                // Probabilities are at most one: what is hopeless before the words are read stays so.
                let bound = node.best + beam.margin;
                // A few arcs at a time: look-ups do not wait for each other, and what they find bounds the next few.
                for arcs in plausible.chunks(CHUNK) {
                    self.hopeful.clear();
                    self.first.clear();
                    for index in arcs {
                        let arc = &lattice.arcs()[*index as usize];
                        if bound + channel[*index as usize] < self.best[arc.end as usize] {
                            continue;
                        }
                        if let Some(symbol) = lattice.symbols(arc).first() {
                            self.first.push(*symbol);
                        }
                        self.hopeful.push(*index);
                    }
                    model.score_all(&node.state, &self.first, &mut self.scratch, &mut self.scores);
                    let mut scores = 0;
                    for hopeful in 0..self.hopeful.len() {
                        let index = self.hopeful[hopeful];
                        let arc = &lattice.arcs()[index as usize];
                        let symbols = lattice.symbols(arc);
                        let mut state = node.state;
                        let mut read = 0.0;
                        for (i, symbol) in symbols.iter().enumerate() {
                            let (p, next) = if i == 0 { self.scores[scores] } else { model.score(&state, *symbol) };
                            read += scale * p;
                            state = if *symbol == Symbol::END { start } else { next };
                        }
                        scores += !symbols.is_empty() as usize;
                        // The phrase table knows expressions that calls never use, such as a publisher's own blurbs.
                        if symbols.len() > 1 && matches!(arc.source, Source::Substitute { .. }) {
                            let unknown = arc.unknown as f32 * weights.unknown_word;
                            let named = arc.unknown > 0 && arc.end > arc.start + 1;
                            let least = if named { weights.named_phrase } else { weights.phrase };
                            read = read.max(least - unknown);
                        }
                        let best = node.best + channel[index as usize] + read;
                        // Nothing that far below the best can end on a path that survives.
                        if best + beam.margin < self.best[arc.end as usize] {
                            continue;
                        }
                        let to = self.reach(arc.end as usize, state, best);
                        graph.edges.push(Edge { from: *from, to, arc: index, read });
                    }
                }
            }
            self.plausible = plausible;
            self.at[position] = here;
        }
        graph.nodes = self.nodes.len() as u32;
        let end = |state: &State| if closed { scale * model.score(state, Symbol::END).0 } else { 0.0 };
        graph.ends.extend(self.at[n].iter().map(|i| (*i, end(&self.nodes[*i as usize].state))));
    }

    fn reset(&mut self, n: usize) {
        self.nodes.clear();
        self.merger.clear();
        self.best.clear();
        self.best.resize(n + 1, f32::NEG_INFINITY);
        if self.at.len() <= n {
            self.at.resize_with(n + 1, Vec::new);
        }
        self.at[..=n].iter_mut().for_each(Vec::clear);
    }

    /// Keeps the best contexts of a position, the best first.
    fn prune(&self, here: &mut Vec<u32>, beam: Beam) {
        let best = |i: &u32| self.nodes[*i as usize].best;
        let bound = here.iter().map(best).fold(f32::NEG_INFINITY, f32::max) - beam.margin;
        here.retain(|i| best(i) >= bound);
        // Ties by number: the order in which nodes arose, the same on every run.
        here.sort_unstable_by(|a, b| best(b).total_cmp(&best(a)).then(a.cmp(b)));
        here.truncate(beam.width);
    }

    /// Finds the arcs of a position that some context may speak for: those of one word for one that are too far behind the best
    /// of their kind, by channel and unigram, are left out.
    fn plausible(&mut self, position: usize, lattice: &Lattice, channel: &[f32], model: &Model, scale: f32) {
        let arcs = lattice.starting_at(position);
        self.estimates.clear();
        self.estimates.extend(arcs.clone().map(|index| {
            let arc = &lattice.arcs()[index];
            match lattice.symbols(arc) {
                [word] if arc.end == arc.start + 1 => channel[index] + scale * model.unigram(*word),
                _ => f32::INFINITY,
            }
        }));
        let best = self.estimates.iter().copied().filter(|e| *e < f32::INFINITY).fold(f32::NEG_INFINITY, f32::max);
        self.plausible.clear();
        self.plausible
            .extend(arcs.zip(&self.estimates).filter(|(_, e)| **e >= best - IMPLAUSIBLE).map(|(index, _)| index as u32));
    }

    /// The node of a context at a position, which a path with this score has reached.
    fn reach(&mut self, position: usize, state: State, score: f32) -> u32 {
        self.best[position] = self.best[position].max(score);
        let fresh = self.nodes.len() as u32;
        let node = self.merger.node(position, state.key(), fresh);
        if node == fresh {
            self.nodes.push(Node { state, best: score });
            self.at[position].push(fresh);
        } else {
            let node = &mut self.nodes[node as usize];
            node.best = node.best.max(score);
        }
        node
    }
}

/// Arcs whose words are looked up at once.
const CHUNK: usize = 4;

/// No context makes up for so much (in log-probability): on spun pages hardly an edit hung on an arc further behind.
const IMPLAUSIBLE: f32 = 11.0;

/// Log-probability that the language model gives a sentence as it stands, what its unknown words cost included.
pub(super) fn kept(lattice: &Lattice, weights: &Weights, model: &Model, closed: bool) -> f32 {
    let mut state = model.start();
    let mut sum = 0.0;
    for position in 0..lattice.positions() {
        // The keep arc comes first.
        let arc = &lattice.arcs()[lattice.starting_at(position).start];
        for symbol in lattice.symbols(arc) {
            let (p, next) = model.score(&state, *symbol);
            sum += weights.language_model * p;
            state = if *symbol == Symbol::END { model.start() } else { next };
        }
        sum += arc.unknown as f32 * weights.unknown_word;
    }
    if closed {
        sum += weights.language_model * model.score(&state, Symbol::END).0;
    }
    sum
}
