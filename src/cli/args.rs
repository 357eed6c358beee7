//! What may be written on the command line.

use std::path::PathBuf;

use clap::{ArgGroup, Args, Parser, Subcommand, ValueEnum};

use crate::repair::{Kinds, Options};

const EXAMPLES: &str = "\
Examples:
  degarble < page.txt > clean.txt            a page, from stdin to stdout
  degarble a.txt b.txt > both.txt            files, one after the other like cat
  degarble --report edits.jsonl page.txt     the text, and every edit in a file
  degarble -r pages/ > all.txt               every file of a folder";

// One paragraph a line: clap wraps them to the terminal.
const NOTES: &str = "\
Each input of at most 256 KiB is one document: it is profiled as a whole before it is repaired. Longer inputs are cut at \
line ends into blocks of about that size. Every byte that is not part of an edit comes out as it went in.

A line of --report looks like this; start and end count the bytes of that input, and \"-\" is stdin:
  {\"version\":1,\"file\":\"page.txt\",\"line\":3,\"start\":120,\"end\":132,\"before\":\"Motley Idiot\",
   \"after\":\"Motley Fool\",\"kind\":\"substitution\",\"confidence\":0.97}

A file that has the name of a subcommand is written with its folder: degarble ./train

Exit codes: 0 done; 1 some input failed (stderr names it, the others were done); 2 the command line is wrong. A closed \
pipe is a normal end.";

const TRAIN_EXAMPLE: &str = "\
Example:
  degarble dictionary vocabulary calls/ -o vocabulary.tsv
  degarble train calls/ --vocabulary vocabulary.tsv --budget 5MiB -o my.model
  degarble --model my.model page.txt";

const CONFUSIONS_EXAMPLE: &str = "\
Example:
  degarble dictionary confusions --read scan.txt --original typed.txt -o confusions.tsv --marks marks.tsv";

const COMPILE_USAGE: &str = "degarble dictionary compile [--words <FILE>] [--phrases <FILE>] [--fallback <FILE>]
       --vocabulary <FILE> --inflections <FILE> -o <OUT>";

const COMPILE_EXAMPLE: &str = "\
Example:
  degarble dictionary compile --words my.tsv --vocabulary v.tsv --inflections i.tsv -o my.bin";

/// Puts garbled earnings-call transcripts back into their original words.
///
/// Reads text whose words were swapped for synonyms by a blind spinner ("Motley Idiot", "convention name"), misread by a scanner
/// ("eamings", "ofthe") or decoded wrongly ("â€™"), and writes the text with the original words. Names, numbers and clean pages are
/// left alone.
#[derive(Debug, Parser)]
#[command(
    name = "degarble",
    version,
    args_conflicts_with_subcommands = true,
    disable_help_subcommand = true,
    max_term_width = 100,
    after_help = EXAMPLES,
    after_long_help = format!("{EXAMPLES}\n\n{NOTES}"),
    override_usage = "degarble [OPTIONS] [FILE]...\n       degarble <COMMAND>"
)]
pub(super) struct Arguments {
    /// What to do instead of repairing.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// Repairing, the main job.
    #[command(flatten)]
    pub repair: RepairArgs,
}

/// Arguments of the main job.
#[derive(Debug, Args)]
pub(super) struct RepairArgs {
    /// Texts to repair, written to stdout one after the other; `-` or none is stdin
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Write every edit to FILE, one JSON object a line
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
    /// Leave out edits that are less likely than P to be right
    #[arg(long, value_name = "P", default_value_t = Options::default().min_confidence, value_parser = probability)]
    pub min_confidence: f32,
    /// Repair these kinds of garble only
    #[arg(long, value_name = "KINDS", value_delimiter = ',')]
    pub only: Vec<GarbleKind>,
    /// Repair all kinds of garble but these
    #[arg(long, value_name = "KINDS", value_delimiter = ',', conflicts_with = "only")]
    pub except: Vec<GarbleKind>,
    /// Repair digits too where the form leaves no doubt ("$l2.5", "2O21")
    #[arg(long)]
    pub ocr_numbers: bool,
    /// Rejoin words that are hyphenated at the end of a line
    #[arg(long)]
    pub rejoin: bool,
    /// Use a model made with `degarble train` in place of the built-in one
    #[arg(long, value_name = "FILE")]
    pub model: Option<PathBuf>,
    /// Repair the files in folders too, in sorted order, hidden ones aside
    #[arg(short, long)]
    pub recursive: bool,
    /// Number of threads, 0 for one a core; the output is the same
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = threads)]
    pub threads: usize,
}

