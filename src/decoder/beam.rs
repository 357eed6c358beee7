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
    /// Words for words that are further behind the best of their kind, by channel and unigram, are out of the question before any
    /// context is seen; `None` where the builder of the lattice has seen to that.
    pub implausible: Option<f32>,
}

impl Beam {
    /// For what spinners put down; later profiles weigh what it leaves over. Beams twice as wide gave nothing on pages of common
    /// spinners, and less than 0.01 of F0.5 on those of one with rare synonyms.
    pub const SPUN: Beam = Beam { width: 6, margin: 6.0, implausible: None };
    /// For what OCR engines read: most of it is as it stood.
    pub const OCR: Beam = Beam { width: 6, margin: 6.0, implausible: Some(11.0) };
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
    ways: Ways,
    /// The last word of the contexts that were asked last, the ways that were asked for, what it says of the words that these
    /// begin with, and how much paths may gain that take them.
    asked: Option<WordId>,
    hopeful: Vec<u32>,
    first: Vec<WordId>,
    pairs: Vec<Pair>,
    hopes: Vec<f32>,
    scratch: Scratch,
}

/// The ways on from a position, field by field: most are looked at no further than one number.
#[derive(Debug, Default)]
struct Ways {
    /// Indices of the arcs.
    arcs: Vec<u32>,
    /// The positions that they lead to.
    ends: Vec<u32>,
    /// Their first words; anything where there is none.
    first: Vec<WordId>,
    /// What the channel makes of them.
    channel: Vec<f32>,
    /// What their words score together, at least.
    floor: Vec<f32>,
    /// What they are worth wherever they stand.
    estimates: Vec<f32>,
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
            self.find_ways(position, lattice, channel, weights, model, beam);
            for from in &here {
                self.leave(*from, lattice, scale, model, beam, graph);
            }
            self.at[position] = here;
        }
        graph.nodes = self.nodes.len() as u32;
        let end = |state: &State| if closed { scale * model.score(state, Symbol::END).0 } else { 0.0 };
        graph.ends.extend(self.at[n].iter().map(|i| (*i, end(&self.nodes[*i as usize].state))));
        graph.kept = self.kept(lattice, weights, model, closed);
    }

    /// Log-probability that the language model gives a sentence as it stands, what its unknown words cost included.
    fn kept(&mut self, lattice: &Lattice, weights: &Weights, model: &Model, closed: bool) -> f32 {
        let mut state = model.start();
        let mut sum = 0.0;
        let keeps = (0..lattice.positions()).map(|position| &lattice.arcs()[lattice.starting_at(position).start]);
        let end = closed.then_some(Symbol::END);
        for symbol in keeps.clone().flat_map(|arc| lattice.symbols(arc)).copied().chain(end) {
            // The search has asked of most pairs: they are remembered.
            self.pairs.clear();
            model.pairs_after(&state, &[symbol], &mut self.scratch, &mut self.pairs);
            let (p, next) = model.score_on(&state, symbol, &self.pairs[0]);
            sum += weights.language_model * p;
            state = if symbol == Symbol::END { model.start() } else { next };
        }
        sum + keeps.map(|arc| arc.unknown as f32).sum::<f32>() * weights.unknown_word
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

    /// Finds the ways on from a position; words for words that are too far behind the best of their kind, by channel and unigram,
    /// are left out if that is still to do.
    fn find_ways(&mut self, position: usize, lattice: &Lattice, channel: &[f32], weights: &Weights, model: &Model, beam: Beam) {
        let Ways { arcs, ends, first, channel: own, floor, estimates } = &mut self.ways;
        [&mut *arcs, &mut *ends].into_iter().for_each(Vec::clear);
        [&mut *own, &mut *floor, &mut *estimates].into_iter().for_each(Vec::clear);
        first.clear();
        let estimate = |index: usize, floor: f32| match lattice.symbols(&lattice.arcs()[index]).first() {
            Some(word) => channel[index] + (weights.language_model * model.unigram(*word)).max(floor),
            None => channel[index] + floor,
        };
        let is_swap = |index: usize| matches!(&lattice.arcs()[index], arc if arc.words() == 1 && arc.end == arc.start + 1);
        let least = beam.implausible.map(|behind| {
            let swaps = lattice.starting_at(position).filter(|index| is_swap(*index));
            swaps.map(|index| estimate(index, f32::NEG_INFINITY)).fold(f32::NEG_INFINITY, f32::max) - behind
        });
        for index in lattice.starting_at(position) {
            let arc = &lattice.arcs()[index];
            let words = lattice.symbols(arc);
            let lowest = match words.len() {
                0 => 0.0,
                // The phrase table knows expressions that calls never use, such as a publisher's own blurbs.
                2.. if matches!(arc.source, Source::Substitute { .. }) => {
                    weights.phrase - arc.unknown as f32 * weights.unknown_word
                }
                _ => f32::NEG_INFINITY,
            };
            let worth = estimate(index, lowest);
            if least.is_some_and(|least| worth < least && is_swap(index)) {
                continue;
            }
            arcs.push(index as u32);
            ends.push(arc.end);
            first.push(words.first().copied().unwrap_or(Symbol::UNKNOWN));
            own.push(channel[index]);
            floor.push(lowest);
            estimates.push(worth);
        }
        self.asked = None;
    }

    /// Goes on from a node by all ways that may end on a path that survives.
    fn leave(&mut self, from: u32, lattice: &Lattice, scale: f32, model: &Model, beam: Beam, graph: &mut Graph) {
        let node = self.nodes[from as usize];
        // Contexts that end with the same word have asked the same, for these ways and others: the best ones come first.
        if self.asked.is_none_or(|asked| asked != node.state.last()) {
            self.asked = Some(node.state.last());
            self.hopeful.clear();
            self.hopes.clear();
            // The most promising way first: what it comes to bounds the others.
            self.ask(&node, scale, model, |ways, hopeful| {
                let most = (0..ways.estimates.len()).max_by(|a, b| ways.estimates[*a].total_cmp(&ways.estimates[*b]));
                hopeful.extend(most.map(|way| way as u32));
            });
            let Some(first) = self.hopeful.first().copied() else { return };
            self.follow(from, node, 0, lattice, scale, model, beam, graph);
            let bound = node.best + beam.margin + GAIN;
            let best = std::mem::take(&mut self.best);
            self.ask(&node, scale, model, |ways, hopeful| {
                let reaches = |way: &u32| {
                    let way = *way as usize;
                    ways.estimates[way] + bound >= best[ways.ends[way] as usize]
                };
                hopeful.extend((0..ways.arcs.len() as u32).filter(|way| *way != first).filter(reaches));
            });
            self.best = best;
            self.follow_hopes(from, node, 1, lattice, scale, model, beam, graph);
        } else {
            self.follow_hopes(from, node, 0, lattice, scale, model, beam, graph);
        }
    }

    /// Asks what pairs of words say of more ways.
    fn ask(&mut self, node: &Node, scale: f32, model: &Model, choose: impl FnOnce(&Ways, &mut Vec<u32>)) {
        let from = self.hopeful.len();
        choose(&self.ways, &mut self.hopeful);
        self.first.clear();
        self.first.extend(self.hopeful[from..].iter().map(|way| self.ways.first[*way as usize]));
        self.pairs.truncate(from);
        model.pairs_after(&node.state, &self.first, &mut self.scratch, &mut self.pairs);
        for (way, pair) in self.hopeful[from..].iter().zip(&self.pairs[from..]) {
            let way = *way as usize;
            self.hopes.push(self.ways.channel[way] + (scale * pair.prob).max(self.ways.floor[way]));
        }
    }

    /// Goes on by the hopeful ways from one of them on.
    #[allow(clippy::too_many_arguments)]
    fn follow_hopes(
        &mut self,
        from: u32,
        node: Node,
        first: usize,
        lattice: &Lattice,
        scale: f32,
        model: &Model,
        beam: Beam,
        graph: &mut Graph,
    ) {
        let bound = node.best + SURPRISE + beam.margin;
        for i in first..self.hopeful.len() {
            if self.hopes[i] + bound >= self.best[self.ways.ends[self.hopeful[i] as usize] as usize] {
                self.follow(from, node, i, lattice, scale, model, beam, graph);
            }
        }
    }

    /// Goes on by one way, unless it cannot end on a path that survives.
    #[allow(clippy::too_many_arguments)]
    fn follow(
        &mut self,
        from: u32,
        node: Node,
        hope: usize,
        lattice: &Lattice,
        scale: f32,
        model: &Model,
        beam: Beam,
        graph: &mut Graph,
    ) {
        let way = self.hopeful[hope] as usize;
        let (arc, end) = (self.ways.arcs[way], self.ways.ends[way] as usize);
        let (mut state, mut read) = (node.state, 0.0);
        for (i, symbol) in lattice.symbols(&lattice.arcs()[arc as usize]).iter().enumerate() {
            let (p, next) = match i {
                0 => model.score_on(&state, *symbol, &self.pairs[hope]),
                _ => model.score(&state, *symbol),
            };
            read += scale * p;
            state = if *symbol == Symbol::END { model.start() } else { next };
        }
        let read = read.max(self.ways.floor[way]);
        let best = node.best + self.ways.channel[way] + read;
        // Nothing that far below the best can end on a path that survives.
        if best + beam.margin >= self.best[end] {
            let to = self.reach(end, state, best);
            graph.edges.push(Edge { from, to, arc, read });
        }
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

/// How much more (in log-probability) a way is worth behind a word than wherever it stands, at most.
const GAIN: f32 = 5.0;

/// How much likelier (in log-probability) a whole context makes a way than its last word alone, at most: hardly a way that
/// would be kept is behind by more.
const SURPRISE: f32 = 1.5;

