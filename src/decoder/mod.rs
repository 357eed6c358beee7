//! The decoder: best path and posteriors of a sentence's lattice.
//!
//! Beam search with the language model's context as state (`beam`); contexts the model cannot tell apart are merged (`merger`).
//! What survives the beam is a graph, and forward-backward over that graph (`graph`) gives every arc its posterior
//! probability. The graph holds what the language model said, so that another profile can weigh it again at little cost.
//! `readings` turns the best path into one arc an expression, with confidences.
//!
//! May know `candidates`, `channel` and `language_model`.

mod beam;
mod graph;
mod merger;
mod readings;

use crate::candidates::{Accident, Arc, Lattice, Source};
use crate::channel::Channel;
use crate::language_model::Model;

use beam::Search;
use graph::Pass;

pub use beam::Beam;
pub use graph::Graph;

/// What decoding a sentence gave.
#[derive(Debug, Default, Clone)]
pub struct Decoded {
    /// The arcs of the best path, as indices into the lattice's arcs.
    pub path: Vec<u32>,
    /// For each arc of the path, the posterior probability that its words are right, whichever arcs give them; empty before
    /// [`Decoded::conclude`].
    pub confidences: Vec<f32>,
    /// Posterior probability of every arc of the lattice.
    pub posteriors: Vec<f32>,
    /// Log-likelihood of the sentence: all paths together.
    pub total: f32,
    /// Log-likelihood of the sentence taken as clean: every token kept, for nothing.
    pub clean: f32,
}

impl Decoded {
    /// Makes the path one of whole expressions where the table has them, and gives every arc of it its confidence.
    pub fn conclude(&mut self, lattice: &Lattice) {
        readings::join_expressions(lattice, &mut self.path);
        readings::confidences(lattice, self);
    }

    fn reset(&mut self, arcs: usize) {
        self.path.clear();
        self.confidences.clear();
        self.posteriors.clear();
        self.posteriors.resize(arcs, 0.0);
        (self.total, self.clean) = (0.0, 0.0);
    }
}

/// Decodes sentences; its buffers are reused from one to the next.
#[derive(Debug, Default)]
pub struct Decoder {
    search: Search,
    pass: Pass,
    graph: Graph,
    weights: Vec<f32>,
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
        out.reset(lattice.arcs().len());
        if lattice.positions() == 0 {
            self.graph.clear();
            return;
        }
        self.weigh(lattice, channel);
        self.search.run(lattice, &self.weights, channel.weights, model, closed, beam, &mut self.graph);
        self.graph.kept = beam::kept(lattice, channel.weights, model, closed);
        out.clean = self.graph.kept;
        out.total = self.pass.run(&self.graph, &self.weights, &mut out.posteriors, &mut out.path);
    }

    /// Weighs again what a search has kept, under another profile. `lattice` is the one that `graph` was thinned with.
    pub fn again(&mut self, graph: &Graph, lattice: &Lattice, channel: &Channel<'_>, out: &mut Decoded) {
        out.reset(lattice.arcs().len());
        if lattice.positions() == 0 {
            return;
        }
        self.weigh(lattice, channel);
        out.clean = graph.kept;
        out.total = self.pass.run(graph, &self.weights, &mut out.posteriors, &mut out.path);
    }

    /// What is left of the last search when arcs get new numbers ([`Lattice::thinned`]) and edges go whose posterior is below
    /// `least` and which are not on the best path.
    pub fn thinned(&self, arcs: &[u32], least: f32) -> Graph {
        self.graph.thinned(arcs, |edge| self.pass.edges[edge] >= least || self.pass.is_on_path(edge))
    }

    fn weigh(&mut self, lattice: &Lattice, channel: &Channel<'_>) {
        self.weights.clear();
        self.weights.extend(lattice.arcs().iter().enumerate().map(|(i, a)| weigh(a, lattice, lattice.posterior(i), channel)));
    }
}

/// The channel's log-probability of an arc whose posterior was `own` when the document was profiled.
fn weigh(arc: &Arc, lattice: &Lattice, own: f32, channel: &Channel<'_>) -> f32 {
    let unknown = arc.unknown as f32 * channel.weights.unknown_word;
    unknown
        + match &arc.source {
            Source::Keep { original } => channel.keep(*original, own),
            Source::Substitute { entry, capitals } => {
                let growth = arc.words() as f32 - (arc.end - arc.start) as f32;
                channel.substitute(entry, own) + *capitals as f32 * channel.weights.capital + growth * channel.weights.growth
            }
            Source::Split { halves, .. } => {
                let halves = lattice.halves(*halves);
                channel.weights.split + halves.iter().flatten().map(|e| channel.substitute(e, own)).sum::<f32>()
            }
            Source::Reading { accident, log_weight, .. } => {
                log_weight
                    + match accident {
                        Accident::None => 0.0,
                        Accident::Misread => channel.weights.misread,
                        Accident::Speck => channel.weights.speck,
                        Accident::Tail => channel.weights.tail,
                    }
            }
        }
}
