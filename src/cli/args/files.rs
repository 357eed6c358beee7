//! Which files are read, what kind they are, and where the repaired text goes.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde::{Deserialize, Serialize};

use crate::cli::format::Format;

/// Where the repaired text goes, if not to stdout.
#[derive(Debug, Args, Default)]
#[command(next_help_heading = "Output")]
pub(in crate::cli) struct OutputArgs {
    /// Rewrite the files themselves, those that change and no others
    ///
    /// A file is replaced in one step, with mode and owner kept; links are followed to the file. With SUFFIX the old file is kept
    /// under its name with SUFFIX behind it.
    #[arg(short, long, value_name = "SUFFIX", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    #[arg(conflicts_with_all = ["output_dir", "check", "diff"])]
    pub in_place: Option<OsString>,
    /// Write every file to the same place below DIR
    #[arg(short, long, value_name = "DIR", conflicts_with_all = ["check", "diff"])]
    pub output_dir: Option<PathBuf>,
    /// Write no text: list the files that would change, and exit with 3 if there are any
    #[arg(long)]
    pub check: bool,
    /// Write no text: show what would change, as a patch or word by word
    #[arg(long, value_name = "STYLE", num_args = 0..=1, require_equals = true, default_missing_value = "unified")]
    pub diff: Option<DiffStyle>,
    /// Write every edit to FILE, one JSON object a line, or as a page to look at if FILE ends in .html
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
    /// Say on stderr how much was read and repaired, and how fast
    #[arg(long)]
    pub stats: bool,
    /// When to use colour: auto, always or never [default: auto]
    #[arg(long, value_name = "WHEN", hide_possible_values = true)]
    pub color: Option<ColorChoice>,
}

/// How differences are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum DiffStyle {
    /// A patch
    Unified,
    /// The lines that change, with the old words and the new ones in them
    Words,
}

/// When to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(in crate::cli) enum ColorChoice {
    /// On a terminal, unless NO_COLOR is set
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// Which files of a folder are read.
#[derive(Debug, Args, Default)]
#[command(next_help_heading = "Files")]
pub(in crate::cli) struct WalkArgs {
    /// Repair the files in folders too; goes without saying where no text is written to stdout
    ///
    /// In sorted order, without hidden files, binary files and those that .gitignore, .ignore or .degarbleignore name.
    #[arg(short, long)]
    pub recursive: bool,
    /// Of the files in folders only those that match GLOB, or not those that match !GLOB
    #[arg(short, long, value_name = "GLOB")]
    pub glob: Vec<String>,
    /// Of the files in folders only those of TYPE, such as txt, html, jsonl or csv
    #[arg(short, long = "type", value_name = "TYPE")]
    pub types: Vec<String>,
    /// Hidden files too
    #[arg(long)]
    pub hidden: bool,
    /// Files that ignore files name too
    #[arg(long)]
    pub no_ignore: bool,
}

/// What kind of files they are.
#[derive(Debug, Args, Default)]
#[command(next_help_heading = "Files")]
pub(in crate::cli) struct FormatArgs {
    /// The kind of file: text, json, jsonl, csv, tsv or html; otherwise by extension, text where that says nothing
    #[arg(long, value_name = "FORMAT", hide_possible_values = true)]
    pub format: Option<Format>,
    /// Where the text is in json, jsonl, csv and tsv; everything else stays as it is
    ///
    /// The name of a column, or of a member of a JSON object with dots between levels; lists are gone through.
    #[arg(short, long, value_name = "NAME")]
    pub field: Vec<String>,
    /// The encoding of the files, such as utf-8, utf-16le or windows-1252; else it is detected
    ///
    /// The repaired text is written in the same one.
    #[arg(long, value_name = "ENCODING")]
    pub input_encoding: Option<String>,
}
