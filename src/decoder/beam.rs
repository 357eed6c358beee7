//! Beam search and forward-backward over the surviving graph.

use rustc_hash::FxHashMap;

use crate::candidates::{Accident, Arc, Lattice, Source};
use crate::channel::Channel;
use crate::language_model::{Model, State, Symbol, WordId};

/// How much of the search space is looked at.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Beam {
    /// Contexts kept at each position, at most.
    pub width: usize,
    /// A context whose best path is worse than the best by more than this (in log-probability) is dropped.
    pub margin: f32,
}

impl Beam {
    /// For a first look over whole lattices, which only has to tell the profile what happened.
    pub const NARROW: Beam = Beam { width: 12, margin: 6.0 };
    /// For what OCR engines read: most of it is as it stood.
    pub const OCR: Beam = Beam { width: 6, margin: 6.0 };
    /// For lattices that a first look has thinned out.
    pub const WIDE: Beam = Beam { width: 16, margin: 7.0 };
}

#[derive(Debug, Clone, Copy)]
struct Node {
    state: State,
    /// Best path to here.
    best: f32,
    /// The edge that path arrives by.
    arrival: u32,
    /// Log of the sum over all paths to here.
    forward: f32,
    /// Log of the sum over all paths from here to the end, the end itself included.
    backward: f32,
}

#[derive(Debug, Clone, Copy)]
struct Edge {
    from: u32,
    to: u32,
    arc: u32,
    score: f32,
}

const NONE: u32 = u32::MAX;

/// What decoding a sentence gave.
#[derive(Debug, Default, Clone)]
pub struct Decoded {
    /// The arcs of the best path, as indices into the lattice's arcs.
    pub path: Vec<u32>,
    /// For each arc of the path, the posterior probability that its words are right, whichever arcs give them.
    pub confidences: Vec<f32>,
    /// Posterior probability of every arc of the lattice.
    pub posteriors: Vec<f32>,
    /// Log-likelihood of the sentence: all paths together.
    pub total: f32,
    /// Log-likelihood of the sentence taken as clean: every token kept, for nothing.
    pub clean: f32,
}

/// Decodes sentences; its buffers are reused from one to the next.
#[derive(Debug, Default)]
pub struct Decoder {
    nodes: Vec<Node>,
    edges: Vec<Edge>,
    /// The nodes at each position: those of a position stand together once it is reached.
    at: Vec<Vec<u32>>,
    merged: Vec<FxHashMap<u64, u32>>,
    weights: Vec<f32>,
    /// The best score that has reached each position.
    best: Vec<f32>,
}

fn log_add(a: f32, b: f32) -> f32 {
    let (high, low) = if a > b { (a, b) } else { (b, a) };
    if low == f32::NEG_INFINITY { high } else { high + (low - high).exp().ln_1p() }
}

impl Decoder {
    /// Decodes one sentence. `closed` says whether the sentence ends at its last token rather than being cut there.
    pub fn decode(
        &mut self,
        lattice: &Lattice,
        channel: &Channel<'_>,
        model: &Model,
        closed: bool,
        beam: Beam,
        out: &mut Decoded,
    ) {
        let n = lattice.positions();
        out.path.clear();
        out.posteriors.clear();
        out.posteriors.resize(lattice.arcs().len(), 0.0);
        (out.total, out.clean) = (0.0, 0.0);
        if n == 0 {
            return;
        }
        self.reset(n);
        let scale = channel.weights.language_model;
        self.weights.clear();
        self.weights.extend(lattice.arcs().iter().enumerate().map(|(i, a)| weigh(a, lattice.posterior(i), channel)));
        let start = Node { state: model.start(), best: 0.0, arrival: NONE, forward: 0.0, backward: f32::NEG_INFINITY };
        self.nodes.push(start);
        self.at[0].push(0);
        for position in 0..n {
            self.prune(position, beam);
            for slot in 0..self.at[position].len() {
                let from = self.at[position][slot];
                let node = self.nodes[from as usize];
                for index in lattice.starting_at(position) {
                    let arc = &lattice.arcs()[index];
                    // Probabilities are at most one: what is hopeless before the words are read stays so.
                    if node.best + self.weights[index] < self.best[arc.end as usize] - beam.margin {
                        continue;
                    }
                    let mut state = node.state;
                    let mut read = 0.0;
                    for symbol in lattice.symbols(arc) {
                        let (p, next) = model.score(&state, *symbol);
                        read += scale * p;
                        state = if *symbol == Symbol::END { model.start() } else { next };
                    }
                    // The phrase table knows expressions that calls never use, such as a publisher's own blurbs.
                    if arc.words() > 1 && matches!(arc.source, Source::Substitute { .. }) {
                        let unknown = arc.unknown as f32 * channel.weights.unknown_word;
                        read = read.max(channel.weights.phrase - unknown);
                    }
                    let score = self.weights[index] + read;
                    self.connect(from, arc.end as usize, index as u32, state, score);
                }
            }
        }
        let end = |state: &State| if closed { scale * model.score(state, Symbol::END).0 } else { 0.0 };
        self.finish(n, end, out);
        join_expressions(lattice, &mut out.path);
        confidences(lattice, out);
        out.clean = self.clean(lattice, channel, model, closed);
    }

