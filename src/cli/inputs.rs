//! From the names on the command line to a list of documents.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use ignore::WalkBuilder;
use ignore::overrides::{Override, OverrideBuilder};
use ignore::types::{Types, TypesBuilder};

use super::args::WalkArgs;
use super::error::CliError;

/// One document to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Input {
    /// `-`, or no file at all.
    Stdin,
    /// A file.
    File {
        /// Where it is.
        path: PathBuf,
        /// Its place below the folder it was found in; its name where it was given itself.
        within: PathBuf,
        /// Whether it was found in a folder.
        walked: bool,
    },
}

impl Input {
    /// A file that was named itself.
    pub fn named(path: &Path) -> Input {
        let within = path.file_name().map_or_else(|| path.to_owned(), PathBuf::from);
        Input::File { path: path.to_owned(), within, walked: false }
    }

    /// The input as reports and errors call it.
    pub fn name(&self) -> String {
        match self {
            Input::Stdin => "-".to_owned(),
            Input::File { path, .. } => path.display().to_string(),
        }
    }

    /// Opens the input.
    pub fn open(&self) -> io::Result<Box<dyn Read>> {
        Ok(match self {
            Input::Stdin => Box::new(io::stdin().lock()),
            Input::File { path, .. } => Box::new(File::open(path)?),
        })
    }

    /// Bytes to repair, where one can know: of packed files nobody does before they are unpacked.
    pub fn len(&self) -> Option<u64> {
        let packed = |path: &Path| path.extension().is_some_and(|e| e == "gz" || e == "zst");
        match self {
            Input::Stdin => None,
            Input::File { path, .. } if packed(path) => None,
            Input::File { path, .. } => fs::metadata(path).ok().filter(fs::Metadata::is_file).map(|m| m.len()),
        }
    }

    /// Whether reading this input reads `file`, whatever it is called there.
    pub fn is_same_file(&self, file: &FileIdentity) -> bool {
        let own = match self {
            Input::Stdin => FileIdentity::of_stdin(),
            Input::File { path, .. } => FileIdentity::of_path(path),
        };
        own.as_ref() == Some(file)
    }
}

/// Which files of a folder are wanted.
#[derive(Debug)]
pub(super) struct Walker {
    overrides: Vec<String>,
    types: Types,
    hidden: bool,
    no_ignore: bool,
    /// Whether folders are walked at all.
    recursive: bool,
    /// A folder that is written to: what is in it is no input.
    except: Option<PathBuf>,
}

impl Walker {
    /// Checks globs and types; `always` walks folders without being asked to.
    pub fn new(args: &WalkArgs, always: bool, except: Option<&Path>) -> Result<Walker, CliError> {
        let mut types = TypesBuilder::new();
        types.add_defaults();
        for name in &args.types {
            types.select(name);
        }
        let types = types.build().map_err(|e| CliError::Usage(format!("--type: {e}")))?;
        let walker = Walker {
            overrides: args.glob.clone(),
            types,
            hidden: args.hidden,
            no_ignore: args.no_ignore,
            recursive: args.recursive || always,
            except: except.and_then(|e| e.canonicalize().ok()),
        };
        walker.overrides_below(Path::new(".")).map_err(|e| CliError::Usage(format!("--glob: {e}")))?;
        Ok(walker)
    }

    fn overrides_below(&self, folder: &Path) -> Result<Override, ignore::Error> {
        let mut builder = OverrideBuilder::new(folder);
        for glob in &self.overrides {
            builder.add(glob)?;
        }
        builder.build()
    }

    /// Turns names into inputs, in order; a name that cannot be an input stands as its error, so that the others are still done.
    pub fn expand(&self, files: &[PathBuf]) -> Vec<Result<Input, CliError>> {
        if files.is_empty() {
            return vec![Ok(Input::Stdin)];
        }
        let mut out = Vec::new();
        for path in files {
            if path.as_os_str() == "-" {
                out.push(Ok(Input::Stdin));
            } else if !path.is_dir() {
                out.push(Ok(Input::named(path)));
            } else if self.recursive {
                self.walk(path, &mut out);
            } else {
                out.push(Err(CliError::Directory { name: path.display().to_string() }));
            }
        }
        out
    }

