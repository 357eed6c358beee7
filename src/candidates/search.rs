//! Searching a finite-state vocabulary for the words that an OCR engine may have read as a given string.
//!
//! The automaton is walked along the string; at every place the walk may also follow what the table of confusions says stood where
//! the next one to three characters were read, or, once a word, any other character at the price of an accident nobody has
//! listed. Walks end where their weight passes a bound.

use fst::raw::{Fst, Node};

use crate::dictionary::{Confusions, START};

/// Longest string of the table, in characters.
const LONGEST: usize = 3;

/// A word that may have stood where something else was read.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Hit {
    /// The word.
    pub word: String,
    /// Negative natural logarithm of the probability that it was read so, once it was misread.
    pub weight: f32,
    /// What the automaton says of the word.
    pub value: u64,
}

/// A search; its buffers are reused.
#[derive(Debug, Default)]
pub(super) struct Search {
    /// Byte offsets of the characters of the string, its length at the end.
    starts: Vec<usize>,
    spelled: Vec<u8>,
    hits: Vec<Hit>,
}

/// What stays the same during a walk.
struct Walk<'a, D> {
    fst: &'a Fst<D>,
    read: &'a str,
    /// What may have stood where the next none to three characters were read, place by place; looked up once.
    rows: Vec<[&'a [(String, f32)]; LONGEST + 1]>,
    confusions: &'a Confusions,
    bound: f32,
    /// Weight of a change, loss or addition of any one character.
    unlisted: f32,
}

/// Where a walk is.
#[derive(Clone, Copy)]
struct Place<'a> {
    at: usize,
    node: Node<'a>,
    value: u64,
    weight: f32,
    /// Whether the one unlisted accident has happened.
    unlisted: bool,
}

impl Search {
    /// Words of `fst` that may have been read as `read`, cheapest first; the string itself is not among them.
    pub fn run<D: AsRef<[u8]>>(
        &mut self,
        fst: &Fst<D>,
        read: &str,
        confusions: &Confusions,
        bound: f32,
        unlisted: f32,
    ) -> Vec<Hit> {
        self.starts.clear();
        self.starts.extend(read.char_indices().map(|(i, _)| i));
        self.starts.push(read.len());
        self.spelled.clear();
        self.hits.clear();
        let count = self.starts.len() - 1;
        let row = |at: usize, length: usize| match self.starts.get(at + length) {
            Some(end) => confusions.originals(&read[self.starts[at]..*end]),
            None => &[],
        };
        let rows = (0..=count).map(|at| std::array::from_fn(|length| row(at, length))).collect();
        let walk = Walk { fst, read, rows, confusions, bound, unlisted };
        let root = Place { at: 0, node: fst.root(), value: 0, weight: 0.0, unlisted: false };
        self.step(&walk, root);
        let mut hits = std::mem::take(&mut self.hits);
        hits.sort_by(|a, b| a.word.cmp(&b.word).then(a.weight.total_cmp(&b.weight)));
        hits.dedup_by(|b, a| a.word == b.word);
        hits.sort_by(|a, b| a.weight.total_cmp(&b.weight).then_with(|| a.word.cmp(&b.word)));
        hits
    }

    fn step<'a, D: AsRef<[u8]>>(&mut self, walk: &Walk<'a, D>, place: Place<'a>) {
        let count = self.starts.len() - 1;
        let node = place.node;
        if place.at == count && place.weight > 0.0 && node.is_final() {
            let word = String::from_utf8_lossy(&self.spelled).into_owned();
            if word != walk.read {
                let value = place.value + node.final_output().value();
                self.hits.push(Hit { word, weight: place.weight, value });
            }
        }
        if place.at == 0 && place.weight == 0.0 {
            for length in 0..LONGEST.min(count + 1) {
                let read = format!("{START}{}", &walk.read[..self.starts[length]]);
                for (original, weight) in walk.confusions.originals(&read) {
                    if *weight > walk.bound {
                        break;
                    }
                    let next = Place { at: length, weight: *weight, ..place };
                    self.follow(walk, original.trim_start_matches(START).as_bytes(), next);
                }
            }
        }
        for length in 0..=LONGEST.min(count - place.at) {
            let read = &walk.read[self.starts[place.at]..self.starts[place.at + length]];
            if length == 1 {
                self.follow(walk, read.as_bytes(), Place { at: place.at + 1, ..place });
            }
            for (original, weight) in walk.rows[place.at][length] {
                if place.weight + weight > walk.bound {
                    break;
                }
                let next = Place { at: place.at + length, weight: place.weight + weight, ..place };
                self.follow(walk, original.as_bytes(), next);
            }
        }
        let weight = place.weight + walk.unlisted;
        if place.unlisted || weight > walk.bound {
            return;
        }
        let dear = Place { weight, unlisted: true, ..place };
        if place.at < count {
            self.step(walk, Place { at: place.at + 1, ..dear });
        }
        for t in node.transitions() {
            // A character outside ASCII takes several bytes: no single step leads over it.
            if t.inp >= 0x80 {
                continue;
            }
            self.follow(walk, &[t.inp], dear);
            if place.at < count {
                self.follow(walk, &[t.inp], Place { at: place.at + 1, ..dear });
            }
        }
    }

    /// Goes on behind `bytes`, if the automaton does.
    fn follow<'a, D: AsRef<[u8]>>(&mut self, walk: &Walk<'a, D>, bytes: &[u8], mut place: Place<'a>) {
        for b in bytes {
            let Some(i) = place.node.find_input(*b) else { return };
            let t = place.node.transition(i);
            place.node = walk.fst.node(t.addr);
            place.value += t.out.value();
        }
        let length = self.spelled.len();
        self.spelled.extend_from_slice(bytes);
        self.step(walk, place);
        self.spelled.truncate(length);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dictionary::Confusion;

    fn search(read: &str, bound: f32) -> Vec<String> {
        let words = ["claim", "earnings", "earring", "modern", "the", "tile"];
        let fst = fst::Map::from_iter(words.iter().zip(1..)).unwrap();
        let row = |read: &str, original: &str, weight| Confusion { read: read.into(), original: original.into(), weight };
        let rows = [row("m", "rn", 1.0), row("il", "h", 2.0), row("cl", "d", 2.5), row("", "i", 3.0), row("⟨", "⟨c", 1.5)];
        let confusions = Confusions::new(rows);
        let hits = Search::default().run(fst.as_fst(), read, &confusions, bound, 7.0);
        hits.into_iter().map(|h| format!("{} {} {}", h.word, h.weight, h.value)).collect()
    }

    #[test]
    fn listed_confusions_are_followed_and_add_up() {
        assert_eq!(search("eamings", 6.0), ["earnings 1 2"]);
        assert_eq!(search("eamngs", 6.0), ["earnings 4 2"]);
        assert_eq!(search("tile", 6.0), ["the 2 5"]);
        assert_eq!(search("laim", 6.0), ["claim 1.5 1"]);
        assert!(search("earnings", 6.0).is_empty(), "nothing else is near");
    }

    #[test]
    fn one_unlisted_accident_is_allowed() {
        assert_eq!(search("nodern", 8.0), ["modern 7 4"]);
        assert_eq!(search("moderm", 9.0), ["modern 7 4"]);
        assert!(search("nodem", 7.5).is_empty());
        assert_eq!(search("moden", 7.5), ["modern 7 4"]);
        assert_eq!(search("clxaim", 7.5), ["claim 7 1"]);
    }
}
