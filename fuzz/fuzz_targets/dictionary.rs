//! Damaged dictionaries, compiled or as text, are refused with a place or read; what can be read can be compiled.
#![no_main]

use std::path::Path;
use std::sync::LazyLock;

use degarble::dictionary::{
    Inflections, Sources, Table, TableKind, compile, expand, parse_confusions, parse_marks, parse_observed, parse_table,
    parse_vocabulary, write_confusions, write_marks, write_observed, write_vocabulary,
};
use libfuzzer_sys::fuzz_target;

/// What tables are put over.
static SMALL: LazyLock<Table> = LazyLock::new(|| {
    let rows = parse_table("growth\tx\t2\tprogress 9, development 3\n", TableKind::Words, Path::new("small")).unwrap();
    table(Sources { rows: &rows, fallback: &[], observed: None, inflections: &Inflections::default() })
});

fuzz_target!(|bytes: &[u8]| {
    for bytes in [Some(bytes.to_vec()), signed(bytes)].into_iter().flatten() {
        // One that is taken for whole holds what its header says, and can be used in every way.
        if let Ok(table) = Table::from_bytes(bytes) {
            let expansion = table.expansion();
            assert_eq!((expansion.pairs.len(), expansion.kept.len()), (table.pairs(), table.originals()));
            for pair in &expansion.pairs {
                let (words, mut found) = (pair.spun.split(' ').count(), false);
                table.walk(pair.spun.split(' '), |n, entries| {
                    let mut originals = entries.map(|e| table.original(e.original));
                    found |= n == words && originals.any(|o| o == pair.original);
                });
                assert!(found, "{pair:?}");
            }
            SMALL.merged(&expansion);
            table.merged(&SMALL.expansion());
        }
    }
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let path = Path::new("fuzz");
    if let Ok(words) = parse_vocabulary(text, path) {
        assert_eq!(parse_vocabulary(&write_vocabulary(&words), path).unwrap(), words);
    }
    if let Ok(rows) = parse_confusions(text, path) {
        assert_eq!(parse_confusions(&write_confusions(&rows), path).unwrap().len(), rows.len());
    }
    if let Ok(rows) = parse_marks(text, path) {
        assert_eq!(parse_marks(&write_marks(&rows), path).unwrap().len(), rows.len());
    }
    let observed = parse_observed(text, path).ok();
    if let Some(observed) = &observed {
        assert_eq!(&parse_observed(&write_observed(observed), path).unwrap(), observed);
    }
    let inflections = Inflections::parse(text, path).unwrap_or_default();
    for kind in [TableKind::Words, TableKind::Phrases] {
        let rows = parse_table(text, kind, path).unwrap_or_default();
        if !rows.is_empty() || observed.is_some() {
            table(Sources { rows: &rows, fallback: &rows, observed: observed.as_ref(), inflections: &inflections });
        }
    }
});

fn table(sources: Sources<'_>) -> Table {
    let compiled = compile(&expand(sources, &|_| true));
    Table::from_bytes(compiled).expect("what is compiled is whole")
}

/// The bytes with right checksums in their two maps, if they have the sections of a compiled table: no fuzzer guesses them.
fn signed(bytes: &[u8]) -> Option<Vec<u8>> {
    const SECTIONS: usize = 6;
    let mut out = bytes.to_vec();
    let mut at = 8 + 8 * SECTIONS;
    for section in 0..SECTIONS {
        let length = out.get(8 + 8 * section..)?.first_chunk()?;
        let end = at.checked_add(u32::from_le_bytes(*length) as usize)?;
        if let 3 | 4 = section {
            let (map, sum) = out.get_mut(at..end)?.split_last_chunk_mut::<4>()?;
            *sum = checksum(map).to_le_bytes();
        }
        at = end;
    }
    Some(out)
}

/// CRC-32C, rotated and offset as `fst` wants it.
fn checksum(bytes: &[u8]) -> u32 {
    let byte =
        |crc: u32, byte: &u8| (0..8).fold(crc ^ u32::from(*byte), |c, _| (c >> 1) ^ (0x82F6_3B78 & (c & 1).wrapping_neg()));
    (!bytes.iter().fold(!0, byte)).rotate_right(15).wrapping_add(0xA282_EAD8)
}
