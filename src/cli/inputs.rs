//! From the names on the command line to a list of documents.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::error::CliError;

/// One document to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Input {
    /// `-`, or no file at all.
    Stdin,
    /// A file.
    File(PathBuf),
}

impl Input {
    /// The input as reports and errors call it.
    pub fn name(&self) -> String {
        match self {
            Input::Stdin => "-".to_owned(),
            Input::File(path) => path.display().to_string(),
        }
    }

    /// Opens the input.
    pub fn open(&self) -> io::Result<Box<dyn Read>> {
        Ok(match self {
            Input::Stdin => Box::new(io::stdin().lock()),
            Input::File(path) => Box::new(File::open(path)?),
        })
    }

    /// Whether reading this input reads `file`, whatever it is called there.
    pub fn is_same_file(&self, file: &FileIdentity) -> bool {
        let own = match self {
            Input::Stdin => FileIdentity::of_stdin(),
            Input::File(path) => FileIdentity::of_path(path),
        };
        own.as_ref() == Some(file)
    }
}

/// Turns names into inputs, in order; a name that cannot be an input stands as its error, so that the others are still done.
pub(super) fn expand(files: &[PathBuf], recursive: bool) -> Vec<Result<Input, CliError>> {
    if files.is_empty() {
        return vec![Ok(Input::Stdin)];
    }
    let mut out = Vec::new();
    for path in files {
        if path.as_os_str() == "-" {
            out.push(Ok(Input::Stdin));
        } else if !path.is_dir() {
            out.push(Ok(Input::File(path.clone())));
        } else if recursive {
            walk(path, &mut out);
        } else {
            out.push(Err(CliError::Directory { name: path.display().to_string() }));
        }
    }
    out
}

/// The files of a corpus: folders are walked without being asked to, and nothing may fail.
pub(super) fn corpus_files(paths: &[PathBuf]) -> Result<Vec<PathBuf>, CliError> {
    let mut out = Vec::new();
    for path in paths {
        if path.is_dir() {
            walk(path, &mut out);
        } else {
            out.push(Ok(Input::File(path.clone())));
        }
    }
    let files = out.into_iter().filter_map(|input| match input {
        Ok(Input::File(path)) => Some(Ok(path)),
        Ok(Input::Stdin) => None,
        Err(e) => Some(Err(e)),
    });
    files.collect()
}

/// Adds the regular files below a folder, sorted by name at each level so that the order is the same on every machine.
///
/// Hidden entries are skipped, and links too: a link may lead in a circle, or to a file that is in the list already.
fn walk(folder: &Path, out: &mut Vec<Result<Input, CliError>>) {
    let failed = |source| CliError::Read { name: folder.display().to_string(), source };
    let entries = match fs::read_dir(folder).and_then(|entries| entries.collect::<io::Result<Vec<_>>>()) {
        Ok(entries) => entries,
        Err(e) => return out.push(Err(failed(e))),
    };
    let mut entries: Vec<_> = entries.into_iter().filter(|e| !is_hidden(e)).collect();
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => walk(&entry.path(), out),
            Ok(kind) if kind.is_file() => out.push(Ok(Input::File(entry.path()))),
            Ok(_) => {}
            Err(source) => out.push(Err(CliError::Read { name: entry.path().display().to_string(), source })),
        }
    }
}

fn is_hidden(entry: &fs::DirEntry) -> bool {
    entry.file_name().as_encoded_bytes().starts_with(b".")
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

    #[test]
    fn no_file_and_a_dash_are_stdin() {
        assert_eq!(names(&expand(&[], false)), ["-"]);
        assert_eq!(names(&expand(&["-".into(), "a".into()], false)), ["-", "a"]);
    }

    #[test]
    fn folders_are_walked_in_order_and_only_on_request() {
        let root = std::env::temp_dir().join(format!("degarble-inputs-{}", std::process::id()));
        fs::create_dir_all(root.join("b/.git")).unwrap();
        for file in ["c", "a", "b/z", "b/y", ".hidden", "b/.git/config"] {
            fs::write(root.join(file), "").unwrap();
        }
        let found = names(&expand(std::slice::from_ref(&root), true));
        let wanted: Vec<String> = ["a", "b/y", "b/z", "c"].iter().map(|f| root.join(f).display().to_string()).collect();
        assert_eq!(found, wanted);
        assert!(matches!(&expand(std::slice::from_ref(&root), false)[..], [Err(CliError::Directory { .. })]));
        fs::remove_dir_all(root).unwrap();
    }
}
