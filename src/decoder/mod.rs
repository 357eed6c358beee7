//! The decoder: best path and posteriors of a sentence's lattice.
//!
//! Beam search with the language model's context as state (`beam`); contexts the model cannot tell apart are merged (`merger`).
//! What survives the beam is a graph, and forward-backward over that graph (`graph`) gives every arc its posterior
//! probability. The graph holds what the language model said, so that another profile can weigh it again at little cost.
//! `readings` turns the best path into one arc an expression, with confidences.
//!
//! May know `dictionary`, `candidates`, `channel` and `language_model`.

mod beam;
mod graph;
mod merger;
mod readings;

use crate::candidates::{Accident, Arc, Lattice, Source};
use crate::channel::{Channel, Weights};
use crate::dictionary::Entry;
use crate::language_model::{Model, WordId};

use beam::{Search, Terms};
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
    estimates: Vec<f32>,
}

impl Decoder {
    /// Decodes one sentence; a lattice whose arcs were weighed when it was built is taken as it is. `closed` says whether the
    /// sentence ends at its last token rather than being cut there.
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
        let (weights, estimates) = match lattice.weights() {
            [] => {
                self.weigh(lattice, channel);
                self.estimate(lattice, channel.weights, model, beam);
                (self.weights.as_slice(), self.estimates.as_slice())
            }
            ready => (ready, lattice.estimates()),
        };
        let terms = Terms { lattice, channel: weights, estimates, weights: channel.weights, model, beam };
        self.search.run(&terms, closed, &mut self.graph);
        out.clean = self.graph.kept;
        out.total = self.pass.run(&self.graph, weights, &mut out.posteriors, &mut out.path);
    }

    /// Weighs again what a search has kept, under another profile. `lattice` is the one that `graph` was thinned with.
    pub fn again(&mut self, graph: &Graph, lattice: &Lattice, channel: &Channel<'_>, out: &mut Decoded) {
        out.reset(lattice.arcs().len());
        if lattice.positions() == 0 {
            return;
        }
        self.weigh(lattice, channel);
        // Clean news is news as well.
        let leaning = lattice.arcs().iter().filter_map(|arc| match arc.source {
            Source::Keep { original } => original.map(|o| channel.leaning(o)),
            _ => None,
        });
        out.clean = graph.kept + leaning.sum::<f32>();
        out.total = self.pass.run(graph, &self.weights, &mut out.posteriors, &mut out.path);
    }

    /// What is left of the last search when arcs get new numbers ([`Lattice::thinned`]) and edges go whose posterior is below
    /// `least` and which are not on the best path.
    pub fn thinned(&self, arcs: &[u32], least: f32) -> Graph {
        self.graph.thinned(arcs, |edge| self.pass.edges[edge] >= least || self.pass.is_on_path(edge))
    }

    /// What the arcs of a lattice that was built without are worth before any context is seen; of words for words too far behind
    /// the best of their kind, nothing at all.
    fn estimate(&mut self, lattice: &Lattice, weights: &Weights, model: &Model, beam: Beam) {
        let arcs = lattice.arcs();
        self.estimates.clear();
        let words = |arc: &Arc| worth_of_words(arc, lattice.symbols(arc), weights, model);
        self.estimates.extend(arcs.iter().zip(&self.weights).map(|(arc, weight)| weight + words(arc)));
        for position in 0..lattice.positions() {
            let alike = |index: &usize| arcs[*index].words() == 1 && arcs[*index].end == arcs[*index].start + 1;
            let alike = lattice.starting_at(position).filter(alike);
            let best = alike.clone().map(|index| self.estimates[index]).fold(f32::NEG_INFINITY, f32::max);
            for index in alike {
                if self.estimates[index] < best - beam.implausible {
                    self.estimates[index] = f32::NEG_INFINITY;
                }
            }
        }
    }

    fn weigh(&mut self, lattice: &Lattice, channel: &Channel<'_>) {
        self.weights.clear();
        self.weights.extend(lattice.arcs().iter().enumerate().map(|(i, arc)| {
            let halves = match arc.source {
                Source::Split { halves, .. } => lattice.halves(halves),
                _ => [None, None],
            };
            weigh(arc, halves, lattice.posterior(i), channel)
        }));
    }
}

