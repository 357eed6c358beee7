//! Settings: the file `degarble.toml`, under what the command line and the environment say.

use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::args::{ColorChoice, EngineArgs, FormatArgs, GarbleKind, OutputArgs, WalkArgs};
use super::error::CliError;
use super::format::Format;
use crate::repair::{Kinds, Options};

/// The name of the settings file.
const NAME: &str = "degarble.toml";

/// Every setting that may stand in the file; `None` and empty lists where nobody says anything.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(super) struct Settings {
    /// Other settings files that come under this one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    extend: Vec<PathBuf>,
    /// `--min-confidence`
    pub min_confidence: Option<f32>,
    /// `--threads`
    pub threads: Option<usize>,
    /// `--model`
    pub model: Option<PathBuf>,
    /// `--context`
    pub context: Option<PathBuf>,
    /// `--dictionary`
    pub dictionary: Vec<PathBuf>,
    /// `--vocabulary`
    pub vocabulary: Vec<PathBuf>,
    /// `--protect`
    pub protect: Vec<PathBuf>,
    /// Words and phrases that are never edited, in the file itself.
    pub protect_words: Vec<String>,
    /// `--only`
    pub only: Vec<GarbleKind>,
    /// `--except`
    pub except: Vec<GarbleKind>,
    /// `--ocr-numbers`
    pub ocr_numbers: Option<bool>,
    /// `--rejoin`
    pub rejoin: Option<bool>,
    /// `--format`
    pub format: Option<Format>,
    /// `--field`
    pub field: Vec<String>,
    /// `--input-encoding`
    pub input_encoding: Option<String>,
    /// `--recursive`
    pub recursive: Option<bool>,
    /// `--glob`
    pub glob: Vec<String>,
    /// `--type`
    pub r#type: Vec<String>,
    /// `--hidden`
    pub hidden: Option<bool>,
    /// `--no-ignore`
    pub no_ignore: Option<bool>,
    /// `--color`
    pub color: Option<ColorChoice>,
}

/// The names of the settings, for suggestions.
const KEYS: [&str; 22] = [
    "extend",
    "min-confidence",
    "threads",
    "model",
    "context",
    "dictionary",
    "vocabulary",
    "protect",
    "protect-words",
    "only",
    "except",
    "ocr-numbers",
    "rejoin",
    "format",
    "field",
    "input-encoding",
    "recursive",
    "glob",
    "type",
    "hidden",
    "no-ignore",
    "color",
];

impl Settings {
    /// The settings of the file that the arguments name or that is found upwards, with the arguments over them.
    pub fn of_engine(args: &EngineArgs) -> Result<Settings, CliError> {
        let file = match &args.config {
            _ if args.no_config => None,
            Some(path) => Some(path.clone()),
            None => find(&std::env::current_dir().unwrap_or_default()),
        };
        let mut settings = match file {
            Some(path) => read(&path, &mut Vec::new())?,
            None => Settings::default(),
        };
        settings.over(Settings {
            min_confidence: args.min_confidence,
            threads: args.threads,
            model: args.model.clone(),
            context: args.context.clone(),
            dictionary: args.dictionary.clone(),
            vocabulary: args.vocabulary.clone(),
            protect: args.protect.clone(),
            only: args.only.clone(),
            except: args.except.clone(),
            ocr_numbers: args.ocr_numbers.then_some(true),
            rejoin: args.rejoin.then_some(true),
            ..Settings::default()
        });
        Ok(settings)
    }

    /// Puts the arguments about files over the settings.
    pub fn with_files(mut self, walk: &WalkArgs, format: &FormatArgs, output: &OutputArgs) -> Settings {
        let given = |flag: bool| flag.then_some(true);
        self.over(Settings {
            format: format.format,
            field: format.field.clone(),
            input_encoding: format.input_encoding.clone(),
            recursive: given(walk.recursive),
            glob: walk.glob.clone(),
            r#type: walk.types.clone(),
            hidden: given(walk.hidden),
            no_ignore: given(walk.no_ignore),
            color: output.color,
            ..Settings::default()
        });
        self
    }

