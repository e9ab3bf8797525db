//! The folder of the backups: one at a time is made there, and of one's own those that are too many go.

use std::{
    fs::{self, DirBuilder, File},
    io::{self, ErrorKind},
    os::unix::fs::{DirBuilderExt, MetadataExt},
    path::{Path, PathBuf},
    time::Duration,
};

use aspis_core::clock::Timestamp;

use super::{
    BackupError, Deployment, Keep, Stamp,
    glance::is_whole,
    lock,
    name::{is_like_ours, is_sealed_by_name},
};

/// How far ahead of the clock a backup may be: clocks are set.
const AHEAD: Duration = Duration::from_secs(3600);
/// Who else may write: group and others.
const OTHERS: u32 = 0o022;

/// A folder in which nobody else makes a backup for as long as this lives.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    of: Deployment,
    _lock: File,
}

/// What was cleared away.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tidied {
    /// Backups that went.
    pub removed: usize,
    /// Files that are called like one of ours and are none, or not whole, or of the future. They count for nothing, and were
    /// left alone.
    pub strange: usize,
}

impl Folder {
    /// Makes it where it is missing, takes it, and clears away what was begun there for this deployment and never ended.
    pub fn open(path: &Path, of: Deployment) -> Result<Self, BackupError> {
        DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(BackupError::io(path))?;
        let folder = Self { path: path.to_owned(), of, _lock: lock::take(path, lock::BACKUPS)? };
        folder.clear().map_err(BackupError::io(path))?;
        Ok(folder)
    }

    /// Refuses a folder in which others could put something in the place of what is ours. Where nobody can remove what is
    /// not theirs (`/tmp`), a single file may be written.
    pub fn judge(path: &Path, is_kept: bool) -> Result<(), BackupError> {
        let Ok(found) = fs::metadata(path) else { return Ok(()) };
        let (me, mode) = (nix::unistd::geteuid().as_raw(), found.mode());
        let is_sticky = !is_kept && mode & 0o1000 != 0;
        let others = if is_kept { OTHERS } else { OTHERS & 0o007 };
        if mode & others != 0 && !is_sticky {
            return Err(BackupError::Open { path: path.to_owned(), mode: mode & 0o7777 });
        }
        if is_kept && found.uid() != me && found.uid() != 0 {
            return Err(BackupError::Foreign(path.to_owned()));
        }
        Ok(())
    }

    /// Its path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What a backup of that moment is called here. Where the second is taken, the next that is free: none is written over.
    pub fn stamp(&self, at: Timestamp, upgrade: bool, sealed: bool) -> Stamp {
        let mut stamp = Stamp { upgrade, ..Stamp::now(at, self.of, sealed) };
        while fs::symlink_metadata(self.path.join(stamp.name())).is_ok() {
            stamp.at = stamp.at.plus(Duration::from_secs(1));
        }
        stamp
    }

    /// Takes away what was never ended; parts of others, by whatever name, are theirs.
    fn clear(&self) -> io::Result<()> {
        for name in names(&self.path)? {
            let inner = name.strip_prefix('.').and_then(|name| name.strip_suffix(".part"));
            if inner.and_then(Stamp::read).is_some_and(|stamp| stamp.of == self.of) {
                super::remove(&self.path.join(&name))?;
            }
        }
        Ok(())
    }

    /// Takes away what is too much by the rule, of this deployment's alone, and never the one that was just made.
    pub fn tidy(&self, keep: Keep, made: Stamp, now: Timestamp) -> Result<Tidied, BackupError> {
        let lying = Shelf::of(&self.path, self.of, now).map_err(BackupError::io(&self.path))?;
        let surplus = keep.surplus(&lying.whole);
        let mut tidied = Tidied { removed: 0, strange: lying.strange };
        for stamp in surplus.into_iter().filter(|stamp| *stamp != made) {
            let path = self.path.join(stamp.name());
            fs::remove_file(&path).map_err(BackupError::io(&path))?;
            tidied.removed += 1;
        }
        Ok(tidied)
    }

    /// How many files there are no backups although they are called so; nothing is taken away.
    pub fn strange(&self, now: Timestamp) -> Result<usize, BackupError> {
        Ok(Shelf::of(&self.path, self.of, now).map_err(BackupError::io(&self.path))?.strange)
    }

    /// True where backups lie that are encrypted, whoever's they are.
    pub fn holds_sealed(&self) -> Result<bool, BackupError> {
        let names = names(&self.path).map_err(BackupError::io(&self.path))?;
        Ok(names.iter().any(|name| is_sealed_by_name(name)))
    }

    /// The newest backup of this deployment that was made before an upgrade.
    pub fn before_upgrade(&self, now: Timestamp) -> Result<Option<PathBuf>, BackupError> {
        let lying = Shelf::of(&self.path, self.of, now).map_err(BackupError::io(&self.path))?;
        let newest = lying.whole.into_iter().filter(|stamp| stamp.upgrade).max();
        Ok(newest.map(|stamp| self.path.join(stamp.name())))
    }
}

/// The newest whole backup of a deployment; none where there is none.
pub fn newest(folder: &Path, of: Deployment, now: Timestamp) -> io::Result<Option<Stamp>> {
    Ok(Shelf::of(folder, of, now)?.whole.into_iter().max())
}

/// What lies in a folder.
#[derive(Debug, Default)]
struct Shelf {
    /// Whole backups of the deployment, as far as a glance at each tells.
    whole: Vec<Stamp>,
    /// Files that are called like them.
    strange: usize,
}

impl Shelf {
    fn of(folder: &Path, of: Deployment, now: Timestamp) -> io::Result<Self> {
        let mut shelf = Self::default();
        for name in names(folder)? {
            match Stamp::read(&name) {
                // Another deployment's: neither ours nor strange.
                Some(stamp) if stamp.of != of => {}
                Some(stamp) if stamp.at <= now.plus(AHEAD) && is_whole(&folder.join(&name), stamp.sealed) => {
                    shelf.whole.push(stamp);
                }
                None if !is_like_ours(&name) => {}
                Some(_) | None => shelf.strange += 1,
            }
        }
        Ok(shelf)
    }
}

/// The names in a folder that are text; none where there is no folder.
fn names(folder: &Path) -> io::Result<Vec<String>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    entries.filter_map(|entry| entry.map(|entry| entry.file_name().into_string().ok()).transpose()).collect()
}
