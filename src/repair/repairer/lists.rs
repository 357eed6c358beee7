//! Words that users bring along.

use rustc_hash::FxHashMap;

use super::Repairer;
use crate::language_model::Symbol;
use crate::repair::worker::Workers;

impl Repairer {
    /// The repairer with words and phrases that it never edits, whatever their case.
    ///
    /// ```
    /// let repairer = degarble::Repairer::new().protect(["convention name"]);
    /// let text = "Welcome to the third quarter convention name.";
    /// assert_eq!(repairer.repair(text).text(), text);
    /// ```
    pub fn protect<T: AsRef<str>>(mut self, phrases: impl IntoIterator<Item = T>) -> Repairer {
        for phrase in phrases {
            self.engine.protector.listed.add(phrase.as_ref());
        }
        self
    }

    /// The repairer with words that are right as they are and may be put in; for each, whether it is a name.
    ///
    /// Words that the vocabulary holds already stay what they are.
    pub fn know<T: AsRef<str>>(mut self, words: impl IntoIterator<Item = (T, bool)>) -> Repairer {
        let mut added: FxHashMap<String, u16> = FxHashMap::default();
        for (word, name) in words {
            let word = word.as_ref().to_lowercase();
            added.insert(word.clone(), if name { Symbol::NAME } else { Symbol::UNKNOWN });
            self.engine.vouched.insert(word);
        }
        // What is remembered of these words is no longer so.
        self.engine.workers = Workers::default();
        self.engine.ocr.forget();
        let before = std::mem::replace(&mut self.engine.word, Box::new(|_| None));
        self.engine.word = Box::new(move |word| before(word).or_else(|| added.get(word).copied()));
        self
    }
}
