//! Damaged models are refused or read, and never crash or ask for more memory than a few times their size.
#![no_main]

use degarble::language_model::Model;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut signed = bytes.to_vec();
    // No fuzzer guesses a checksum.
    if let Some((head, rest)) = signed.split_at_mut_checked(12) {
        head[8..].copy_from_slice(&crc32fast::hash(rest).to_le_bytes());
    }
    for bytes in [bytes.to_vec(), signed] {
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
