//! Where the repaired text of an input goes: stdout, the file itself, a file elsewhere, nowhere.

use std::ffi::OsString;
use std::fs::{self, File, Metadata};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use super::compress::{Compression, Packer, unpack};
use super::output::NewFile;

/// Why nothing more can be written.
#[derive(Debug)]
pub(super) enum TargetError {
    /// Stdout failed: the end of the run.
    Output(io::Error),
    /// A file failed: the end of this input.
    File(PathBuf, io::Error),
}

/// The place of one input's text.
pub(super) enum Target<'a, O: Write> {
    /// Stdout; packed like the input if that was stdin.
    Stdout(Packer<&'a mut O>),
    /// The input's own file.
    Itself(Box<Rewrite>),
    /// A file elsewhere.
    Elsewhere(PathBuf, Packer<NewFile>),
    /// Nothing is written.
    Nowhere,
}

impl<O: Write> Target<'_, O> {
    /// Writes a piece; `unchanged` says that it is the input's own bytes.
    pub fn write(&mut self, bytes: &[u8], unchanged: bool) -> Result<(), TargetError> {
        match self {
            Target::Stdout(out) => {
                // A reader behind the pipe gets each piece as soon as it is done.
                out.write_all(bytes).and_then(|()| out.flush()).map_err(TargetError::Output)
            }
            Target::Itself(rewrite) => rewrite.write(bytes, unchanged).map_err(|e| TargetError::File(rewrite.path.clone(), e)),
            Target::Elsewhere(path, out) => out.write_all(bytes).map_err(|e| TargetError::File(path.clone(), e)),
            Target::Nowhere => Ok(()),
        }
    }

    /// Ends an input that was read to its end.
    pub fn commit(self) -> Result<(), TargetError> {
        match self {
            Target::Stdout(out) => out.finish().and_then(Write::flush).map_err(TargetError::Output),
            Target::Itself(rewrite) => {
                let path = rewrite.path.clone();
                rewrite.commit().map_err(|e| TargetError::File(path, e))
            }
            Target::Elsewhere(path, out) => {
                out.finish().and_then(|file| file.commit(None)).map_err(|e| TargetError::File(path, e))
            }
            Target::Nowhere => Ok(()),
        }
    }

    /// Ends an input that failed midway: files are left as they were; what went to stdout stays there.
    pub fn abandon(self) -> Result<(), TargetError> {
        match self {
            Target::Stdout(_) => self.commit(),
            _ => Ok(()),
        }
    }
}

/// A file that is rewritten once a change is found, and not before.
pub(super) struct Rewrite {
    path: PathBuf,
    before: Metadata,
    compression: Compression,
    backup: Option<OsString>,
    /// Bytes of text before the first change.
    unchanged: u64,
    new: Option<Packer<NewFile>>,
}

impl Rewrite {
    /// Of a link the file that it leads to is rewritten, and the link stays.
    pub fn new(path: &Path, compression: Compression, backup: Option<OsString>) -> io::Result<Rewrite> {
        let path = fs::canonicalize(path)?;
        let before = fs::metadata(&path)?;
        if !before.is_file() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file; --in-place cannot replace it"));
        }
        Ok(Rewrite { path, before, compression, backup, unchanged: 0, new: None })
    }

    fn write(&mut self, bytes: &[u8], unchanged: bool) -> io::Result<()> {
        if self.new.is_none() {
            if unchanged {
                self.unchanged += bytes.len() as u64;
                return Ok(());
            }
            let mut new = Packer::new(self.compression, NewFile::create(&self.path, Some(&self.before))?);
            let (_, text) = unpack(File::open(&self.path)?);
            let copied = io::copy(&mut text.take(self.unchanged), &mut new)?;
            if copied < self.unchanged {
                return Err(changed_meanwhile());
            }
            self.new = Some(new);
        }
        self.new.as_mut().expect("made above").write_all(bytes)
    }

    fn commit(self) -> io::Result<()> {
        let Some(new) = self.new else { return Ok(()) };
        let file = new.finish()?;
        let now = fs::metadata(&self.path)?;
        let same = now.len() == self.before.len() && now.modified().ok() == self.before.modified().ok();
        if !same {
            return Err(changed_meanwhile());
        }
        file.commit(self.backup.as_deref())
    }
}

/// Somebody else wrote to the file: theirs is not to be lost.
fn changed_meanwhile() -> io::Error {
    io::Error::other("changed while it was being repaired; it is left as it is")
}

/// A file in another folder, with the mode of the input.
pub(super) fn elsewhere<'a, O: Write>(
    path: PathBuf,
    like: &Path,
    compression: Compression,
) -> Result<Target<'a, O>, TargetError> {
    let make = || -> io::Result<NewFile> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let new = NewFile::create(&path, None)?;
        new.set_mode(&fs::metadata(like)?)?;
        Ok(new)
    };
    match make() {
        Ok(new) => Ok(Target::Elsewhere(path, Packer::new(compression, new))),
        Err(e) => Err(TargetError::File(path, e)),
    }
}
