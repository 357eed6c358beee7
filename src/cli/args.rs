//! What may be written on the command line.

mod account;
mod engine;
mod files;

use std::path::PathBuf;

use clap::{ArgGroup, Args, Parser, Subcommand, ValueEnum};

pub(super) use account::{ApplyArgs, ExplainArgs, GenerateArgs, Product};
pub(super) use engine::{EngineArgs, GarbleKind};
pub(super) use files::{ColorChoice, DiffStyle, FormatArgs, OutputArgs, WalkArgs};

const EXAMPLES: &str = "\
Examples:
  degarble < page.txt > clean.txt            a page, from stdin to stdout
  degarble a.txt b.txt > both.txt            files, one after the other like cat
  degarble --report edits.jsonl page.txt     the text, and every edit in a file
  degarble --diff page.txt                   what would change
  degarble --in-place pages/                 the files of a folder, those that change
  degarble -f text calls.jsonl > clean.jsonl the field \"text\" of every record";

// One paragraph a line: clap wraps them to the terminal.
const NOTES: &str = "\
Each input of at most 256 KiB is one document: it is profiled as a whole before it is repaired. Longer inputs are cut at \
line ends into blocks of about that size. Every byte that is not part of an edit comes out as it went in.

A line of --report looks like this; start and end count the bytes of that input, unpacked, and \"-\" is stdin:
  {\"version\":1,\"file\":\"page.txt\",\"line\":3,\"start\":120,\"end\":132,\"char_start\":118,\"char_end\":130,
   \"before\":\"Motley Idiot\",\"after\":\"Motley Fool\",\"kind\":\"substitution\",\"confidence\":0.97,
   \"alternatives\":[{\"text\":\"Motley Idiot\",\"confidence\":0.02}]}

Settings are read from the nearest degarble.toml, in this folder or one above it; --dump-config shows the names of all of \
them. Over the file count the environment (DEGARBLE_CONFIG, DEGARBLE_MODEL, DEGARBLE_MIN_CONFIDENCE, DEGARBLE_THREADS and \
NO_COLOR) and, over that, the command line.

gzip and Zstandard files are read by their first bytes. --in-place, --output-dir and stdin to stdout write them back as such.

A file that has the name of a subcommand is written with its folder: degarble ./train

Exit codes: 0 done; 1 some input failed (stderr names it, the others were done); 2 the command line is wrong; 3 --check \
found something. A closed pipe is a normal end.";

const TRAIN_EXAMPLE: &str = "\
Example:
  degarble dictionary vocabulary calls/ -o vocabulary.tsv
  degarble train calls/ --vocabulary vocabulary.tsv --budget 5MiB -o my.model
  degarble --model my.model page.txt";

const TRAIN_CONTEXT_EXAMPLE: &str = "\
Example:
  degarble train-context calls/ --vocabulary vocabulary.tsv --budget 5MiB -o my.context
  degarble --model my.model --context my.context page.txt";

const CONFUSIONS_EXAMPLE: &str = "\
Example:
  degarble dictionary confusions --read scan.txt --original typed.txt -o confusions.tsv --marks marks.tsv";

const COMPILE_USAGE: &str = "degarble dictionary compile [--words <FILE>] [--phrases <FILE>] [--fallback <FILE>]
       [--observed <FILE>] --vocabulary <FILE> --inflections <FILE> -o <OUT>";

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
    /// Where the text goes.
    #[command(flatten)]
    pub output: OutputArgs,
    /// Which files of a folder are read.
    #[command(flatten)]
    pub walk: WalkArgs,
    /// What kind of files they are.
    #[command(flatten)]
    pub format: FormatArgs,
    /// How the engine repairs.
    #[command(flatten)]
    pub engine: EngineArgs,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Show what was thought of every word, and why it was repaired or left alone
    Explain(ExplainArgs),
    /// Make the edits of a report, or take them back
    Apply(ApplyArgs),
    /// Train a language model on clean transcripts
    Train(TrainArgs),
    /// Train a model of what stands around words on clean transcripts
    ///
    /// Spins the transcripts, repairs them with language models that have not seen them, and learns to choose where the decoder is in doubt.
    /// Vocabulary and budget are those of the model that it is to stand beside.
    #[command(after_help = TRAIN_CONTEXT_EXAMPLE)]
    TrainContext(CorpusArgs),
    /// Measure repairs on pages with marked swaps, and search for better weights
    Tune(TuneArgs),
    /// Make, check and compile dictionaries
    Dictionary {
        /// What to do with them.
        #[command(subcommand)]
        command: DictionaryCommand,
    },
    /// Write man pages and shell completions
    Generate(GenerateArgs),
}

