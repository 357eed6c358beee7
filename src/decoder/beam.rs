//! Beam search: which contexts of the language model are worth a look, and the graph of arcs between them.

use crate::candidates::{IMPLAUSIBLE, Lattice};
use crate::channel::Weights;
use crate::language_model::{Model, Pair, Scratch, State, Symbol, WordId};

use super::graph::{Edge, Graph};
use super::least_for_words;
use super::merger::Merger;

/// How much of the search space is looked at.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Beam {
    /// Contexts kept at each position, at most.
    pub width: usize,
    /// A context whose best path is worse than the best by more than this (in log-probability) is dropped.
    pub margin: f32,
    /// Words for words that are further behind the best of their kind, by channel and unigram, are out of the question before any
    /// context is seen, if the builder of the lattice has not seen to that.
    pub implausible: f32,
}

impl Beam {
    /// For what spinners put down; later profiles weigh what it leaves over. Beams twice as wide gave nothing on pages of common
    /// spinners, and less than 0.01 of F0.5 on those of one with rare synonyms.
    pub const SPUN: Beam = Beam { width: 6, margin: 6.0, implausible: f32::INFINITY };
    /// For what OCR engines read: most of it is as it stood.
    pub const OCR: Beam = Beam { width: 6, margin: 6.0, implausible: IMPLAUSIBLE };
}

/// A context at a position.
#[derive(Debug, Clone, Copy)]
struct Node {
    state: State,
    /// Best path to here.
    best: f32,
}

/// What a search is to go by.
#[derive(Debug, Clone, Copy)]
pub(super) struct Terms<'a> {
    pub lattice: &'a Lattice,
    /// What the channel makes of each arc.
    pub channel: &'a [f32],
    /// What each arc is worth before any context is seen; those worth nothing at all are not looked at.
    pub estimates: &'a [f32],
    pub weights: &'a Weights,
    pub model: &'a Model,
    pub beam: Beam,
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
    /// The last word of the context that was asked last, what it was asked for, and what it said of the first words of these.
    asked: Option<WordId>,
    hopes: Vec<Hope>,
    first: Vec<WordId>,
    pairs: Vec<Pair>,
    scratch: Scratch,
}

/// An arc that may be worth following.
#[derive(Debug, Clone, Copy)]
struct Hope {
    arc: u32,
    /// The position that it leads to.
    end: u32,
    /// What its words score together, at least.
    floor: f32,
    /// What a path gains by it as far as pairs of words tell.
    gain: f32,
}

impl Search {
    /// Fills `graph` with what survives of a lattice. `closed` says whether the sentence ends at its last token rather than being cut
    /// there.
    pub fn run(&mut self, terms: &Terms<'_>, closed: bool, graph: &mut Graph) {
        let Terms { lattice, weights, model, beam, .. } = *terms;
        let n = lattice.positions();
        self.reset(n);
        graph.clear();
        self.nodes.push(Node { state: model.start(), best: 0.0 });
        self.at[0].push(0);
        for position in 0..n {
            let mut here = std::mem::take(&mut self.at[position]);
            self.prune(&mut here, beam);
            self.asked = None;
            // The most promising arc comes first: what it comes to bounds the others.
            let estimate = |arc: &usize| terms.estimates[*arc];
            let most = lattice.starting_at(position).max_by(|a, b| estimate(a).total_cmp(&estimate(b)));
            for from in &here {
                self.leave(*from, position, most, terms, graph);
            }
            self.at[position] = here;
        }
        graph.nodes = self.nodes.len() as u32;
        let end = |state: &State| if closed { weights.language_model * model.score(state, Symbol::END).0 } else { 0.0 };
        graph.ends.extend(self.at[n].iter().map(|i| (*i, end(&self.nodes[*i as usize].state))));
        graph.kept = self.kept(terms, closed);
    }

