//! Writes a new file whole or not at all.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use super::error::CliError;
use super::inputs::FileIdentity;

/// Refuses an output that is one of the inputs, or whose folder is not there: better before the long work than after it.
pub(super) fn check(output: &Path, inputs: &[&Path]) -> Result<(), CliError> {
    let folder = folder_of(output);
    if !folder.is_dir() {
        return Err(CliError::Usage(format!("{}: {} is not a directory", output.display(), folder.display())));
    }
    let own = FileIdentity::of_path(output);
    if own.is_some() && inputs.iter().any(|i| FileIdentity::of_path(i) == own) {
        return Err(CliError::Usage(format!("{}: is also an input; choose another output", output.display())));
    }
    Ok(())
}

/// Writes `bytes` to a file that others see complete or as it was before.
pub(super) fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), CliError> {
    replace(path, bytes).map_err(|source| CliError::Write { path: path.to_owned(), source })
}

fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    // A link stays a link: what it points to is replaced. A device or pipe cannot be replaced, only written to.
    let path = match fs::metadata(path) {
        Ok(there) if !there.is_file() => return fs::write(path, bytes),
        Ok(_) => fs::canonicalize(path)?,
        Err(_) => path.to_owned(),
    };
    let mut file = NewFile::create(&path, None)?;
    file.write_all(bytes)?;
    file.commit(None)
}

/// A file in the making: a hidden one beside the place it is to take; gone again unless it is committed.
#[derive(Debug)]
pub(super) struct NewFile {
    file: File,
    beside: PathBuf,
    path: PathBuf,
}

impl NewFile {
    /// Begins a file that is to take the place of `path`, with the mode and owner of `like`.
    pub fn create(path: &Path, like: Option<&Metadata>) -> io::Result<NewFile> {
        let (file, beside) = create_beside(path)?;
        // From here on the file is removed again when something fails.
        let new = NewFile { file, beside, path: path.to_owned() };
        if let Some(like) = like {
            keep_owner(&new.file, like)?;
            new.set_mode(like)?;
        }
        Ok(new)
    }

    /// Gives the file the mode of another one.
    pub fn set_mode(&self, like: &Metadata) -> io::Result<()> {
        self.file.set_permissions(like.permissions())
    }

    /// Puts the file into its place, after a copy of what is there was kept under its name with `backup` behind it.
    pub fn commit(self, backup: Option<&OsStr>) -> io::Result<()> {
        // The rename must not come true on disk before the bytes do.
        self.file.sync_all()?;
        if let Some(suffix) = backup {
            let mut name = self.path.clone().into_os_string();
            name.push(suffix);
            keep_copy(&self.path, Path::new(&name))?;
        }
        fs::rename(&self.beside, &self.path)
    }
}

impl Write for NewFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        // After a commit there is nothing by that name any more.
        let _ = fs::remove_file(&self.beside);
    }
}

/// Makes `copy` another name of what is at `path` now; the file itself never goes away meanwhile.
fn keep_copy(path: &Path, copy: &Path) -> io::Result<()> {
    let beside = hidden_beside(path)?;
    // File systems without hard links get a copy.
    if fs::hard_link(path, &beside).is_err() {
        fs::copy(path, &beside)?;
    }
    fs::rename(&beside, copy).inspect_err(|_| {
        let _ = fs::remove_file(&beside);
    })
}

#[cfg(unix)]
fn keep_owner(file: &File, like: &Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, fchown};
    let own = file.metadata()?;
    let differs = |a: u32, b: u32| (a != b).then_some(b);
    let (user, group) = (differs(own.uid(), like.uid()), differs(own.gid(), like.gid()));
    if user.is_none() && group.is_none() {
        return Ok(());
    }
    fchown(file, user, group).map_err(|e| io::Error::new(e.kind(), format!("its owner and group cannot be kept: {e}")))
}

#[cfg(not(unix))]
fn keep_owner(_: &File, _: &Metadata) -> io::Result<()> {
    Ok(())
}

fn create_beside(path: &Path) -> io::Result<(File, PathBuf)> {
    loop {
        let beside = hidden_beside(path)?;
        match OpenOptions::new().write(true).create_new(true).open(&beside) {
            // A run that was killed may have left its file behind, and the system may give its number again.
            Err(e) if e.kind() == ErrorKind::AlreadyExists => {}
            done => return done.map(|file| (file, beside)),
        }
    }
}

/// A hidden name in the same folder, so that the rename stays within one file system.
fn hidden_beside(path: &Path) -> io::Result<PathBuf> {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    path.file_name().ok_or(ErrorKind::InvalidInput)?;
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    Ok(folder_of(path).join(OsString::from(format!(".degarble-{}-{number}.tmp", std::process::id()))))
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Folder {
            let folder = std::env::temp_dir().join(format!("degarble-output-{name}-{}", std::process::id()));
            fs::create_dir_all(&folder).unwrap();
            Folder(folder)
        }

        fn names(&self) -> Vec<String> {
            let names = fs::read_dir(&self.0).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap());
            let mut names: Vec<String> = names.collect();
            names.sort();
            names
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn a_file_is_replaced_and_nothing_is_left_behind() {
        let folder = Folder::new("whole");
        let path = folder.0.join("m.model");
        for text in ["first", "second"] {
            write_whole(&path, text.as_bytes()).unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), text);
        }
        assert_eq!(folder.names(), ["m.model"]);
        assert!(check(&path, &[&path]).is_err());
        assert!(check(&folder.0.join("none/m.model"), &[]).is_err());
    }

    #[test]
    fn a_file_that_is_not_committed_goes_away() {
        let folder = Folder::new("dropped");
        let path = folder.0.join("a");
        fs::write(&path, "old").unwrap();
        let mut new = NewFile::create(&path, None).unwrap();
        new.write_all(b"new").unwrap();
        assert_eq!(folder.names().len(), 2);
        drop(new);
        assert_eq!((folder.names(), fs::read_to_string(&path).unwrap()), (vec!["a".to_owned()], "old".to_owned()));
    }

    #[test]
    fn the_old_file_is_kept_on_request() {
        let folder = Folder::new("backup");
        let path = folder.0.join("a");
        for (old, new) in [("one", "two"), ("two", "three")] {
            fs::write(&path, old).unwrap();
            let mut file = NewFile::create(&path, Some(&fs::metadata(&path).unwrap())).unwrap();
            file.write_all(new.as_bytes()).unwrap();
            file.commit(Some(OsStr::new(".bak"))).unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), new);
            assert_eq!(fs::read_to_string(folder.0.join("a.bak")).unwrap(), old);
        }
        assert_eq!(folder.names(), ["a", "a.bak"]);
    }
}