/// What a language model is trained on, and how large it is to be.
#[derive(Debug, Args)]
pub(super) struct CorpusArgs {
    /// Clean transcripts: files, or folders of files; one document a file
    #[arg(value_name = "CORPUS", required = true)]
    pub corpus: Vec<PathBuf>,
    /// Write the model to MODEL
    #[arg(short, long, value_name = "MODEL")]
    pub output: PathBuf,
    /// The words to know, made with `degarble dictionary vocabulary`
    #[arg(long, value_name = "FILE")]
    pub vocabulary: PathBuf,
    /// Size of the language model at most, also as KiB or MiB
    #[arg(long, value_name = "BYTES", default_value = "5_600_000", value_parser = bytes)]
    pub budget: usize,
}

/// Arguments of `train`.
#[derive(Debug, Args)]
#[command(after_help = TRAIN_EXAMPLE)]
pub(super) struct TrainArgs {
    /// The corpus.
    #[command(flatten)]
    pub of: CorpusArgs,
    /// Longest n-grams: 2 to 4
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = order)]
    pub order: usize,
    /// Write the model in ARPA format as well
    #[arg(long, value_name = "FILE")]
    pub arpa: Option<PathBuf>,
    /// Measure perplexity on these files or folders
    #[arg(long, value_name = "PATH", num_args = 1..)]
    pub held_out: Vec<PathBuf>,
}

/// Arguments of `tune`.
#[derive(Debug, Args)]
pub(super) struct TuneArgs {
    /// Pages whose swaps are marked as for `degarble dictionary observe`: files, or folders of files
    #[arg(value_name = "PAGE", required = true)]
    pub pages: Vec<PathBuf>,
    /// Clean pages, files or folders, whose every edit counts against the weights
    #[arg(long, value_name = "PATH", num_args = 1..)]
    pub clean: Vec<PathBuf>,
    /// Use a compiled table in place of the built-in one: counts made from the very pages would flatter the weights
    #[arg(long, value_name = "FILE")]
    pub table: Option<PathBuf>,
    /// Settings to try; 0 only measures
    #[arg(long, value_name = "N", default_value_t = 100)]
    pub rounds: usize,
    /// Where the search begins; another number takes another way
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
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
    /// Count what a spinner did on pages where every swap is marked
    ///
    /// A mark is the spun form and the original in braces: the {convention name|conference call} begins. Lines that begin with # are
    /// comments; "# style: w" says that the lines below went through a WordNet-like spinner, "t" through translation.
    Observe(ObserveArgs),
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
    /// What the files are; else their names say so, and any other is a table of your own, of words and phrases
    #[arg(long, value_name = "KIND")]
    pub kind: Option<Kind>,
}

/// The kinds of dictionary file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Kind {
    /// Rows of words, four columns, and of phrases, three: what --dictionary reads
    Dictionary,
    /// lemma, part of speech, kept, replacements
    Words,
    /// phrase, kept, replacements
    Phrases,
    /// word, frequency class, marks
    Vocabulary,
    /// base form, part of speech, other forms
    Inflections,
    /// original, times left alone, spun forms with how often each was seen
    Observed,
    /// read, original, weight
    Confusions,
    /// mark, left, right, stray, genuine
    Marks,
}

/// Arguments of `dictionary observe`.
#[derive(Debug, Args)]
pub(super) struct ObserveArgs {
    /// Marked pages: files, or folders of files
    #[arg(value_name = "PAGE", required = true)]
    pub pages: Vec<PathBuf>,
    /// Write the counts to FILE
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
}

/// Arguments of `dictionary compile`.
#[derive(Debug, Args)]
#[command(override_usage = COMPILE_USAGE)]
#[command(group = ArgGroup::new("tables").args(["words", "phrases", "fallback", "observed"]).required(true).multiple(true), after_help = COMPILE_EXAMPLE)]
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
    /// Counts from garbled pages, made with `degarble dictionary observe`, that set the tables right
    #[arg(long, value_name = "FILE")]
    pub observed: Option<PathBuf>,
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
