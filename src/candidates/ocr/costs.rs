//! What the accidents of engines cost.

/// What the accidents of engines cost; natural logarithms, all of them negative.
#[derive(Debug, Clone, PartialEq)]
pub struct OcrCosts {
    /// One particular word of the wide list, which the language model does not know.
    pub wide: f32,
    /// The same where it would replace something else.
    pub wide_put: f32,
    /// One particular name that the language model knows as a name only.
    pub name: f32,
    /// One particular capitalised word that no list holds.
    pub capitalised: f32,
    /// Each of its characters beyond the length that few names have.
    pub capitalised_long: f32,
    /// One particular word in lower case that no list holds, and for each of its characters.
    pub unknown: (f32, f32),
    /// An accident to a single character that the table of confusions does not list.
    pub unlisted: f32,
    /// Two words that lost the space between them.
    pub split: f32,
    /// Log-probability of a word of the vocabulary that may be two that lost the space between them, at most.
    pub glued_known: f32,
    /// What it costs more where neither of the two stands everywhere: writers make compounds of such.
    pub split_compound: f32,
    /// Log-probability of words that stand everywhere, at least.
    pub glued: f32,
    /// Log-probability of a word that lost the space between it and a misread `I`, at least.
    pub glued_i: f32,
    /// Two words with a mark in place of the space.
    pub marked_split: f32,
    /// A word with a space inside.
    pub join: f32,
    /// A capital on such a word where no sentence begins.
    pub capital: f32,
    /// What the table of confusions understates a lone bar for `I` by.
    pub bar: f32,
    /// A word that the engine saw in specks, and for each of its characters.
    pub junk: (f32, f32),
    /// What that costs more where the line goes on behind it.
    pub junk_inside: f32,
    /// What a short string among words costs more: one that is a word, one that is none, and either beside a mark.
    pub junk_short: (f32, f32, f32),
    /// What a quotation mark costs that opens or closes nothing.
    pub unpaired: f32,
    /// What a hyphen costs that stands for a dash where the document has other dashes.
    pub short_dash: f32,
    /// A scrap behind the end of a line, and for each of its characters.
    pub scrap: (f32, f32),
    /// Each character of a scrap beyond the length that most have.
    pub scrap_long: f32,
    /// What a first scrap costs more that stands behind another one or a mark rather than behind the end of a sentence.
    pub scrap_later: f32,
    /// What it costs more inside a sentence.
    pub scrap_inside: f32,
    /// What scraps cost that go on behind something that stays, such as a number.
    pub scrap_again: f32,
    /// Weights above this end a search for what an unknown string was.
    pub search_bound: f32,
    /// Nothing beyond this is looked for where something is found within it that is `plausible`.
    pub likely_bound: f32,
    /// Log-probability of a word that was misread so, wherever it stands, at least, to be worth looking no further.
    pub plausible: f32,
    /// The same for long strings with marks inside.
    pub torn_bound: f32,
    /// The same for words of the page, of which there are few.
    pub own_bound: f32,
    /// The same for a word that may well have stood there.
    pub known_bound: f32,
}

impl OcrCosts {
    /// What they cost on pages of a kind that the model does not know, where writers have words that no list holds.
    pub fn foreign() -> OcrCosts {
        OcrCosts { unlisted: -7.0, ..OcrCosts::default() }
    }
}

impl Default for OcrCosts {
    fn default() -> Self {
        OcrCosts {
            wide: -7.0,
            wide_put: -9.0,
            name: -8.0,
            capitalised: -14.0,
            capitalised_long: -1.0,
            unknown: (-5.0, -2.0),
            unlisted: -5.0,
            split: -2.5,
            split_compound: -6.0,
            glued_known: -11.0,
            glued: -8.5,
            glued_i: -10.0,
            marked_split: -1.5,
            join: -4.0,
            capital: -6.0,
            bar: 2.0,
            junk: (-1.5, -1.5),
            junk_inside: -5.0,
            junk_short: (2.0, -1.0, 2.0),
            unpaired: -2.0,
            short_dash: -2.0,
            scrap: (-0.5, -1.6),
            scrap_long: -2.8,
            scrap_later: -2.0,
            scrap_inside: -6.0,
            scrap_again: -2.0,
            search_bound: 9.0,
            likely_bound: 6.5,
            plausible: -14.0,
            torn_bound: 13.0,
            own_bound: 11.0,
            known_bound: 4.8,
        }
    }
}
