//! A new file for what must not be lost: its room is there before what is to stand in it is made.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, ErrorKind, Seek, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use anyhow::anyhow;

/// A file of the operator's own (0600). Unless it is filled, nothing stays of it.
#[derive(Debug)]
pub(super) struct Fresh {
    file: File,
    path: PathBuf,
    filled: bool,
}

impl Fresh {
    /// Makes it, with so many bytes of room; nothing is written over.
    pub(super) fn make(path: &Path, room: usize) -> anyhow::Result<Self> {
        let opened = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
        let file = opened.map_err(|error| of(path, &error))?;
        let mut fresh = Self { file, path: path.to_owned(), filled: false };
        // Zeros that are written: a hole has no room on the disk.
        let made = fresh.write(&vec![0; room]);
        made.map_err(|error| of(path, &error))?;
        Ok(fresh)
    }

    /// Writes it, in the room that it has.
    pub(super) fn fill(mut self, bytes: &[u8]) -> anyhow::Result<()> {
        let written = self.write(bytes);
        self.filled = written.is_ok();
        written.map_err(|error| of(&self.path, &error))
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.rewind()?;
        self.file.write_all(bytes)?;
        self.file.set_len(bytes.len() as u64)?;
        self.file.sync_all()
    }
}

impl Drop for Fresh {
    fn drop(&mut self) {
        if !self.filled {
            // Where it cannot be removed, it holds zeros or a part of what ended.
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// An error names its file.
fn of(path: &Path, error: &io::Error) -> anyhow::Error {
    let shown = path.display();
    match error.kind() {
        ErrorKind::AlreadyExists => anyhow!("{shown} exists, and nothing is written over: name a new file"),
        _ => anyhow!("{shown}: {error}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_filled_stays() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("key");
        let fresh = Fresh::make(&path, 90).expect("room");
        assert_eq!(path.metadata().expect("there").len(), 90);
        drop(fresh);
        assert!(!path.exists());
        Fresh::make(&path, 90).expect("room").fill(b"a key\n").expect("written");
        assert_eq!(fs::read(&path).expect("there"), b"a key\n");
        let again = Fresh::make(&path, 90).expect_err("it is there").to_string();
        assert!(again.contains("key exists"), "{again}");
        assert_eq!(fs::read(&path).expect("there"), b"a key\n", "and stays as it is");
    }
}
