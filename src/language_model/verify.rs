//! Whether a model that somebody else made holds together, checksum or not: whoever writes nonsense can sign it.

use fst::raw::Fst;

use crate::automaton::{Allowance, each_key};

/// No weight is larger: a sum of such over the longest line stays a number.
const LARGEST_WEIGHT: f32 = 1e4;

/// The map of words gives each of them the number of a symbol, and can be followed.
pub(super) fn vocabulary<D: AsRef<[u8]>>(words: &Fst<D>, symbols: usize) -> Result<(), &'static str> {
    let mut allowance = Allowance::of(words.as_bytes().len());
    each_key(
        words,
        &mut allowance,
        |_, symbol, _| {
            if symbol < symbols as u64 { Ok(()) } else { Err("a word has a symbol that is not one") }
        },
    )
}

/// The weights that codes stand for are numbers.
pub(super) fn weights(codebook: &[u8]) -> Result<(), &'static str> {
    let mut weights = codebook.chunks_exact(4).map(|w| f32::from_le_bytes([w[0], w[1], w[2], w[3]]));
    if weights.all(|w| w.abs() <= LARGEST_WEIGHT) { Ok(()) } else { Err("a weight is out of range") }
}

#[cfg(test)]
mod tests {
    use crate::automaton::tests::{doubling, sign};
    use crate::language_model::model::{HEADER, Model, ROW, u32_at};
    use crate::language_model::{TrainOptions, train};

    const ORDER: usize = 3;
    const VOCABULARY: usize = HEADER + ROW * (ORDER - 1);

    fn whole() -> Vec<u8> {
        let folder = std::env::temp_dir().join(format!("degarble-verify-{:?}", std::thread::current().id()));
        std::fs::create_dir_all(&folder).unwrap();
        let page = folder.join("page.txt");
        std::fs::write(&page, "Net income rose. Cash flow rose. Net cash flow was strong, and income was strong.\n").unwrap();
        let vocabulary = ["net", "income", "cash", "flow", "rose", "was", "strong"].map(|w| (w.to_owned(), false)).to_vec();
        let options =
            TrainOptions { corpus: vec![page], vocabulary, order: ORDER, budget: 1 << 20, arpa: None, held_out: Vec::new() };
        let model = train(&options, &mut |_| {}).unwrap().model;
        std::fs::remove_dir_all(&folder).unwrap();
        model
    }

    /// Puts the right checksum over the bytes of a model.
    fn signed(mut model: Vec<u8>) -> Vec<u8> {
        let sum = crc32fast::hash(&model[12..]);
        model[8..12].copy_from_slice(&sum.to_le_bytes());
        model
    }

    /// The model with other bytes for its vocabulary.
    fn with_vocabulary(model: &[u8], map: &[u8]) -> Vec<u8> {
        let len = u32_at(model, 20) as usize;
        let mut out = [&model[..VOCABULARY], map, &model[VOCABULARY + len..]].concat();
        out[20..24].copy_from_slice(&(map.len() as u32).to_le_bytes());
        signed(out)
    }

    fn refused(model: Vec<u8>) -> String {
        Model::from_bytes(model).unwrap_err().to_string()
    }

    #[test]
    fn what_was_trained_is_whole() {
        assert_eq!(signed(whole()), whole());
        Model::from_bytes(whole()).unwrap();
        Model::from_bytes(include_bytes!("../../dictionaries/calls.model").to_vec()).unwrap();
    }

    #[test]
    fn nonsense_under_the_right_checksum_is_refused() {
        let whole = whole();
        let map = |value: u64| fst::Map::from_iter([("net", value)]).unwrap().into_fst().into_inner();
        Model::from_bytes(with_vocabulary(&whole, &map(6))).unwrap();
        assert!(refused(with_vocabulary(&whole, &map(1 << 40))).contains("a symbol that is not one"));
        assert!(refused(with_vocabulary(&whole, &doubling(60))).contains("far more than a file of its length can hold"));
        assert!(refused(with_vocabulary(&whole, b"")).contains("not a finite-state map"));
        let mut broken = map(6);
        let root = broken.len() - 12;
        broken[root..root + 8].fill(0xFF);
        sign(&mut broken);
        assert!(refused(with_vocabulary(&whole, &broken)).contains("leads out of its bytes"));
        // Weights that are no numbers; tables, lists and counts longer than the file.
        let codebook = VOCABULARY + u32_at(&whole, 20) as usize + 4 * u32_at(&whole, 16) as usize;
        let changed = |at: usize, bytes: &[u8]| {
            let mut model = whole.clone();
            model[at..at + bytes.len()].copy_from_slice(bytes);
            signed(model)
        };
        for weight in [f32::NAN, f32::INFINITY, f32::MIN] {
            assert!(refused(changed(codebook, &weight.to_le_bytes())).contains("a weight is out of range"), "{weight}");
        }
        let huge = [(1u32 << 24).to_le_bytes(), (1u32 << 24).to_le_bytes()].concat();
        assert!(refused(changed(HEADER + 8, &huge)).contains("the file is cut short"));
        assert!(refused(changed(HEADER + 8, &[0xFF; 8])).contains("the layout of a table is impossible"));
        assert!(refused(changed(16, &60_000u32.to_le_bytes())).contains("the file is cut short"));
        assert!(refused(changed(16, &[0xFF; 4])).contains("the number of symbols is out of range"));
        assert!(refused(changed(20, &[0xFF; 4])).contains("the file is cut short"));
    }

    #[test]
    fn any_wrong_byte_under_the_right_checksum_is_refused_or_safe() {
        let whole = whole();
        for at in 12..whole.len() {
            for byte in [0, 1, 0x7F, 0x80, 0xC0, 0xFF] {
                let mut model = whole.clone();
                model[at] = byte;
                // The map of words has a checksum of its own.
                let words = VOCABULARY..VOCABULARY + u32_at(&whole, 20) as usize;
                if words.contains(&at) {
                    sign(&mut model[words]);
                }
                let Ok(model) = Model::from_bytes(signed(model)) else { continue };
                let mut state = model.start();
                for word in ["net", "cash", "flow", "strong", "zeal"] {
                    let (probability, next) = model.score(&state, model.word(word).unwrap_or_default());
                    assert!(probability.is_finite(), "byte {at} as {byte}");
                    state = next;
                }
            }
        }
    }
}