    fn reset(&mut self, n: usize) {
        self.nodes.clear();
        self.edges.clear();
        self.best.clear();
        self.best.resize(n + 1, f32::NEG_INFINITY);
        if self.at.len() <= n {
            self.at.resize_with(n + 1, Vec::new);
            self.merged.resize_with(n + 1, FxHashMap::default);
        }
        for i in 0..=n {
            self.at[i].clear();
            self.merged[i].clear();
        }
    }

    /// Keeps the best contexts of a position.
    fn prune(&mut self, position: usize, beam: Beam) {
        let nodes = &self.nodes;
        let here = &mut self.at[position];
        // Ties by number: the order in which nodes arose, the same on every run.
        here.sort_unstable_by(|a, b| nodes[*b as usize].best.total_cmp(&nodes[*a as usize].best).then(a.cmp(b)));
        let bound = nodes[here[0] as usize].best - beam.margin;
        let keep = here.iter().take(beam.width).take_while(|i| nodes[**i as usize].best >= bound).count();
        here.truncate(keep);
    }

    fn connect(&mut self, from: u32, end: usize, arc: u32, state: State, score: f32) {
        let source = self.nodes[from as usize];
        let edge = self.edges.len() as u32;
        let (best, forward) = (source.best + score, source.forward + score);
        self.best[end] = self.best[end].max(best);
        let fresh = self.nodes.len() as u32;
        let to = *self.merged[end].entry(state.key()).or_insert(fresh);
        if to == fresh {
            self.nodes.push(Node { state, best, arrival: edge, forward, backward: f32::NEG_INFINITY });
            self.at[end].push(to);
        } else {
            let node = &mut self.nodes[to as usize];
            if best > node.best {
                node.best = best;
                node.arrival = edge;
            }
            node.forward = log_add(node.forward, forward);
        }
        self.edges.push(Edge { from, to, arc, score });
    }

    /// Backward pass, posteriors and best path; `end` is what ending after a context scores.
    fn finish(&mut self, n: usize, end: impl Fn(&State) -> f32, out: &mut Decoded) {
        let mut total = f32::NEG_INFINITY;
        let (mut last, mut best) = (self.at[n][0], f32::NEG_INFINITY);
        for i in &self.at[n] {
            let node = &mut self.nodes[*i as usize];
            node.backward = end(&node.state);
            total = log_add(total, node.forward + node.backward);
            if node.best + node.backward > best {
                (last, best) = (*i, node.best + node.backward);
            }
        }
        out.total = total;
        // Edges were made in order of their first position, so the reverse order meets every node after all its successors.
        for edge in self.edges.iter().rev() {
            let to = &self.nodes[edge.to as usize];
            if to.backward == f32::NEG_INFINITY {
                continue;
            }
            let score = edge.score + to.backward;
            let from = &mut self.nodes[edge.from as usize];
            let posterior = (from.forward + score - total).exp();
            from.backward = log_add(from.backward, score);
            out.posteriors[edge.arc as usize] += posterior;
        }
        let mut at = last;
        while self.nodes[at as usize].arrival != NONE {
            let edge = self.edges[self.nodes[at as usize].arrival as usize];
            out.path.push(edge.arc);
            at = edge.from;
        }
        out.path.reverse();
    }

    fn clean(&self, lattice: &Lattice, channel: &Channel<'_>, model: &Model, closed: bool) -> f32 {
        let mut state = model.start();
        let mut sum = 0.0;
        for position in 0..lattice.positions() {
            // The keep arc comes first.
            let arc = &lattice.arcs()[lattice.starting_at(position).start];
            for symbol in lattice.symbols(arc) {
                let (p, next) = model.score(&state, *symbol);
                sum += channel.weights.language_model * p;
                state = if *symbol == Symbol::END { model.start() } else { next };
            }
            sum += arc.unknown as f32 * channel.weights.unknown_word;
        }
        if closed {
            sum += channel.weights.language_model * model.score(&state, Symbol::END).0;
        }
        sum
    }
}

