//! Commands that work on the database without a server, beside each other: a restore waits for none of them, and lets none in.
//!
//! The database itself is locked, shared by commands and alone by a restore; what `SQLite` locks on it is of another kind.
//! But a process that closes the file a second time loses what `SQLite` holds there: so it is taken by processes that are one
//! command, before they open the database, and kept to their end. Deliberately not here: servers, of which one alone holds the
//! folder ([`super::Hold`]).

use std::{
    fs::{self, File, TryLockError},
    io::{self, ErrorKind},
    os::unix::fs::MetadataExt,
    path::Path,
};

use aspis_watch::file;

/// How often a restore may put another database in the place of the one that was locked.
const TRIES: u32 = 5;

/// Why it cannot be shared, or had alone.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ShareError {
    #[error("the data folder is being restored: try again when that is done")]
    Restored,
    #[error("a command works on the data folder: let it end first")]
    Worked,
    #[error("the database cannot be held: {0}")]
    Io(#[from] io::Error),
}

/// A database that no restore takes away for as long as this lives.
#[derive(Debug)]
pub(crate) struct Share(Option<File>);

impl Share {
    /// For a command. Where there is no database, there is nothing to share.
    pub(crate) fn take(database: &Path) -> Result<Self, ShareError> {
        held(database, File::try_lock_shared, || ShareError::Restored)
    }

    /// For a restore.
    pub(crate) fn alone(database: &Path) -> Result<Self, ShareError> {
        held(database, File::try_lock, || ShareError::Worked)
    }

    /// Keeps it to the end of the process: a command works on one folder, and ends.
    pub(crate) fn for_good(self) {
        std::mem::forget(self.0);
    }
}

fn held(
    database: &Path,
    lock: impl Fn(&File) -> Result<(), TryLockError>,
    busy: impl Fn() -> ShareError,
) -> Result<Share, ShareError> {
    for _ in 0..TRIES {
        let file = match file::open(database) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Share(None)),
            Err(error) => return Err(error.into()),
        };
        match lock(&file) {
            Ok(()) if is_at(&file, database) => return Ok(Share(Some(file))),
            // Another one stands there by now.
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(busy()),
            // Some file systems lock no file in this way: there nobody is kept apart.
            Err(TryLockError::Error(_)) => return Ok(Share(Some(file))),
        }
    }
    Err(busy())
}

fn is_at(file: &File, path: &Path) -> bool {
    let which = |data: fs::Metadata| (data.dev(), data.ino());
    file.metadata().ok().map(which) == fs::metadata(path).ok().map(which)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_share_and_a_restore_is_alone() {
        let root = tempfile::tempdir().expect("a folder");
        let database = root.path().join("aspis.db");
        assert!(Share::alone(&database).is_ok(), "there is nothing to hold");
        fs::write(&database, "").expect("written");
        let (one, two) = (Share::take(&database), Share::take(&database));
        assert!(one.is_ok() && two.is_ok());
        assert!(matches!(Share::alone(&database), Err(ShareError::Worked)));
        drop((one, two));
        let alone = Share::alone(&database).expect("free");
        assert!(matches!(Share::take(&database), Err(ShareError::Restored)));
        fs::rename(&database, root.path().join("aside")).expect("moved");
        fs::write(&database, "").expect("written");
        assert!(Share::take(&database).is_ok(), "the new one is free");
        drop(alone);
    }
}
