//! The symbols a model predicts: words of its vocabulary and a few classes for everything else.

use crate::text::{Casing, Kind};

/// Number of a symbol: classes first, words from [`Symbol::FIRST_WORD`] on.
pub type WordId = u16;

/// The classes every model knows, as constants.
#[derive(Debug, Clone, Copy)]
pub struct Symbol;

impl Symbol {
    /// A lower-case word the vocabulary does not hold.
    pub const UNKNOWN: WordId = 0;
    /// Start of a sentence.
    pub const START: WordId = 1;
    /// End of a sentence.
    pub const END: WordId = 2;
    /// A plain number.
    pub const NUMBER: WordId = 3;
    /// An amount of money.
    pub const MONEY: WordId = 4;
    /// A percentage.
    pub const PERCENT: WordId = 5;
    /// A year in digits.
    pub const YEAR: WordId = 6;
    /// Letters and digits mixed, where the vocabulary does not hold the very word.
    pub const CODE: WordId = 7;
    /// A comma.
    pub const COMMA: WordId = 8;
    /// A colon, semicolon or ellipsis.
    pub const COLON: WordId = 9;
    /// A dash.
    pub const DASH: WordId = 10;
    /// An opening bracket.
    pub const OPEN: WordId = 11;
    /// A closing bracket.
    pub const CLOSE: WordId = 12;
    /// Any other sign.
    pub const SIGN: WordId = 13;
    /// A name: a name of the vocabulary that is not frequent enough to stand for itself, or an unknown capitalised word.
    pub const NAME: WordId = 14;
    /// The first number that stands for a word.
    pub const FIRST_WORD: WordId = 16;

    /// Names of the classes in exported models, by number.
    pub const NAMES: [&'static str; 16] = [
        "<unk>",
        "<s>",
        "</s>",
        "<number>",
        "<money>",
        "<percent>",
        "<year>",
        "<code>",
        ",",
        ":",
        "--",
        "(",
        ")",
        "<sign>",
        "<name>",
        "<reserved>",
    ];
}

/// The symbol of a token, or `None` for what the model looks through.
///
/// `bytes` are the token as it stands, `word` is what the vocabulary says of it.
pub fn symbol_of(kind: Kind, bytes: &[u8], word: impl FnOnce() -> Option<WordId>) -> Option<WordId> {
    match kind {
        Kind::Transparent => None,
        Kind::Word | Kind::Clitic | Kind::Code => Some(word().unwrap_or_else(|| match kind {
            Kind::Code => Symbol::CODE,
            _ if Casing::of(bytes) == Casing::Lower => Symbol::UNKNOWN,
            _ => Symbol::NAME,
        })),
        kind => class_of(kind),
    }
}

/// The class of a token that is neither a word nor looked through; `None` for those.
pub fn class_of(kind: Kind) -> Option<WordId> {
    Some(match kind {
        Kind::Number => Symbol::NUMBER,
        Kind::Year => Symbol::YEAR,
        Kind::Money => Symbol::MONEY,
        Kind::Percent => Symbol::PERCENT,
        Kind::Comma => Symbol::COMMA,
        Kind::SentenceEnd => Symbol::END,
        Kind::Colon => Symbol::COLON,
        Kind::Dash => Symbol::DASH,
        Kind::Open => Symbol::OPEN,
        Kind::Close => Symbol::CLOSE,
        Kind::Symbol => Symbol::SIGN,
        Kind::Word | Kind::Clitic | Kind::Code | Kind::Transparent => return None,
    })
}