    /// Log-probability that the language model gives a sentence as it stands, what its unknown words cost included.
    fn kept(&mut self, terms: &Terms<'_>, closed: bool) -> f32 {
        let Terms { lattice, weights, model, .. } = *terms;
        let mut state = model.start();
        let mut sum = 0.0;
        // The keep arc of a token comes first.
        let keeps = (0..lattice.positions()).map(|position| &lattice.arcs()[lattice.starting_at(position).start]);
        let end = closed.then_some(Symbol::END);
        for symbol in keeps.clone().flat_map(|arc| lattice.symbols(arc)).copied().chain(end) {
            // The search has asked for most pairs: they are remembered.
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
        // More than nothing at all, so that what is worth that never gets anywhere.
        self.best.resize(n + 1, f32::MIN);
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

    /// Goes on from a node by all arcs that may be on a path that survives, `most` of them first.
    fn leave(&mut self, from: u32, position: usize, most: Option<usize>, terms: &Terms<'_>, graph: &mut Graph) {
        let Terms { lattice, estimates, beam, .. } = *terms;
        let node = self.nodes[from as usize];
        // Another context with the same last word has asked for these arcs and more: the best contexts come first.
        if self.asked != Some(node.state.last()) {
            self.asked = Some(node.state.last());
            self.hopes.clear();
            self.pairs.clear();
            let arcs = lattice.starting_at(position);
            self.ask(most.into_iter(), &node, terms);
            self.follow_hopes(from, 0, terms, graph);
            let bound = node.best + beam.margin + GAIN;
            let best = std::mem::take(&mut self.best);
            let hopeful = |arc: &usize| estimates[*arc] + bound >= best[lattice.arcs()[*arc].end as usize];
            self.ask(arcs.filter(|arc| Some(*arc) != most && hopeful(arc)), &node, terms);
            self.best = best;
            self.follow_hopes(from, 1, terms, graph);
        } else {
            self.follow_hopes(from, 0, terms, graph);
        }
    }

    /// Asks the last word of a context for the first words of more arcs.
    fn ask(&mut self, arcs: impl Iterator<Item = usize>, node: &Node, terms: &Terms<'_>) {
        let Terms { lattice, channel, weights, model, .. } = *terms;
        let from = self.hopes.len();
        self.first.clear();
        for index in arcs {
            let arc = &lattice.arcs()[index];
            // Where there are no words, what is asked for their sake is not looked at.
            self.first.push(lattice.symbols(arc).first().copied().unwrap_or(Symbol::UNKNOWN));
            let floor = if arc.words() == 0 { 0.0 } else { least_for_words(arc, weights) };
            self.hopes.push(Hope { arc: index as u32, end: arc.end, floor, gain: channel[index] });
        }
        model.pairs_after(&node.state, &self.first, &mut self.scratch, &mut self.pairs);
        for (hope, pair) in self.hopes[from..].iter_mut().zip(&self.pairs[from..]) {
            hope.gain += (weights.language_model * pair.prob).max(hope.floor);
        }
    }

    /// Goes on by the arcs that were asked for, from one of them on, unless pairs of words speak against them.
    fn follow_hopes(&mut self, from: u32, first: usize, terms: &Terms<'_>, graph: &mut Graph) {
        let node = self.nodes[from as usize];
        let bound = node.best + SURPRISE + terms.beam.margin;
        for i in first..self.hopes.len() {
            if self.hopes[i].gain + bound >= self.best[self.hopes[i].end as usize] {
                self.follow(from, &node, i, terms, graph);
            }
        }
    }

    /// Goes on by one arc, unless no path that survives is on it.
    fn follow(&mut self, from: u32, node: &Node, hope: usize, terms: &Terms<'_>, graph: &mut Graph) {
        let Terms { lattice, channel, weights, model, beam, .. } = *terms;
        let Hope { arc, end, floor, .. } = self.hopes[hope];
        let (mut state, mut read) = (node.state, 0.0);
        for (i, symbol) in lattice.symbols(&lattice.arcs()[arc as usize]).iter().enumerate() {
            let (p, next) = match i {
                0 => model.score_on(&state, *symbol, &self.pairs[hope]),
                _ => model.score(&state, *symbol),
            };
            read += weights.language_model * p;
            state = if *symbol == Symbol::END { model.start() } else { next };
        }
        let read = read.max(floor);
        let best = node.best + channel[arc as usize] + read;
        // Nothing that far below the best can end on a path that survives.
        if best + beam.margin >= self.best[end as usize] {
            let to = self.reach(end as usize, state, best);
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

/// How much more (in log-probability) an arc is worth behind a word than wherever it stands, at most. It is a wager and no bound: with
/// 5 all measuring sets come out the same, with 3 pages of a spinner with rare synonyms lose 0.0006 of F0.5.
const GAIN: f32 = 4.0;

/// How much more (in log-probability) an arc is worth behind a whole context than behind its last word alone, at most. A wager as
/// well: with 1 those pages lose 0.001.
const SURPRISE: f32 = 1.5;