/// The kinds of garble.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum GarbleKind {
    /// Words that a spinner swapped
    Substitution,
    /// What an OCR engine misread or made up
    Ocr,
    /// Characters that were decoded wrongly
    Encoding,
}

impl RepairArgs {
    /// The kinds of garble that are asked for.
    pub fn kinds(&self) -> Kinds {
        let wanted = |kind| if self.only.is_empty() { !self.except.contains(&kind) } else { self.only.contains(&kind) };
        let mut kinds = Kinds::ALL;
        kinds.substitution = wanted(GarbleKind::Substitution);
        kinds.ocr = wanted(GarbleKind::Ocr);
        kinds.encoding = wanted(GarbleKind::Encoding);
        kinds
    }
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Train a language model on clean transcripts
    Train(TrainArgs),
    /// Make, check and compile dictionaries
    Dictionary {
        /// What to do with them.
        #[command(subcommand)]
        command: DictionaryCommand,
    },
}

/// Arguments of `train`.
#[derive(Debug, Args)]
#[command(after_help = TRAIN_EXAMPLE)]
pub(super) struct TrainArgs {
    /// Clean transcripts: files, or folders of files; one document a file
    #[arg(value_name = "CORPUS", required = true)]
    pub corpus: Vec<PathBuf>,
    /// Write the model to MODEL
    #[arg(short, long, value_name = "MODEL")]
    pub output: PathBuf,
    /// The words to know, made with `degarble dictionary vocabulary`
    #[arg(long, value_name = "FILE")]
    pub vocabulary: PathBuf,
    /// Longest n-grams: 2 to 4
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = order)]
    pub order: usize,
    /// Size of the model at most, also as KiB or MiB
    #[arg(long, value_name = "BYTES", default_value = "5_600_000", value_parser = bytes)]
    pub budget: usize,
    /// Write the model in ARPA format as well
    #[arg(long, value_name = "FILE")]
    pub arpa: Option<PathBuf>,
    /// Measure perplexity on these files or folders
    #[arg(long, value_name = "PATH", num_args = 1..)]
    pub held_out: Vec<PathBuf>,
}

/// The subcommands of `dictionary`.
#[derive(Debug, Subcommand)]
pub(super) enum DictionaryCommand {
    /// Gather the vocabulary of clean transcripts
    Vocabulary(VocabularyArgs),
    /// Learn what an OCR engine misreads and makes up
    ///
    /// Reads what the engine read beside what stood there, line by line, and writes the tables that OCR repair works with.
    Confusions(ConfusionsArgs),
    /// Look for mistakes in dictionary files
    ///
    /// Says every mistake as file:line:column on stderr and exits with 1 if there is one. Lists are to be sorted by byte values,
    /// without two rows of one key, without a row that maps to itself.
    Check(CheckArgs),
    /// Compile dictionary files to the form that degarble reads
    Compile(CompileArgs),
}

/// Arguments of `dictionary vocabulary`.
#[derive(Debug, Args)]
pub(super) struct VocabularyArgs {
    /// Clean transcripts: files, or folders of files; one document a file
    #[arg(value_name = "CORPUS", required = true)]
    pub corpus: Vec<PathBuf>,
    /// Write the vocabulary to FILE
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// Words to mark as terms of finance, one a line
    #[arg(long, value_name = "FILE")]
    pub finance: Option<PathBuf>,
}

/// Arguments of `dictionary confusions`.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("sources").args(["read", "pairs"]).required(true).multiple(true), after_help = CONFUSIONS_EXAMPLE)]
pub(super) struct ConfusionsArgs {
    /// A text as the engine read it; may be given several times
    #[arg(long, value_name = "FILE", requires = "original")]
    pub read: Vec<PathBuf>,
    /// The same text as it stood, line by line, one for each --read
    #[arg(long, value_name = "FILE", requires = "read")]
    pub original: Vec<PathBuf>,
    /// Texts that no engine touched, files or folders of files: they say how writers use marks
    #[arg(long, value_name = "PATH", requires = "read")]
    pub clean: Vec<PathBuf>,
    /// Misread words without their text: what was read, what stood there, how often, with tabs between them
    #[arg(long, value_name = "FILE", requires = "vocabulary")]
    pub pairs: Vec<PathBuf>,
    /// What each of those counts, beside one of a text
    #[arg(long, value_name = "W", default_value_t = 1.0)]
    pub pairs_weight: f32,
    /// Words: of the pairs, those are learned from that make a word of this list from something that is none
    #[arg(long, value_name = "FILE")]
    pub vocabulary: Option<PathBuf>,
    /// Write the confusions to FILE
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// Write the table of marks to FILE
    #[arg(long, value_name = "FILE", requires = "read")]
    pub marks: Option<PathBuf>,
}