    /// Adds the regular files below a folder, sorted by name at each level so that the order is the same on every machine.
    ///
    /// Links are not followed: a link may lead in a circle, or to a file that is in the list already.
    fn walk(&self, folder: &Path, out: &mut Vec<Result<Input, CliError>>) {
        let overrides = self.overrides_below(folder).expect("the globs were built before");
        let mut builder = WalkBuilder::new(folder);
        builder
            .standard_filters(!self.no_ignore)
            .hidden(!self.hidden)
            .overrides(overrides)
            .types(self.types.clone())
            .sort_by_file_name(|a, b| a.cmp(b));
        if !self.no_ignore {
            builder.add_custom_ignore_filename(".degarbleignore");
        }
        let except = self.except.clone();
        builder.filter_entry(move |e| {
            let output = e.file_type().is_some_and(|t| t.is_dir()) && except.as_ref().is_some_and(|x| is_folder(e.path(), x));
            !output && !is_unfinished(e.file_name())
        });
        for entry in builder.build() {
            match entry {
                Ok(entry) if entry.file_type().is_some_and(|t| t.is_file()) => {
                    let within = entry.path().strip_prefix(folder).unwrap_or(entry.path()).to_owned();
                    out.push(Ok(Input::File { path: entry.into_path(), within, walked: true }));
                }
                Ok(_) => {}
                Err(e) => out.push(Err(failed_walk(folder, e))),
            }
        }
    }
}

fn is_folder(path: &Path, canonical: &Path) -> bool {
    path.file_name() == canonical.file_name() && path.canonicalize().is_ok_and(|p| p == canonical)
}

/// Whether a file is what a run that was killed has left behind.
fn is_unfinished(name: &OsStr) -> bool {
    let name = name.as_encoded_bytes();
    name.starts_with(b".degarble-") && name.ends_with(b".tmp")
}

/// A walk's error with the path it is about, as the walker knows it.
fn failed_walk(folder: &Path, error: ignore::Error) -> CliError {
    let (mut path, mut inner) = (folder.to_owned(), error);
    loop {
        inner = match inner {
            ignore::Error::WithPath { path: p, err } => {
                path = p;
                *err
            }
            ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => *err,
            ignore::Error::Io(source) => return CliError::Read { name: path.display().to_string(), source },
            other => return CliError::Content { name: path.display().to_string(), what: other.to_string() },
        }
    }
}

/// The files of a corpus: folders are walked without being asked to, and nothing may fail.
pub(super) fn corpus_files(paths: &[PathBuf]) -> Result<Vec<PathBuf>, CliError> {
    let walker = Walker::new(&WalkArgs { no_ignore: true, ..WalkArgs::default() }, true, None)?;
    let files = walker.expand(paths).into_iter().filter_map(|input| match input {
        Ok(Input::File { path, .. }) => Some(Ok(path)),
        Ok(Input::Stdin) => None,
        Err(e) => Some(Err(e)),
    });
    files.collect()
}

/// What tells a regular file from every other one, under whatever name; devices and pipes have none.
#[derive(Debug, PartialEq, Eq)]
#[cfg(unix)]
pub(super) struct FileIdentity {
    device: u64,
    inode: u64,
}

#[cfg(unix)]
impl FileIdentity {
    pub fn of_path(path: &Path) -> Option<FileIdentity> {
        Self::of_metadata(&fs::metadata(path).ok()?)
    }

    pub fn of_stdin() -> Option<FileIdentity> {
        Self::of_stream(io::stdin())
    }

    pub fn of_stdout() -> Option<FileIdentity> {
        Self::of_stream(io::stdout())
    }

