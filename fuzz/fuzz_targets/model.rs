//! Damaged models are refused or read, and never crash or ask for more memory than a few times their size.
#![no_main]

use degarble::language_model::Model;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(model) = Model::from_bytes(bytes.to_vec()) else { return };
    let mut state = model.start();
    for word in ["the", "net", "income", "zzz"] {
        let id = model.word(word).unwrap_or_default();
        let (p, next) = model.score(&state, id);
        assert!(!p.is_nan());
        state = next;
    }
});
