//! Commands that account for repairs, and for the program itself.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use clap_complete::Shell;

use super::EngineArgs;
use crate::cli::args::ColorChoice;

const EXPLAIN_EXAMPLE: &str = "\
Example:
  degarble explain page.txt --line 12
  degarble explain --text 'Our web revenue rose 8%.'";

const APPLY_EXAMPLE: &str = "\
Example:
  degarble --report edits.jsonl < page.txt > clean.txt
  degarble apply edits.jsonl < page.txt > clean.txt          without the lines you deleted
  degarble apply --undo edits.jsonl < clean.txt > page.txt   back, byte for byte";

/// Arguments of `explain`.
#[derive(Debug, Args)]
#[command(after_help = EXPLAIN_EXAMPLE)]
pub(in crate::cli) struct ExplainArgs {
    /// A text; `-` or none is stdin. The whole of it is read: what is thought of a line depends on its page
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// Explain this text
    #[arg(long, value_name = "TEXT", conflicts_with = "file")]
    pub text: Option<String>,
    /// Explain only this line; may be given several times
    #[arg(short, long, value_name = "N")]
    pub line: Vec<usize>,
    /// Words too that nothing was ever thought of
    #[arg(short, long)]
    pub all: bool,
    /// When to use colour: auto, always or never [default: auto]
    #[arg(long, value_name = "WHEN", hide_possible_values = true)]
    pub color: Option<ColorChoice>,
    /// How the engine repairs.
    #[command(flatten)]
    pub engine: EngineArgs,
}

/// Arguments of `apply`.
#[derive(Debug, Args)]
#[command(after_help = APPLY_EXAMPLE)]
pub(in crate::cli) struct ApplyArgs {
    /// A report made with --report; lines may be deleted, and the text after `"after":` changed
    #[arg(value_name = "REPORT")]
    pub report: PathBuf,
    /// The inputs that the report is about, as it calls them; `-` or none is stdin, if it is about one input
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Take the edits back: from the output to the input, byte for byte
    #[arg(long)]
    pub undo: bool,
    /// Rewrite the files themselves
    #[arg(short, long, requires = "files")]
    pub in_place: bool,
}

/// Arguments of `generate`.
#[derive(Debug, Args)]
pub(in crate::cli) struct GenerateArgs {
    /// What to write.
    #[command(subcommand)]
    pub product: Product,
}

/// What `generate` writes.
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Product {
    /// The man page, or with --output-dir one for every command
    Man {
        /// Write a file for every command to DIR
        #[arg(short, long, value_name = "DIR")]
        output_dir: Option<PathBuf>,
    },
    /// Completions for a shell, to stdout
    Completions {
        /// bash, zsh, fish, powershell or elvish
        #[arg(value_name = "SHELL", hide_possible_values = true)]
        shell: Shell,
    },
}