/// Arguments of `dictionary check`.
#[derive(Debug, Args)]
pub(super) struct CheckArgs {
    /// Dictionary files
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
    /// What the files are; else their names say so (vocabulary, phrases, inflections), any other is a table of words
    #[arg(long, value_name = "KIND")]
    pub kind: Option<Kind>,
}

/// The kinds of dictionary file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Kind {
    /// lemma, part of speech, kept, replacements
    Words,
    /// phrase, kept, replacements
    Phrases,
    /// word, frequency class, marks
    Vocabulary,
    /// base form, part of speech, other forms
    Inflections,
    /// read, original, weight
    Confusions,
    /// mark, left, right, stray, genuine
    Marks,
}

/// Arguments of `dictionary compile`.
#[derive(Debug, Args)]
#[command(override_usage = COMPILE_USAGE)]
#[command(group = ArgGroup::new("tables").args(["words", "phrases", "fallback"]).required(true).multiple(true), after_help = COMPILE_EXAMPLE)]
pub(super) struct CompileArgs {
    /// The vocabulary: inflected forms that it does not hold are dropped
    #[arg(long, value_name = "FILE")]
    pub vocabulary: PathBuf,
    /// Irregular forms
    #[arg(long, value_name = "FILE")]
    pub inflections: PathBuf,
    /// Table of words that inflect
    #[arg(long, value_name = "FILE")]
    pub words: Option<PathBuf>,
    /// Table of phrases
    #[arg(long, value_name = "FILE")]
    pub phrases: Option<PathBuf>,
    /// Table of words that adds to the others where they are silent
    #[arg(long, value_name = "FILE")]
    pub fallback: Option<PathBuf>,
    /// Write the compiled dictionary to OUT
    #[arg(short, long, value_name = "OUT")]
    pub output: PathBuf,
}

fn probability(text: &str) -> Result<f32, String> {
    text.parse().ok().filter(|p| (0.0..=1.0).contains(p)).ok_or_else(|| "write a number from 0 to 1".into())
}

fn threads(text: &str) -> Result<usize, String> {
    text.parse().ok().filter(|n| *n <= 1024).ok_or_else(|| "write a number from 0 to 1024".into())
}

fn order(text: &str) -> Result<usize, String> {
    text.parse().ok().filter(|n| (2..=4).contains(n)).ok_or_else(|| "write 2, 3 or 4".into())
}

/// A number of bytes: digits, with `_` between them if one likes, and KiB or MiB behind them.
fn bytes(text: &str) -> Result<usize, String> {
    let (digits, unit) = match text {
        t if t.ends_with("KiB") => (&t[..t.len() - 3], 1 << 10),
        t if t.ends_with("MiB") => (&t[..t.len() - 3], 1 << 20),
        t => (t, 1),
    };
    let number: Option<usize> = digits.trim_end().replace('_', "").parse().ok();
    number.and_then(|n| n.checked_mul(unit)).ok_or_else(|| "write bytes, or a whole number with KiB or MiB".into())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_arguments_hold_together() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn sizes_may_have_units() {
        assert_eq!(bytes("5_600_000"), Ok(5_600_000));
        assert_eq!(bytes("512KiB"), Ok(512 << 10));
        assert_eq!(bytes("8 MiB"), Ok(8 << 20));
        for wrong in ["", "MiB", "5MB", "-1", "1.5MiB", "99999999999999999MiB"] {
            assert!(bytes(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn probabilities_stay_between_none_and_one() {
        assert_eq!(probability("0.9"), Ok(0.9));
        for wrong in ["-0.1", "1.1", "NaN", "high"] {
            assert!(probability(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_subcommand_name_with_its_folder_is_a_file() {
        let parsed = Arguments::try_parse_from(["degarble", "./train", "dictionary"]).unwrap();
        assert!(parsed.command.is_none());
        assert_eq!(parsed.repair.files, [PathBuf::from("./train"), PathBuf::from("dictionary")]);
    }
}
