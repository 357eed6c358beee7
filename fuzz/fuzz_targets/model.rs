//! Damaged models are refused or read, and never crash or ask for more memory than a few times their size.
#![no_main]

use degarble::context::{Candidate, ContextModel};
use degarble::language_model::Model;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut signed = bytes.to_vec();
    // No fuzzer guesses a checksum.
    if let Some((head, rest)) = signed.split_at_mut_checked(12) {
        head[8..].copy_from_slice(&crc32fast::hash(rest).to_le_bytes());
    }
    for bytes in [bytes.to_vec(), signed] {
        if let Ok(context) = ContextModel::from_bytes(bytes.clone()) {
            let text = [3, 700, u16::MAX, 20, 21];
            let candidates = [Candidate::new(&[20], 0.9, true), Candidate::new(&[u16::MAX, 0, 700, 5], 0.0, false)];
            let mut probabilities = Vec::new();
            context.judge(&context.sums(&text, 0..5), 2..4, &candidates, &mut probabilities);
            assert!(probabilities.iter().all(|p| p.is_finite()));
        }
        let Ok(model) = Model::from_bytes(bytes) else { continue };
        let mut state = model.start();
        for word in ["the", "net", "income", "zzz"] {
            let id = model.word(word).unwrap_or_default();
            let (p, next) = model.score(&state, id);
            assert!(p.is_finite());
            state = next;
        }
    }
});
