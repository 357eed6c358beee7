//! Beam search: which contexts of the language model are worth a look, and the graph of arcs between them.

use crate::candidates::{Lattice, Source};
use crate::channel::Weights;
use crate::language_model::{Model, Pair, Scratch, State, Symbol, WordId};

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
    /// The ways on from a position that are not out of the question before any context is seen, with their first words.
    ways: Vec<Way>,
    first: Vec<WordId>,
    /// What the last word of a context says of these.
    pairs: Vec<Pair>,
    /// How good paths may be that take them.
    hopes: Vec<f32>,
    scratch: Scratch,
}

/// An arc as a way on from a position.
#[derive(Debug, Clone, Copy)]
struct Way {
    /// Index of the arc.
    arc: u32,
    /// The position that it leads to.
    end: u32,
    /// Number of its words.
    words: u32,
    /// What the channel makes of it.
    channel: f32,
    /// What its words score together, at least.
    floor: f32,
    /// What it is worth without a context, where it is a word for a word.
    estimate: f32,
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
        self.nodes.push(Node { state: model.start(), best: 0.0 });
        self.at[0].push(0);
        for position in 0..n {
            let mut here = std::mem::take(&mut self.at[position]);
            self.prune(&mut here, beam);
            self.find_ways(position, lattice, channel, weights, model);
            for from in &here {
                self.leave(*from, lattice, scale, model, beam, graph);
            }
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

    /// Finds the ways on from a position that some context may speak for: words for words that are too far behind the best of
    /// their kind, by channel and unigram, are left out.
    fn find_ways(&mut self, position: usize, lattice: &Lattice, channel: &[f32], weights: &Weights, model: &Model) {
        self.ways.clear();
        let mut best = f32::NEG_INFINITY;
        for index in lattice.starting_at(position) {
            let arc = &lattice.arcs()[index];
            let symbols = lattice.symbols(arc);
            let mut way = Way {
                arc: index as u32,
                end: arc.end,
                words: symbols.len() as u32,
                channel: channel[index],
                floor: f32::NEG_INFINITY,
                estimate: f32::INFINITY,
            };
            if let [word] = symbols
                && arc.end == arc.start + 1
            {
                way.estimate = way.channel + weights.language_model * model.unigram(*word);
                best = best.max(way.estimate);
            } else if symbols.len() > 1 && matches!(arc.source, Source::Substitute { .. }) {
                // The phrase table knows expressions that calls never use, such as a publisher's own blurbs.
                way.floor = weights.phrase - arc.unknown as f32 * weights.unknown_word;
            }
            self.ways.push(way);
        }
        self.ways.retain(|way| way.estimate >= best - IMPLAUSIBLE);
        self.first.clear();
        // Where there is no word, what is asked for its sake is not looked at.
        let first = |way: &Way| lattice.symbols(&lattice.arcs()[way.arc as usize]).first().copied();
        self.first.extend(self.ways.iter().map(|way| first(way).unwrap_or(Symbol::UNKNOWN)));
    }

    /// Goes on from a node by all ways that may end on a path that survives.
    fn leave(&mut self, from: u32, lattice: &Lattice, scale: f32, model: &Model, beam: Beam, graph: &mut Graph) {
        let node = self.nodes[from as usize];
        model.pairs_after(&node.state, &self.first, &mut self.scratch, &mut self.pairs);
        self.hopes.clear();
        self.hopes.extend(self.ways.iter().zip(&self.pairs).map(|(way, pair)| {
            let read = if way.words == 0 { 0.0 } else { (scale * pair.prob).max(way.floor) };
            node.best + way.channel + read
        }));
        // The most promising way first: what it comes to bounds the others.
        let hopes = self.hopes.iter().enumerate();
        let first = hopes.max_by(|a, b| a.1.total_cmp(b.1)).map_or(0, |(way, _)| way);
        for i in std::iter::once(first).chain((0..self.ways.len()).filter(|i| *i != first)) {
            let way = self.ways[i];
            if self.hopes[i] + SURPRISE + beam.margin < self.best[way.end as usize] {
                continue;
            }
            let (read, state) = self.read(&node.state, i, lattice, scale, model);
            let best = node.best + way.channel + read;
            // Nothing that far below the best can end on a path that survives.
            if best + beam.margin < self.best[way.end as usize] {
                continue;
            }
            let to = self.reach(way.end as usize, state, best);
            graph.edges.push(Edge { from, to, arc: way.arc, read });
        }
    }

    /// What the language model makes of a way after a context, scaled, and the context behind it.
    fn read(&mut self, before: &State, way: usize, lattice: &Lattice, scale: f32, model: &Model) -> (f32, State) {
        let (mut state, mut read) = (*before, 0.0);
        let symbols = lattice.symbols(&lattice.arcs()[self.ways[way].arc as usize]);
        for (i, symbol) in symbols.iter().enumerate() {
            let (p, next) = match i {
                0 => model.score_on(&state, *symbol, &self.pairs[way]),
                _ => model.score(&state, *symbol),
            };
            read += scale * p;
            state = if *symbol == Symbol::END { model.start() } else { next };
        }
        (read.max(self.ways[way].floor), state)
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

/// How much likelier (in log-probability) a whole context makes a way than its last word alone, at most: hardly a way that
/// would be kept is behind by more.
const SURPRISE: f32 = 2.5;

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
