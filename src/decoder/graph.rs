//! Forward-backward over a graph of arcs between contexts (Baum et al. 1970), and its best path (Viterbi 1967).

use crate::candidates::Lattice;

/// An arc of the lattice between two contexts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Edge {
    /// Number of the node it leaves.
    pub from: u32,
    /// Number of the node it reaches.
    pub to: u32,
    /// Index of the arc in the lattice.
    pub arc: u32,
    /// What the language model makes of the arc's words after that context, scaled.
    pub read: f32,
}

/// The contexts and arcs that a search has kept. The channel's weights are no part of it: under another profile the graph
/// is weighed anew without a look into the language model.
#[derive(Debug, Default, Clone)]
pub struct Graph {
    /// Nodes are numbered from 0, where every path begins.
    pub(super) nodes: u32,
    /// Edges come before all edges that leave the node they reach.
    pub(super) edges: Vec<Edge>,
    /// The nodes where paths end, and what ending there scores.
    pub(super) ends: Vec<(u32, f32)>,
    /// Log-probability of the sentence as it stands.
    pub(super) kept: f32,
}

impl Graph {
    pub(super) fn clear(&mut self) {
        self.nodes = 0;
        self.edges.clear();
        self.ends.clear();
    }

    /// What is left of the graph when arcs get new numbers and some go, and with them the edges that `keep` does not want.
    pub(super) fn thinned(&self, arcs: &[u32], keep: impl Fn(usize) -> bool) -> Graph {
        let stays = |i: usize, e: &Edge| arcs[e.arc as usize] != Lattice::GONE && keep(i);
        let mut numbers = vec![NONE; self.nodes as usize];
        numbers[0] = 0;
        let mut out = Graph { nodes: 1, kept: self.kept, ..Graph::default() };
        out.edges.reserve_exact(self.edges.iter().enumerate().filter(|(i, e)| stays(*i, e)).count());
        for (_, edge) in self.edges.iter().enumerate().filter(|(i, e)| stays(*i, e)) {
            let from = numbers[edge.from as usize];
            if from == NONE {
                continue;
            }
            let to = &mut numbers[edge.to as usize];
            if *to == NONE {
                *to = out.nodes;
                out.nodes += 1;
            }
            out.edges.push(Edge { from, to: *to, arc: arcs[edge.arc as usize], read: edge.read });
        }
        out.ends = self.ends.iter().map(|(n, end)| (numbers[*n as usize], *end)).filter(|(n, _)| *n != NONE).collect();
        out
    }
}

/// Where no path leads.
const NEVER: f32 = f32::NEG_INFINITY;
const NONE: u32 = u32::MAX;

/// The buffers of a pass over a graph.
#[derive(Debug, Default)]
pub(super) struct Pass {
    /// For each node the score of the best path to it.
    best: Vec<f32>,
    /// The edge by which that path arrives.
    arrival: Vec<u32>,
    /// All paths to a node, as a multiple of the best one: sums stay in range however long the sentence is.
    forward: Vec<f64>,
    /// All paths from a node to the end, as a share of all paths and a multiple of the best one to the node.
    backward: Vec<f64>,
    /// For each edge, the best path that ends with it as a share of the best one to its end.
    share: Vec<f32>,
    /// Posterior probability of each edge.
    pub edges: Vec<f32>,
    /// The edges of the best path, the last one first.
    path: Vec<u32>,
}

impl Pass {
    /// Adds the posterior of every arc to `posteriors`, puts the arcs of the best path in `path`, and returns the
    /// log-likelihood of all paths. `weights` are the channel's, by arc.
    pub fn run(&mut self, graph: &Graph, weights: &[f32], posteriors: &mut [f32], path: &mut Vec<u32>) -> f32 {
        let nodes = graph.nodes as usize;
        self.best.clear();
        self.best.resize(nodes, NEVER);
        self.arrival.clear();
        self.arrival.resize(nodes, NONE);
        self.best[0] = 0.0;
        self.share.clear();
        for (i, edge) in graph.edges.iter().enumerate() {
            let score = self.best[edge.from as usize] + weights[edge.arc as usize] + edge.read;
            self.share.push(score);
            if score > self.best[edge.to as usize] {
                self.best[edge.to as usize] = score;
                self.arrival[edge.to as usize] = i as u32;
            }
        }
        let (mut last, mut best) = (0, NEVER);
        for (node, end) in &graph.ends {
            let score = self.best[*node as usize] + end;
            if score > best {
                (last, best) = (*node, score);
            }
        }
        self.forward.clear();
        self.forward.resize(nodes, 0.0);
        self.forward[0] = 1.0;
        for (edge, share) in graph.edges.iter().zip(&mut self.share) {
            let behind = *share - self.best[edge.to as usize];
            // Most nodes are reached by one way alone; thinning may have left one without any.
            *share = match behind {
                0.0 => 1.0,
                _ if *share == NEVER => 0.0,
                _ => behind.exp(),
            };
            self.forward[edge.to as usize] += self.forward[edge.from as usize] * *share as f64;
        }
        let ending = |node: u32, end: f32| match self.best[node as usize] {
            NEVER => 0.0,
            score => ((score + end - best) as f64).exp(),
        };
        let all: f64 = graph.ends.iter().map(|(n, end)| self.forward[*n as usize] * ending(*n, *end)).sum();
        self.backward.clear();
        self.backward.resize(nodes, 0.0);
        for (node, end) in &graph.ends {
            self.backward[*node as usize] = ending(*node, *end) / all;
        }
        self.edges.clear();
        self.edges.resize(graph.edges.len(), 0.0);
        for (i, edge) in graph.edges.iter().enumerate().rev() {
            let rest = self.share[i] as f64 * self.backward[edge.to as usize];
            self.backward[edge.from as usize] += rest;
            let posterior = (self.forward[edge.from as usize] * rest) as f32;
            self.edges[i] = posterior;
            posteriors[edge.arc as usize] += posterior;
        }
        self.path.clear();
        let mut at = last;
        while self.arrival[at as usize] != NONE {
            let edge = self.arrival[at as usize];
            self.path.push(edge);
            at = graph.edges[edge as usize].from;
        }
        path.clear();
        path.extend(self.path.iter().rev().map(|edge| graph.edges[*edge as usize].arc));
        best + all.ln() as f32
    }

    /// Whether an edge is on the best path.
    pub fn is_on_path(&self, edge: usize) -> bool {
        self.path.binary_search_by(|e| (edge as u32).cmp(e)).is_ok()
    }
}
