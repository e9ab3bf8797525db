//! Who holds a data folder: one process, for as long as it lives.
//!
//! The folder itself is locked, because a lock on a file in it is worth nothing once somebody has removed the file. The file
//! `lock` is locked beside it: for file systems that lock no folders (NFS), and for releases that know nothing else.

use std::{
    fs::{self, File, Metadata, OpenOptions, TryLockError},
    io::{self, ErrorKind},
    os::unix::fs::{MetadataExt, OpenOptionsExt},
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    thread,
    time::Duration,
};

/// The file beside which nobody else works.
const NAME: &str = "lock";
/// How often another one may take the file's place while it is taken.
const TRIES: u32 = 5;
/// How often it is tried while commands look in, or work there for a moment: three seconds.
const LOOKS: u32 = 150;
const PAUSE: Duration = Duration::from_millis(20);

/// A folder that no other process holds.
#[derive(Debug)]
pub(crate) struct Hold {
    path: PathBuf,
    folder: File,
    lock: Mutex<File>,
}

/// Why it cannot be held.
#[derive(Debug, thiserror::Error)]
pub(crate) enum HoldError {
    #[error("another process holds it")]
    Busy,
    #[error(transparent)]
    Io(#[from] io::Error),
}

impl Hold {
    /// Takes a folder that is there. Commands that are at work in it are waited for, for a while.
    pub(crate) fn take(path: &Path) -> Result<Self, HoldError> {
        for _ in 1..LOOKS {
            match Self::try_take(path) {
                Err(HoldError::Busy) => thread::sleep(PAUSE),
                outcome => return outcome,
            }
        }
        Self::try_take(path)
    }

    fn try_take(path: &Path) -> Result<Self, HoldError> {
        let folder = File::open(path)?;
        match folder.try_lock() {
            Err(TryLockError::WouldBlock) => return Err(HoldError::Busy),
            // Some file systems lock no folder: there the file has to do.
            Ok(()) | Err(TryLockError::Error(_)) => {}
        }
        let lock = Mutex::new(locked(path)?);
        let hold = Self { path: path.to_owned(), folder, lock };
        if hold.is_elsewhere() { Err(HoldError::Busy) } else { Ok(hold) }
    }

    /// True when it is ours no more: its path leads elsewhere, or another process has it. A file `lock` that was removed is
    /// made anew.
    pub(crate) fn is_lost(&self) -> bool {
        self.is_elsewhere() || self.mend().is_err_and(|error| matches!(error, HoldError::Busy))
    }

    fn is_elsewhere(&self) -> bool {
        match (fs::metadata(&self.path), self.folder.metadata()) {
            (Ok(there), Ok(ours)) => which(&there) != which(&ours),
            (Err(error), _) => matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory),
            // A disk that does not say is no sign of another one.
            (Ok(_), Err(_)) => false,
        }
    }

    fn mend(&self) -> Result<(), HoldError> {
        let mut lock = self.lock.lock().unwrap_or_else(PoisonError::into_inner);
        if !is_at(&lock, &self.path.join(NAME)) {
            *lock = locked(&self.path)?;
            tracing::warn!(data = %self.path.display(), "the lock of the data folder had been removed, and is made anew");
        }
        Ok(())
    }
}

/// What keeps servers from starting in a folder, and lets other commands work there.
///
/// A server knows by heart what its database holds. Were one to start while a command changes that database, it might never
/// hear of the change.
#[derive(Debug)]
pub(crate) struct Guest {
    _files: Vec<File>,
}

impl Guest {
    /// None where a server holds the folder. A folder that is not there, or that is not ours to open, has no server of ours.
    pub(crate) fn enter(path: &Path) -> Option<Self> {
        let mut files = Vec::new();
        for place in [path.to_owned(), path.join(NAME)] {
            let careful = nix::fcntl::OFlag::O_NOFOLLOW | nix::fcntl::OFlag::O_NONBLOCK;
            let mut options = OpenOptions::new();
            let Ok(file) = options.read(true).custom_flags(careful.bits()).open(place) else { continue };
            if matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)) {
                return None;
            }
            files.push(file);
        }
        Some(Self { _files: files })
    }

    /// Stays to the end of the process: a command works in one folder, and ends.
    pub(crate) fn for_good(self) {
        std::mem::forget(self);
    }
}

/// The file in the folder, made where there is none, and locked.
fn locked(folder: &Path) -> Result<File, HoldError> {
    let path = folder.join(NAME);
    for _ in 0..TRIES {
        let mut options = OpenOptions::new();
        let careful = nix::fcntl::OFlag::O_NOFOLLOW | nix::fcntl::OFlag::O_NONBLOCK;
        let options = options.write(true).create(true).truncate(false).mode(0o600);
        let lock = options.custom_flags(careful.bits()).open(&path)?;
        match lock.try_lock() {
            // Another one may have been put in its place before it was locked.
            Ok(()) if is_at(&lock, &path) => return Ok(lock),
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(HoldError::Busy),
            Err(TryLockError::Error(cause)) => return Err(cause.into()),
        }
    }
    Err(HoldError::Busy)
}

/// True when the path leads to this file.
fn is_at(file: &File, path: &Path) -> bool {
    let ours = file.metadata().ok();
    fs::symlink_metadata(path).is_ok_and(|there| ours.is_some_and(|ours| which(&there) == which(&ours)))
}

/// Which file it is, whatever it is called.
fn which(data: &Metadata) -> (u64, u64) {
    (data.dev(), data.ino())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_busy(path: &Path) -> bool {
        matches!(Hold::take(path), Err(HoldError::Busy))
    }

    #[test]
    fn one_holds_it_whatever_becomes_of_the_file() {
        let root = tempfile::tempdir().expect("a folder");
        let hold = Hold::take(root.path()).expect("free");
        assert!(is_busy(root.path()) && !hold.is_lost());
        let lock = root.path().join(NAME);
        for replaced in [false, true] {
            fs::remove_file(&lock).expect("removed");
            if replaced {
                fs::write(&lock, "").expect("made");
            }
            assert!(is_busy(root.path()), "the folder is held");
            assert!(!hold.is_lost(), "and the file is mended");
            assert!(File::open(&lock).expect("there again").try_lock().is_err());
        }
        drop(hold);
        assert!(Hold::take(root.path()).is_ok());
    }

    /// As on a file system that locks no folder, and beside a release that locks none.
    #[test]
    fn the_file_alone_is_respected() {
        let root = tempfile::tempdir().expect("a folder");
        let hold = Hold::take(root.path()).expect("free");
        hold.folder.unlock().expect("unlocked");
        assert!(is_busy(root.path()), "by its file");
        fs::remove_file(root.path().join(NAME)).expect("removed");
        let other = locked(root.path()).expect("taken by another one");
        assert!(hold.is_lost(), "which is seen");
        drop(other);
    }

    #[test]
    fn a_folder_that_was_moved_is_lost() {
        let root = tempfile::tempdir().expect("a folder");
        let (path, away) = (root.path().join("data"), root.path().join("away"));
        fs::create_dir(&path).expect("made");
        let hold = Hold::take(&path).expect("free");
        fs::rename(&path, &away).expect("moved");
        assert!(hold.is_lost(), "nothing is there");
        fs::create_dir(&path).expect("made");
        assert!(hold.is_lost(), "another one is there");
        assert!(Hold::take(&path).is_ok(), "whose server starts");
        fs::remove_dir_all(&path).expect("removed");
        fs::rename(&away, &path).expect("moved back");
        assert!(!hold.is_lost());
    }
}
