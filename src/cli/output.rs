//! Writes a new file whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

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
    let beside = beside(&path)?;
    // The rename must not come true on disk before the bytes do.
    let written = create_new(&beside).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()
    });
    let done = written.and_then(|()| fs::rename(&beside, &path));
    if done.is_err() {
        let _ = fs::remove_file(&beside);
    }
    done
}

fn create_new(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).open(path)
}

/// A hidden name in the same folder, so that the rename stays within one file system.
fn beside(path: &Path) -> io::Result<PathBuf> {
    let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?;
    let mut hidden = std::ffi::OsString::from(".");
    hidden.push(name);
    hidden.push(format!(".{}.tmp", std::process::id()));
    Ok(folder_of(path).join(hidden))
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

    #[test]
    fn a_file_is_replaced_and_nothing_is_left_behind() {
        let folder = std::env::temp_dir().join(format!("degarble-output-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join("m.model");
        for text in ["first", "second"] {
            write_whole(&path, text.as_bytes()).unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), text);
        }
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
        assert!(check(&path, &[&path]).is_err());
        assert!(check(&folder.join("none/m.model"), &[]).is_err());
        fs::remove_dir_all(folder).unwrap();
    }
}
