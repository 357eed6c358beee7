//! The texts that are measured: made from the invented pages under `tests/pages`, the same on every run.

use criterion::Throughput;

const SPUN: &str = include_str!("../../tests/pages/sample.spun.txt");
const ORIGINAL: &str = include_str!("../../tests/pages/sample.original.txt");
const READ: &str = include_str!("../../tests/pages/ocr.read.txt");
const TYPED: &str = include_str!("../../tests/pages/ocr.original.txt");

/// Bytes of a call of the usual length; the pages are repeated up to that.
const CALL: usize = 34_000;

/// A text and what the reports call it.
pub struct Text {
    pub name: &'static str,
    pub text: String,
}

impl Text {
    /// Bytes and words: a report shows words a second, the table of bytes a second stands beside it.
    pub fn throughput(&self) -> Throughput {
        per_second(&self.text, self.text.split_whitespace().count())
    }
}

/// What a second is asked to show: bytes of `text`, and `elements` of it, words or look-ups.
pub fn per_second(text: &str, elements: usize) -> Throughput {
    Throughput::ElementsAndBytes { elements: elements as u64, bytes: text.len() as u64 }
}

/// The garble that everything is swept over. Filters mostly read clean text, which is why it comes first.
pub fn sweep() -> Vec<Text> {
    let text = |name, text| Text { name, text };
    vec![
        text("clean", repeated(|_| ORIGINAL.to_owned())),
        text("spun 5 %", repeated(|random| mixed(random, 15))),
        text("spun 33 %", repeated(|_| SPUN.to_owned())),
        text("ocr", repeated(|_| READ.to_owned())),
    ]
}

/// Clean text of about so many bytes: paragraphs of sentences of the invented calls in an order that never comes back, so that
/// it is not one page again and again.
pub fn long_clean(bytes: usize) -> Text {
    let mut random = Random::new();
    let mut sentences: Vec<&str> = [ORIGINAL, TYPED].iter().flat_map(|page| page.lines()).flat_map(sentences_of).collect();
    let mut text = String::with_capacity(bytes + CALL);
    while text.len() < bytes {
        random.shuffle(&mut sentences);
        let mut rest = &sentences[..];
        while !rest.is_empty() {
            let (paragraph, after) = rest.split_at(rest.len().min(1 + random.below(6)));
            text.push_str(&paragraph.join(" "));
            text.push('\n');
            rest = after;
        }
    }
    Text { name: "long clean", text }
}

/// Pages from `next` until they make a call.
fn repeated(mut next: impl FnMut(&mut Random) -> String) -> String {
    let mut random = Random::new();
    let mut out = String::new();
    while out.len() < CALL {
        out.push_str(&next(&mut random));
    }
    out
}

/// The sample with each sentence spun with a probability of `percent` in a hundred. Spinning swaps a third of all words, so that 15
/// gives the 5 % of a page that was spun lightly.
fn mixed(random: &mut Random, percent: usize) -> String {
    let mut out = String::new();
    for (spun, original) in SPUN.lines().zip(ORIGINAL.lines()) {
        let (spun_parts, original_parts) = (sentences_of(spun), sentences_of(original));
        // Sentences that a spinner broke or joined go together with their line.
        let pairs = if spun_parts.len() == original_parts.len() {
            spun_parts.into_iter().zip(original_parts).collect()
        } else {
            vec![(spun, original)]
        };
        let chosen: Vec<&str> = pairs.into_iter().map(|(s, o)| if random.below(100) < percent { s } else { o }).collect();
        out.push_str(&chosen.join(" "));
        out.push('\n');
    }
    out
}

/// The sentences of a line, as far as a full stop and a space tell.
fn sentences_of(line: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut rest = line;
    while let Some(at) = rest.find(". ").filter(|at| at + 2 < rest.len()) {
        out.push(&rest[..at + 1]);
        rest = &rest[at + 2..];
    }
    out.push(rest);
    out
}

/// Xorshift: the same numbers on every run, and no dependency for a few of them.
struct Random(u64);

impl Random {
    fn new() -> Random {
        Random(0x9E37_79B9_7F4A_7C15)
    }

    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit as u64) as usize
    }

    fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            items.swap(i, self.below(i + 1));
        }
    }
}
