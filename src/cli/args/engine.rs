//! How the engine repairs: the same for every command that has one.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde::{Deserialize, Serialize};

use super::{probability, threads};
use crate::repair::Options;

/// The engine's options; what is not given comes from the settings file or is the default.
#[derive(Debug, Args, Default)]
#[command(next_help_heading = "Repair")]
pub(in crate::cli) struct EngineArgs {
    // The default is no value of the argument: the settings file may say otherwise.
    #[arg(long, value_name = "P", value_parser = probability, env = "DEGARBLE_MIN_CONFIDENCE", hide_env = true)]
    #[arg(help = format!("Leave out edits that are less likely than P to be right [default: {}]", Options::default().min_confidence))]
    pub min_confidence: Option<f32>,
    /// Add the pairs of a table of yours, as text or compiled; yours count where both have one
    #[arg(short, long, value_name = "FILE")]
    pub dictionary: Vec<PathBuf>,
    /// Add words that are right as they are, one a line
    #[arg(long, value_name = "FILE")]
    pub vocabulary: Vec<PathBuf>,
    /// Never edit the words and phrases in FILE, one a line
    #[arg(short, long, value_name = "FILE")]
    pub protect: Vec<PathBuf>,
    /// Use a model made with `degarble train` in place of the built-in one
    #[arg(long, value_name = "FILE", env = "DEGARBLE_MODEL", hide_env = true)]
    pub model: Option<PathBuf>,
    /// Use a model made with `degarble train-context` in place of the built-in one
    #[arg(long, value_name = "FILE")]
    pub context: Option<PathBuf>,
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
    /// Number of threads, 0 for one a core; the output is the same [default: 0]
    #[arg(long, value_name = "N", value_parser = threads, env = "DEGARBLE_THREADS", hide_env = true)]
    pub threads: Option<usize>,
    /// Read settings from FILE, not from the degarble.toml of this folder or one above it
    #[arg(long, value_name = "FILE", env = "DEGARBLE_CONFIG", hide_env = true)]
    pub config: Option<PathBuf>,
    /// Read no settings file
    #[arg(long)]
    pub no_config: bool,
    /// Write the settings that count to stdout, and do nothing
    #[arg(long)]
    pub dump_config: bool,
}

/// The kinds of garble.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(in crate::cli) enum GarbleKind {
    /// Words that a spinner swapped
    Substitution,
    /// What an OCR engine misread or made up
    Ocr,
    /// Characters that were decoded wrongly
    Encoding,
}