/// Sums, for each arc of the best path, the posteriors of all arcs that say the same of its tokens: a phrase, its words one by
/// one, and phrases that reach across its ends are different paths to one text.
fn confidences(lattice: &Lattice, out: &mut Decoded) {
    const INSIDE: usize = usize::MAX;
    let n = lattice.positions();
    let mut text = Vec::new();
    // Where in `text` each position begins; unknown inside arcs whose words do not line up with the tokens.
    let mut boundary = vec![INSIDE; n + 1];
    // The part of `text` that the arc over each position puts down.
    let mut part = vec![(0usize, 0usize); n + 1];
    for index in &out.path {
        let arc = &lattice.arcs()[*index as usize];
        let words = lattice.symbols(arc);
        let (start, end) = (arc.start as usize, arc.end as usize);
        boundary[start] = text.len();
        if words.len() == end - start {
            for k in 0..words.len() {
                boundary[start + k] = text.len() + k;
            }
        }
        part[start..end].fill((text.len(), text.len() + words.len()));
        text.extend_from_slice(words);
    }
    boundary[n] = text.len();
    let mut support = vec![0f32; n];
    for (arc, posterior) in lattice.arcs().iter().zip(&out.posteriors) {
        if *posterior < 1e-4 {
            continue;
        }
        let (start, end) = (arc.start as usize, arc.end as usize);
        let symbols = lattice.symbols(arc);
        let agrees = match (boundary[start], boundary[end]) {
            (INSIDE, INSIDE) => false,
            // An arc that ends where nothing lines up agrees if it puts down what stands there, up to somewhere in that place.
            (from, INSIDE) => {
                let (low, high) = part[end - 1];
                let to = from + symbols.len();
                low <= to && to <= high && text[from..to] == *symbols
            }
            (INSIDE, to) => {
                let (low, high) = part[start];
                to.checked_sub(symbols.len()).is_some_and(|from| low <= from && from <= high && text[from..to] == *symbols)
            }
            (from, to) => text[from..to] == *symbols,
        };
        if agrees {
            support[start..end].iter_mut().for_each(|s| *s += posterior);
        }
    }
    out.confidences.clear();
    for index in &out.path {
        let arc = &lattice.arcs()[*index as usize];
        let least = support[arc.start as usize..arc.end as usize].iter().copied().fold(1.0, f32::min);
        out.confidences.push(least);
    }
}

/// Puts the longest expressions of the table in the place of arcs in a row that say the same: one edit for "convention name",
/// not two.
fn join_expressions(lattice: &Lattice, path: &mut Vec<u32>) {
    let mut out: Vec<u32> = Vec::with_capacity(path.len());
    let mut i = 0;
    while i < path.len() {
        let first = &lattice.arcs()[path[i] as usize];
        let mut best = (path[i], i + 1);
        let mut text: Vec<WordId> = lattice.symbols(first).to_vec();
        let swapped = |index: u32| matches!(lattice.arcs()[index as usize].source, Source::Substitute { .. });
        for (j, next) in path.iter().enumerate().skip(i + 1).take(4) {
            // Words that stay are no part of an edit.
            if !swapped(path[i]) || !swapped(*next) {
                break;
            }
            let arc = &lattice.arcs()[*next as usize];
            text.extend_from_slice(lattice.symbols(arc));
            let whole = lattice.starting_at(first.start as usize).find(|candidate| {
                let c = &lattice.arcs()[*candidate];
                c.end == arc.end && swapped(*candidate as u32) && lattice.symbols(c) == text
            });
            if let Some(whole) = whole {
                best = (whole as u32, j + 1);
            }
        }
        out.push(best.0);
        i = best.1;
    }
    *path = out;
}

/// The channel's log-probability of an arc whose posterior was `own` when the document was profiled.
fn weigh(arc: &Arc, own: f32, channel: &Channel<'_>) -> f32 {
    let unknown = arc.unknown as f32 * channel.weights.unknown_word;
    unknown
        + match &arc.source {
            Source::Keep { original } => channel.keep(*original, own),
            Source::Substitute { entry, capitals } => {
                let growth = arc.words() as f32 - (arc.end - arc.start) as f32;
                channel.substitute(entry, own) + *capitals as f32 * channel.weights.capital + growth * channel.weights.growth
            }
            Source::Split { halves, .. } => {
                channel.weights.split + halves.iter().flatten().map(|e| channel.substitute(e, own)).sum::<f32>()
            }
            Source::Reading { accident, log_weight, .. } => {
                log_weight
                    + match accident {
                        Accident::None => 0.0,
                        Accident::Misread => channel.weights.misread,
                        Accident::Speck => channel.weights.speck,
                    }
            }
        }
}
