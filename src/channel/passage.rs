//! Which lines of a document were garbled: a two-state hidden Markov model over lines, solved by forward-backward.

use super::Weights;

/// Posterior probability that each line is garbled.
///
/// `evidence` holds, for each line, the log-likelihood of the line under the garbled reading less that under the clean one.
/// `prior` are the log-odds of the first line before it is read. Neighbours share their fate unless the evidence says otherwise: a spun advertisement inside a clean call is found, and
/// a short line takes the state of what surrounds it.
pub fn garbled_lines(evidence: &[f32], prior: f32, weights: &Weights) -> Vec<f32> {
    let n = evidence.len();
    if n == 0 {
        return Vec::new();
    }
    let change = weights.passage_change.exp();
    let stay = 1.0 - change;
    let prior = 1.0 / (1.0 + (-prior).exp());
    let likelihood: Vec<[f64; 2]> = evidence
        .iter()
        .map(|e| {
            let e = e.clamp(-weights.line_evidence, weights.line_evidence) as f64;
            // Scaled so that the larger of the two is one.
            [(-e).exp().min(1.0), e.exp().min(1.0)]
        })
        .collect();
    let step = |from: [f64; 2]| -> [f64; 2] {
        let (s, c) = (stay as f64, change as f64);
        [from[0] * s + from[1] * c, from[0] * c + from[1] * s]
    };
    let normal = |v: [f64; 2]| -> [f64; 2] {
        let sum = v[0] + v[1];
        [v[0] / sum, v[1] / sum]
    };
    let mut forward = Vec::with_capacity(n);
    let mut at = [1.0 - prior as f64, prior as f64];
    for (i, l) in likelihood.iter().enumerate() {
        if i > 0 {
            at = step(at);
        }
        at = normal([at[0] * l[0], at[1] * l[1]]);
        forward.push(at);
    }
    let mut backward = [1.0, 1.0];
    let mut out = vec![0.0; n];
    for i in (0..n).rev() {
        let both = normal([forward[i][0] * backward[0], forward[i][1] * backward[1]]);
        out[i] = both[1] as f32;
        let l = likelihood[i];
        backward = normal(step([backward[0] * l[0], backward[1] * l[1]]));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_passage_stands_out_and_short_lines_follow_their_neighbours() {
        let weights = Weights::default();
        let p =
            garbled_lines(&[-20.0, -15.0, 0.1, -9.0, 14.0, 20.0, -0.1, 12.0, -18.0, 0.3, -20.0], weights.garbled_prior, &weights);
        let garbled: Vec<bool> = p.iter().map(|p| *p > 0.5).collect();
        assert_eq!(garbled, [false, false, false, false, true, true, true, true, false, false, false]);
    }
}
