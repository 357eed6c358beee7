//! Damaged dictionaries, compiled or as text, are refused with a place or read; what can be read can be compiled.
#![no_main]

use std::path::Path;

use degarble::dictionary::{Inflections, Table, TableKind, compile, expand, parse_table, parse_vocabulary};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(table) = Table::from_bytes(bytes.to_vec()) {
        table.walk(["net", "income"].into_iter(), |_, entries| {
            entries.for_each(|e| {
                let _ = (table.original(e.original), e.log_weight);
            });
        });
    }
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let path = Path::new("fuzz");
    let _ = parse_vocabulary(text, path);
    let inflections = Inflections::parse(text, path).unwrap_or_default();
    for kind in [TableKind::Words, TableKind::Phrases] {
        if let Ok(rows) = parse_table(text, kind, path) {
            let compiled = compile(&expand(&rows, &[], &inflections, &|_| true));
            Table::from_bytes(compiled).expect("what is compiled is whole");
        }
    }
});
