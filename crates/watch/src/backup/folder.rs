//! The folder of the backups: one at a time is made there, and those that are too many go.

use std::{
    fs::{self, DirBuilder, File, OpenOptions, TryLockError},
    io,
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
    time::Duration,
};

use aspis_core::clock::Timestamp;

use super::{BackupError, Keep, Stamp};

const LOCK: &str = ".aspis-backup.lock";

/// A folder in which nobody else makes a backup for as long as this lives.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    _lock: File,
}

impl Folder {
    /// Makes it where it is missing, takes it, and clears away what was begun there and never ended.
    pub fn open(path: &Path) -> Result<Self, BackupError> {
        DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(BackupError::io(path))?;
        let lock =
            OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path.join(LOCK));
        let lock = lock.map_err(BackupError::io(path))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(BackupError::Busy(path.to_owned())),
            Err(TryLockError::Error(cause)) => return Err(BackupError::Io { path: path.to_owned(), cause }),
        }
        let folder = Self { path: path.to_owned(), _lock: lock };
        folder.clear().map_err(BackupError::io(path))?;
        Ok(folder)
    }

    /// Its path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The file that is held meanwhile.
    pub fn lock(&self) -> PathBuf {
        self.path.join(LOCK)
    }

    /// Where the copy of the database is until it is packed: a name that is cleared away.
    pub fn copy(&self) -> PathBuf {
        self.path.join(".aspis-copy.part")
    }

    /// What a backup of that moment is called here. Where the second is taken, the next that is free: an upgrade that was
    /// killed and begun anew at once makes another, and neither is written over.
    pub fn stamp(&self, at: Timestamp, sealed: bool) -> Stamp {
        let mut stamp = Stamp::now(at, sealed);
        while fs::symlink_metadata(self.path.join(stamp.name())).is_ok() {
            stamp = Stamp::now(stamp.at.plus(Duration::from_secs(1)), sealed);
        }
        stamp
    }

    fn clear(&self) -> io::Result<()> {
        for entry in fs::read_dir(&self.path)? {
            let entry = entry?;
            let name = entry.file_name();
            let name = name.to_string_lossy();
            let ours = name.starts_with(".aspis-") && (name.ends_with(".part") || name.contains(".part-"));
            if ours && entry.file_type()?.is_file() {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }

    /// Takes away what is too much by the rule. Returns how many went.
    pub fn tidy(&self, keep: Keep) -> Result<usize, BackupError> {
        let all = stamps(&self.path).map_err(BackupError::io(&self.path))?;
        let surplus = keep.surplus(&all);
        for stamp in &surplus {
            let path = self.path.join(stamp.name());
            fs::remove_file(&path).map_err(BackupError::io(&path))?;
        }
        Ok(surplus.len())
    }
}

/// The newest backup of a folder; none where there is none.
pub fn newest(folder: &Path) -> io::Result<Option<Stamp>> {
    Ok(stamps(folder)?.into_iter().max())
}

fn stamps(folder: &Path) -> io::Result<Vec<Stamp>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry?;
        let stamp = entry.file_name().to_str().and_then(Stamp::read);
        found.extend(stamp.filter(|_| entry.file_type().is_ok_and(|kind| kind.is_file())));
    }
    Ok(found)
}