/// What the language model makes of an arc's words wherever they stand, scaled: of the first one, since what follows only makes
/// them less likely, but no less than the table's word for expressions.
pub fn worth_of_words(arc: &Arc, words: &[WordId], weights: &Weights, model: &Model) -> f32 {
    let first = words.first().map_or(0.0, |word| weights.language_model * model.unigram(*word));
    first.max(least_for_words(arc, weights))
}

/// What an arc's words score together, at least: the phrase table knows expressions that calls never use, such as a publisher's
/// own blurbs.
fn least_for_words(arc: &Arc, weights: &Weights) -> f32 {
    match arc.source {
        Source::Substitute { .. } if arc.words() > 1 => {
            let named = arc.unknown > 0 && arc.end > arc.start + 1;
            let least = if named { weights.named_phrase } else { weights.phrase };
            least - arc.unknown as f32 * weights.unknown_word
        }
        _ => f32::NEG_INFINITY,
    }
}

/// The channel's log-probability of an arc whose posterior was `own` when the document was profiled; `halves` are what the halves
/// of a split word stand for.
pub fn weigh(arc: &Arc, halves: [Option<Entry>; 2], own: f32, channel: &Channel<'_>) -> f32 {
    let unknown = arc.unknown as f32 * channel.weights.unknown_word;
    unknown
        + match &arc.source {
            Source::Keep { original } => channel.keep(*original, own),
            Source::Substitute { entry, capitals } => {
                let growth = arc.words() as f32 - (arc.end - arc.start) as f32;
                channel.substitute(entry, own) + *capitals as f32 * channel.weights.capital + growth * channel.weights.growth
            }
            Source::Split { .. } => {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::candidates::{LatticeBuilder, Observed, Resources, Worth};
    use crate::channel::Profile;
    use crate::dictionary::Table;
    use crate::language_model::Symbol;
    use crate::text::Kind;

    #[test]
    fn a_lattice_that_was_weighed_when_built_decodes_as_one_that_is_weighed_now() {
        let (model, table, weights) = (Model::embedded(), Table::embedded(), Weights::default());
        let profile = Profile::prior(&weights);
        let channel = Channel { table: &table, weights: &weights, profile: &profile };
        let text = "our web revenue rose because of sturdy gross sales and decrease chargesfrom staff";
        let mut sentence = Vec::new();
        let mut start = 0;
        for word in text.split(' ') {
            let (symbol, folded) = (model.word(word), start..start + word.len());
            start = folded.end + 1;
            sentence.push(Observed {
                folded,
                symbol: symbol.unwrap_or(Symbol::UNKNOWN),
                unknown: symbol.is_none(),
                kind: Kind::Word,
                protected: false,
                joins: true,
                hyphen: false,
                original: table.original_id(word),
                spun: table.spun(word),
                capital: word == "sturdy",
            });
        }
        let words = model.clone();
        let names = move |word: &str| words.word(word);
        let resources = Resources { table: &table, word: &names, name: Symbol::NAME };
        let worth = Worth {
            channel: &|arc, halves| weigh(arc, halves, 0.0, &channel),
            words: &|arc, words| worth_of_words(arc, words, &weights, &model),
        };
        let mut lattice = Lattice::default();
        LatticeBuilder::default().build(resources, worth, text, &sentence, &mut lattice);
        assert!(lattice.arcs().iter().any(|arc| matches!(arc.source, Source::Split { .. })));
        let plain = lattice.thinned(&vec![0.0; lattice.arcs().len()], 0.0, &mut Vec::new());
        assert_eq!((lattice.weights().len(), plain.weights().len()), (plain.arcs().len(), 0));
        let mut decoder = Decoder::default();
        let mut decode = |lattice: &Lattice| {
            let mut decoded = Decoded::default();
            decoder.decode(lattice, &channel, &model, true, Beam::SPUN, &mut decoded);
            decoded
        };
        let (ready, now) = (decode(&lattice), decode(&plain));
        assert_eq!((&ready.path, &ready.posteriors), (&now.path, &now.posteriors));
        assert_eq!((ready.total, ready.clean), (now.total, now.clean));
        assert!(ready.path.len() < sentence.len(), "an expression came back: {:?}", ready.path);
    }
}
