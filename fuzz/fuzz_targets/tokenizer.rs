//! Tokens are in order, apart from each other, not empty and within the line, whatever its bytes.
#![no_main]

use std::sync::LazyLock;

use degarble::text::{Protector, tokenize};
use libfuzzer_sys::fuzz_target;

static PROTECTOR: LazyLock<Protector> = LazyLock::new(Protector::new);

fuzz_target!(|line: &[u8]| {
    let mut tokens = Vec::new();
    tokenize(line, &mut tokens);
    let mut at = 0;
    for token in &tokens {
        assert!(at <= token.start as usize && token.start < token.end && token.end as usize <= line.len());
        at = token.end as usize;
    }
    let mut spans = Vec::new();
    PROTECTOR.spans(line, &tokens, &mut spans);
    assert!(spans.windows(2).all(|w| w[0].end <= w[1].start));
    assert!(spans.iter().all(|s| s.start < s.end && s.end <= line.len()));
});
