//! Where the copy of the database lies until it is packed: in the data folder, since it is in clear and no less secret than
//! the database itself. The folder of the backups may be another machine's.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use super::{BackupError, lock};

/// The name of the copy; what `SQLite` puts beside it begins with it.
const COPY: &str = ".aspis-copy.part";

/// A place for one copy. It goes with this; what was killed is cleared away by the next one.
#[derive(Debug)]
pub struct Copying {
    path: PathBuf,
    _lock: File,
}

impl Copying {
    /// Takes the place in a data folder: one backup of it is made at a time.
    pub fn begin(data: &Path) -> Result<Self, BackupError> {
        let lock = lock::take(data, lock::COPY)?;
        clear(data).map_err(BackupError::io(data))?;
        Ok(Self { path: data.join(COPY), _lock: lock })
    }

    /// Where the copy belongs. Nothing is there yet.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Clears away what a backup that was killed has left in a data folder; where one is at work, nothing.
    pub fn clear(data: &Path) -> Result<(), BackupError> {
        match Self::begin(data) {
            Err(BackupError::Busy(_)) | Ok(_) => Ok(()),
            Err(error) => Err(error),
        }
    }
}

impl Drop for Copying {
    fn drop(&mut self) {
        // Cleared away by the next one, where that fails.
        let _ = self.path.parent().map(clear);
    }
}

fn clear(data: &Path) -> io::Result<()> {
    for entry in fs::read_dir(data)? {
        let entry = entry?;
        let is_dir = entry.file_type()?.is_dir();
        if !is_dir && entry.file_name().to_string_lossy().starts_with(COPY) {
            super::remove(&entry.path())?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_at_a_time_is_made_and_what_was_killed_is_cleared_away() {
        let data = tempfile::tempdir().expect("a folder");
        let precious = data.path().join("precious");
        fs::write(&precious, "precious").expect("written");
        std::os::unix::fs::symlink(&precious, data.path().join(COPY)).expect("linked");
        fs::write(data.path().join(".aspis-copy.part-journal"), "killed").expect("written");
        let copying = Copying::begin(data.path()).expect("free");
        assert!(matches!(Copying::begin(data.path()), Err(BackupError::Busy(_))));
        Copying::clear(data.path()).expect("left alone");
        fs::write(copying.path(), "a copy").expect("written");
        drop(copying);
        let mut left: Vec<_> =
            fs::read_dir(data.path()).expect("read").map(|entry| entry.expect("one").file_name()).collect();
        left.sort();
        assert_eq!(left, [".aspis-copy.lock", "precious"]);
        assert_eq!(fs::read_to_string(precious).expect("there"), "precious");
    }

    #[test]
    fn a_lock_that_is_a_link_is_not_followed() {
        let data = tempfile::tempdir().expect("a folder");
        let there = data.path().join("there");
        std::os::unix::fs::symlink(&there, data.path().join(lock::COPY)).expect("linked");
        assert!(matches!(Copying::begin(data.path()), Err(BackupError::Io { .. })));
        assert!(!there.exists());
    }
}
