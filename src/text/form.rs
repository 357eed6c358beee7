//! How a mark stands in its line: what it touches on either side, and what follows behind a space.

use super::{Casing, Token};

/// What stands before a mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Left {
    /// The line begins with the mark.
    Start,
    /// White space.
    Space,
    /// A word or number that it touches.
    Word,
    /// Another mark that it touches.
    Mark,
}

/// What stands behind a mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Right {
    /// The line ends.
    End,
    /// White space, then a word in lower case.
    SpaceLower,
    /// White space, then a capital.
    SpaceUpper,
    /// White space, then a number or mark.
    SpaceOther,
    /// A word in lower case that it touches.
    Lower,
    /// A capital that it touches.
    Upper,
    /// A number or mark that it touches.
    Other,
}

/// The two sides of a mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Form {
    /// What stands before it.
    pub left: Left,
    /// What stands behind it.
    pub right: Right,
}

const LEFTS: [(Left, &str); 4] = [(Left::Start, "start"), (Left::Space, "space"), (Left::Word, "word"), (Left::Mark, "mark")];

const RIGHTS: [(Right, &str); 7] = [
    (Right::End, "end"),
    (Right::SpaceLower, "space-lower"),
    (Right::SpaceUpper, "space-upper"),
    (Right::SpaceOther, "space-other"),
    (Right::Lower, "lower"),
    (Right::Upper, "upper"),
    (Right::Other, "other"),
];

/// Marks that are looked past, at most: pages of nothing but marks must not take the square of their length.
const FARTHEST: usize = 8;

impl Form {
    /// The form of the token at `at` among the tokens of a line.
    pub fn of(line: &[u8], tokens: &[Token], at: usize) -> Form {
        let token = tokens[at];
        let left = Self::left_of(line, tokens, at);
        // Marks that stand alone say nothing of the sentence: what comes behind them does.
        let mut next = at + 1;
        while next < tokens.len() && next < at + FARTHEST && is_alone(line, tokens, next) {
            next += 1;
        }
        let right = match tokens.get(next) {
            None => Right::End,
            Some(next) => {
                let glued = next.start == token.end;
                let casing = next.is_wordlike().then(|| Casing::of(&line[next.range()]));
                match (glued, casing) {
                    (true, Some(Casing::Lower)) => Right::Lower,
                    (true, Some(_)) => Right::Upper,
                    (true, None) => Right::Other,
                    (false, Some(Casing::Lower)) => Right::SpaceLower,
                    (false, Some(_)) => Right::SpaceUpper,
                    (false, None) => Right::SpaceOther,
                }
            }
        };
        Form { left, right }
    }

    /// All forms.
    pub fn all() -> impl Iterator<Item = Form> {
        LEFTS.iter().flat_map(|(left, _)| RIGHTS.iter().map(|(right, _)| Form { left: *left, right: *right }))
    }

    /// A bit of its own for each form.
    pub fn bit(self) -> u32 {
        1 << (self.left as usize * RIGHTS.len() + self.right as usize)
    }

    /// The bits of all forms with this side on the left.
    pub fn bits_of(left: Left) -> u32 {
        ((1 << RIGHTS.len()) - 1) << (left as usize * RIGHTS.len())
    }

    /// What stands before the token at `at`.
    pub fn left_of(line: &[u8], tokens: &[Token], at: usize) -> Left {
        match at.checked_sub(1).map(|p| tokens[p]) {
            None => Left::Start,
            Some(before) if before.end < tokens[at].start => Left::Space,
            Some(before) => match is_spoken(line, before) {
                true => Left::Word,
                false => Left::Mark,
            },
        }
    }

    /// The names of both sides, as tables write them.
    pub fn names(self) -> (&'static str, &'static str) {
        (LEFTS[self.left as usize].1, RIGHTS[self.right as usize].1)
    }

    /// Reads the names of both sides.
    pub fn parse(left: &str, right: &str) -> Option<Form> {
        let left = LEFTS.iter().find(|l| l.1 == left)?.0;
        let right = RIGHTS.iter().find(|r| r.1 == right)?.0;
        Some(Form { left, right })
    }
}

/// Whether a token is a mark with white space on both sides.
fn is_alone(line: &[u8], tokens: &[Token], at: usize) -> bool {
    let token = tokens[at];
    let touches_left = at > 0 && tokens[at - 1].end == token.start;
    let touches_right = tokens.get(at + 1).is_some_and(|t| t.start == token.end);
    !touches_left && !touches_right && !is_spoken(line, token)
}

/// Words, numbers and whatever else has a letter or a digit in it.
fn is_spoken(line: &[u8], token: Token) -> bool {
    token.is_wordlike() || line[token.range()].iter().any(|b| b.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(line: &str, mark: &str) -> (&'static str, &'static str) {
        let mut tokens = Vec::new();
        crate::text::tokenize(line.as_bytes(), &mut tokens);
        let at = tokens.iter().position(|t| &line[t.range()] == mark).unwrap();
        Form::of(line.as_bytes(), &tokens, at).names()
    }

    #[test]
    fn both_sides_are_told() {
        assert_eq!(form("We grew. Costs fell", "."), ("word", "space-upper"));
        assert_eq!(form("to.returning capital", "."), ("word", "lower"));
        assert_eq!(form("this quarter : and", ":"), ("space", "space-lower"));
        assert_eq!(form("~ 9", "~"), ("start", "space-other"));
        assert_eq!(form("We grew. ~ Costs fell", "."), ("word", "space-upper"));
        assert_eq!(form("We grew. : ~", "."), ("word", "end"));
        assert_eq!(form("he said \"yes\".", "."), ("mark", "end"));
        for (left, _) in LEFTS {
            for (right, _) in RIGHTS {
                let form = Form { left, right };
                assert_eq!(Form::parse(form.names().0, form.names().1), Some(form));
            }
        }
    }
}
