//! Marks that only those set who write code, commands or markup.

use std::sync::LazyLock;

use regex::bytes::Regex;

/// How many marks of each kind a text has that neither prose nor a misread page has.
///
/// ```
/// use degarble::text::Technical;
/// let marks = Technical::of(b"Call `close()` or run tool --force; see <a href='x'>the manual</a>.");
/// assert_eq!((marks.code, marks.markup), (2, 2));
/// let marks = Technical::of(b"Net income ~ rose to $1.2 million; see (a) and/or _ (b).");
/// assert_eq!((marks.code, marks.markup), (0, 0));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Technical {
    /// Marks of programs and commands.
    pub code: usize,
    /// Marks of markup, and addresses.
    pub markup: usize,
}

/// Marks of code that a text about code has, at least, and for each of its words.
const CODE: (usize, f32) = (3, 0.01);

/// Marks of both kinds that a technical text has, at least, and for each of its words. Scanned pages have one or two in a thousand.
const TECHNICAL: (usize, f32) = (2, 0.005);

static CODE_MARKS: LazyLock<Regex> = LazyLock::new(|| {
    any(&[
        // `code`
        r"`[^`\s][^`\n]*`",
        // Operators and comments.
        r"[A-Za-z0-9]::[A-Za-z0-9]|[-=]>|[!=]= ?\w|&&|^\s*//|/\*|\*/",
        // Brackets that close what is empty, and those around blocks.
        r"[A-Za-z]{2}\(\)|\[\]|\{\}|\}\)|\);\s*$|\) ?\{|\{\s*$|^\s*\}",
        // Options: --so, -s
        r#"(?:^|[\s"'`(\[])--[a-z]{2,}|[\s"'`(\[]-[a-zA-Z][\s"'`,.)]"#,
        // Paths and files.
        r#"(?:^|[\s"'`(])\.{0,2}/[\w.-]+/[\w./-]*"#,
        r"[\w-]{2}\.(?:c|h|cc|cpp|js|ts|rs|md|txt|py|toml|json|html|sh|conf|xml|yml|yaml|java)\b",
    ])
});

static MARKUP_MARKS: LazyLock<Regex> = LazyLock::new(|| {
    any(&[
        // <tags>, <addresses@of.mail> and [links](elsewhere)
        r"</?[A-Za-z][A-Za-z0-9-]*(?:\s[^<>\n]*)?>|<[^<>\s]+@[^<>\s]+>|\]\(|https?://",
        // |words|, *words* and 'words' that are set apart
        r"\|[^\s|]+\||(?:^|\s)\*[^\s*]+\*|(?:^|[\s(])'[\w-]+'(?:[\s).,:;]|$)",
        // Headings and rules of plain text.
        r"^#{1,6}\s|^[=\-~#*]{4,}\s*$",
    ])
});

fn any(parts: &[&str]) -> Regex {
    Regex::new(&format!("(?m-u){}", parts.join("|"))).expect("a constant")
}

impl Technical {
    /// Counts the marks of a text.
    pub fn of(text: &[u8]) -> Technical {
        Technical { code: CODE_MARKS.find_iter(text).count(), markup: MARKUP_MARKS.find_iter(text).count() }
    }

    /// Whether a text of so many words is code, or about code.
    pub fn is_code(self, words: usize) -> bool {
        self.code >= CODE.0 && self.code as f32 >= CODE.1 * words as f32
    }

    /// Whether a text of so many words is code or markup: what no list holds there is as its writer meant it.
    pub fn is_technical(self, words: usize) -> bool {
        let marks = self.code + self.markup;
        marks >= TECHNICAL.0 && marks as f32 >= TECHNICAL.1 * words as f32
    }
}