    fn of_stream(stream: impl std::os::fd::AsFd) -> Option<FileIdentity> {
        let file = File::from(stream.as_fd().try_clone_to_owned().ok()?);
        Self::of_metadata(&file.metadata().ok()?)
    }

    fn of_metadata(metadata: &fs::Metadata) -> Option<FileIdentity> {
        use std::os::unix::fs::MetadataExt;
        metadata.is_file().then(|| FileIdentity { device: metadata.dev(), inode: metadata.ino() })
    }
}

/// What tells a regular file from every other one: elsewhere, its full path.
#[derive(Debug, PartialEq, Eq)]
#[cfg(not(unix))]
pub(super) struct FileIdentity(PathBuf);

#[cfg(not(unix))]
impl FileIdentity {
    pub fn of_path(path: &Path) -> Option<FileIdentity> {
        path.canonicalize().ok().filter(|p| p.is_file()).map(FileIdentity)
    }

    pub fn of_stdin() -> Option<FileIdentity> {
        None
    }

    pub fn of_stdout() -> Option<FileIdentity> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(inputs: &[Result<Input, CliError>]) -> Vec<String> {
        inputs.iter().map(|i| i.as_ref().map_or_else(CliError::to_string, Input::name)).collect()
    }

    fn walker(args: WalkArgs) -> Walker {
        Walker::new(&args, false, None).unwrap()
    }

    #[test]
    fn no_file_and_a_dash_are_stdin() {
        let walker = walker(WalkArgs::default());
        assert_eq!(names(&walker.expand(&[])), ["-"]);
        assert_eq!(names(&walker.expand(&["-".into(), "a".into()])), ["-", "a"]);
    }

    #[test]
    fn folders_are_walked_in_order_and_only_on_request() {
        let root = std::env::temp_dir().join(format!("degarble-inputs-{}", std::process::id()));
        fs::create_dir_all(root.join("b/.git")).unwrap();
        for file in ["c", "a.txt", "b/z", "b/y.html", ".hidden", ".degarble-7-0.tmp", "b/.git/config"] {
            fs::write(root.join(file), "").unwrap();
        }
        fs::write(root.join(".ignore"), "c\n").unwrap();
        let found = |args: WalkArgs| {
            let inputs = walker(WalkArgs { recursive: true, ..args }).expand(std::slice::from_ref(&root));
            let short = |name: String| name.strip_prefix(&format!("{}/", root.display())).unwrap().to_owned();
            names(&inputs).into_iter().map(short).collect::<Vec<_>>()
        };
        assert_eq!(found(WalkArgs::default()), ["a.txt", "b/y.html", "b/z"]);
        assert_eq!(found(WalkArgs { no_ignore: true, ..WalkArgs::default() }), ["a.txt", "b/y.html", "b/z", "c"]);
        assert_eq!(found(WalkArgs { glob: vec!["!z".into()], ..WalkArgs::default() }), ["a.txt", "b/y.html"]);
        assert_eq!(found(WalkArgs { glob: vec!["*.html".into()], ..WalkArgs::default() }), ["b/y.html"]);
        assert_eq!(found(WalkArgs { types: vec!["txt".into()], ..WalkArgs::default() }), ["a.txt"]);
        let hidden = found(WalkArgs { hidden: true, ..WalkArgs::default() });
        assert!(hidden.contains(&".hidden".to_owned()) && !hidden.contains(&".degarble-7-0.tmp".to_owned()));
        let alone = walker(WalkArgs::default()).expand(std::slice::from_ref(&root));
        assert!(matches!(&alone[..], [Err(CliError::Directory { .. })]));
        fs::remove_dir_all(root).unwrap();
    }

    #[test]
    fn globs_and_types_that_make_no_sense_are_told() {
        for args in [
            WalkArgs { glob: vec!["[".into()], ..WalkArgs::default() },
            WalkArgs { types: vec!["nonsense".into()], ..WalkArgs::default() },
        ] {
            assert!(matches!(Walker::new(&args, false, None), Err(CliError::Usage(_))));
        }
    }
}