    /// Lets other settings count where they say something. Lists of files and of protected words grow; the others are replaced.
    fn over(&mut self, other: Settings) {
        fn one<T>(own: &mut Option<T>, other: Option<T>) {
            if other.is_some() {
                *own = other;
            }
        }
        fn list<T>(own: &mut Vec<T>, other: Vec<T>) {
            if !other.is_empty() {
                *own = other;
            }
        }
        one(&mut self.min_confidence, other.min_confidence);
        one(&mut self.threads, other.threads);
        one(&mut self.model, other.model);
        one(&mut self.context, other.context);
        self.dictionary.extend(other.dictionary);
        self.vocabulary.extend(other.vocabulary);
        self.protect.extend(other.protect);
        self.protect_words.extend(other.protect_words);
        // Either choice of kinds takes the place of the other.
        if !other.only.is_empty() || !other.except.is_empty() {
            (self.only, self.except) = (other.only, other.except);
        }
        one(&mut self.ocr_numbers, other.ocr_numbers);
        one(&mut self.rejoin, other.rejoin);
        one(&mut self.format, other.format);
        list(&mut self.field, other.field);
        one(&mut self.input_encoding, other.input_encoding);
        one(&mut self.recursive, other.recursive);
        list(&mut self.glob, other.glob);
        list(&mut self.r#type, other.r#type);
        one(&mut self.hidden, other.hidden);
        one(&mut self.no_ignore, other.no_ignore);
        one(&mut self.color, other.color);
    }

    /// Which files of a folder are wanted.
    pub fn walk(&self) -> WalkArgs {
        WalkArgs {
            recursive: self.recursive.unwrap_or_default(),
            glob: self.glob.clone(),
            types: self.r#type.clone(),
            hidden: self.hidden.unwrap_or_default(),
            no_ignore: self.no_ignore.unwrap_or_default(),
        }
    }

    /// The engine's options.
    pub fn options(&self) -> Options {
        let defaults = Options::default();
        Options {
            min_confidence: self.min_confidence.unwrap_or(defaults.min_confidence),
            kinds: self.kinds(),
            ocr_numbers: self.ocr_numbers.unwrap_or_default(),
            rejoin: self.rejoin.unwrap_or_default(),
            ..defaults
        }
    }

    /// The kinds of garble that are asked for.
    fn kinds(&self) -> Kinds {
        let wanted = |kind| if self.only.is_empty() { !self.except.contains(&kind) } else { self.only.contains(&kind) };
        let mut kinds = Kinds::ALL;
        kinds.substitution = wanted(GarbleKind::Substitution);
        kinds.ocr = wanted(GarbleKind::Ocr);
        kinds.encoding = wanted(GarbleKind::Encoding);
        kinds
    }

    /// The settings as a file that says the same, defaults included.
    pub fn dump(&self) -> String {
        let full = Settings {
            min_confidence: Some(self.options().min_confidence),
            threads: Some(self.threads.unwrap_or_default()),
            ocr_numbers: Some(self.ocr_numbers.unwrap_or_default()),
            rejoin: Some(self.rejoin.unwrap_or_default()),
            recursive: Some(self.recursive.unwrap_or_default()),
            hidden: Some(self.hidden.unwrap_or_default()),
            no_ignore: Some(self.no_ignore.unwrap_or_default()),
            color: Some(self.color.unwrap_or_default()),
            ..self.clone()
        };
        toml::to_string(&full).expect("settings are plain values")
    }
}

/// The settings file of a folder or the nearest one above it.
fn find(folder: &Path) -> Option<PathBuf> {
    folder.ancestors().map(|f| f.join(NAME)).find(|f| f.is_file())
}

/// Reads a settings file and those that it extends; `above` are the files that lead to it.
fn read(path: &Path, above: &mut Vec<PathBuf>) -> Result<Settings, CliError> {
    let name = || path.display().to_string();
    let unread = |e: std::io::Error| CliError::Settings { name: name(), what: format!("cannot read: {e}") };
    let full = path.canonicalize().map_err(unread)?;
    if above.contains(&full) {
        return Err(CliError::Settings { name: name(), what: "extends itself".into() });
    }
    let text = fs::read_to_string(path).map_err(unread)?;
    let mut own: Settings = toml::from_str(&text).map_err(|e| unreadable(path, &text, &e))?;
    if let Some(p) = own.min_confidence.filter(|p| !(0.0..=1.0).contains(p)) {
        return Err(CliError::Settings { name: name(), what: format!("min-confidence = {p}: write a number from 0 to 1") });
    }
    // Paths in a file are meant from where the file is.
    let folder = path.parent().unwrap_or(Path::new(""));
    let lists = [&mut own.extend, &mut own.dictionary, &mut own.vocabulary, &mut own.protect];
    for file in lists.into_iter().flatten().chain(&mut own.model).chain(&mut own.context) {
        *file = folder.join(&*file);
    }
    let mut settings = Settings::default();
    above.push(full);
    for other in std::mem::take(&mut own.extend) {
        settings.over(read(&other, above)?);
    }
    above.pop();
    settings.over(own);
    Ok(settings)
}

/// Says where a settings file is wrong, and what was meant where that can be guessed.
fn unreadable(path: &Path, text: &str, error: &toml::de::Error) -> CliError {
    let before = &text[..error.span().map_or(0, |s| s.start).min(text.len())];
    let line = 1 + before.matches('\n').count();
    let column = 1 + before.rsplit('\n').next().unwrap_or_default().chars().count();
    let mut what = error.message().trim().replace('\n', " ");
    for (type_name, words) in [("expected usize", "expected a whole number"), ("expected f32", "expected a number")] {
        what = what.replace(type_name, words);
    }
    if let Some(key) = what.strip_prefix("unknown field `").and_then(|rest| rest.split('`').next()) {
        let alike = |known: &&&str| (strsim::jaro_winkler(key, known) * 1000.0) as u32;
        what = match KEYS.iter().max_by_key(alike).filter(|known| alike(known) > 800) {
            Some(known) => format!("unknown setting `{key}`; did you mean `{known}`?"),
            None => format!("unknown setting `{key}`; there are {}", KEYS.join(", ")),
        };
    }
    CliError::Settings { name: format!("{}:{line}:{column}", path.display()), what }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_has_its_name_in_the_list() {
        let dumped: toml::Table = toml::from_str(&Settings::default().dump()).unwrap();
        assert!(dumped.keys().all(|k| KEYS.contains(&k.as_str())), "{dumped:?}");
        let e = toml::from_str::<Settings>("nonsense = 1").unwrap_err();
        let expected = e.message().split("expected one of ").nth(1).unwrap();
        let names: Vec<&str> = expected.split(", ").map(|n| n.trim_matches('`')).collect();
        assert_eq!(names, KEYS);
    }

    #[test]
    fn later_layers_count_and_lists_of_files_grow() {
        let mut low: Settings = toml::from_str("threads = 1\nfield = ['a']\nprotect = ['x']\nhidden = true").unwrap();
        low.over(toml::from_str("threads = 2\nfield = ['b']\nprotect = ['y']").unwrap());
        let wanted = "threads = 2\nfield = ['b']\nprotect = ['x', 'y']\nhidden = true";
        assert_eq!(low, toml::from_str(wanted).unwrap());
    }

    #[test]
    fn a_dump_says_the_same_again() {
        let settings: Settings = toml::from_str("min-confidence = 0.5\nprotect-words = ['Zinc']\ncolor = 'never'").unwrap();
        let again: Settings = toml::from_str(&settings.dump()).unwrap();
        assert_eq!(again.dump(), settings.dump());
        assert_eq!((again.min_confidence, again.color), (Some(0.5), Some(ColorChoice::Never)));
    }
}
