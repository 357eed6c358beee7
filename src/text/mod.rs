//! Lossless tokens over the bytes of a line, casing, and protected spans.
//!
//! Knows nothing of dictionaries or models: it only says where words begin and end, what class the rest belongs to,
//! and which bytes nobody may edit. Every token is a byte range, so that a line is always its tokens plus the bytes
//! between them, whatever those bytes are (invalid UTF-8 and NUL included).

mod casing;
mod encoding;
mod form;
mod phrases;
mod protect;
mod technical;
mod tokenize;
mod unread;
mod words;

pub use casing::{Casing, carry_casing, fold_into};
pub use encoding::{may_be_decoded_wrongly, wrong_decodings};
pub use form::{Form, Left, Right};
pub use phrases::PhraseList;
pub use protect::{Protection, Protector};
pub use technical::Technical;
pub use tokenize::{Kind, Token, tokenize};
pub use unread::join_unread;
pub use words::words;
