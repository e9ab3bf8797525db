//! A file beside which nobody else does the same.

use std::{
    fs::{File, OpenOptions, TryLockError},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use nix::fcntl::OFlag;

use super::BackupError;
use crate::file;

/// Its name in a folder of backups.
pub(super) const BACKUPS: &str = ".aspis-backup.lock";
/// Its name in a data folder: another one, since a backup may be put there, too.
pub(super) const COPY: &str = ".aspis-copy.lock";

/// Takes the one of this name in a folder, for as long as what is returned lives. What a link leads to is not touched.
pub(super) fn take(folder: &Path, name: &str) -> Result<File, BackupError> {
    let path = folder.join(name);
    let mut options = OpenOptions::new();
    let options = options.write(true).create(true).truncate(false).mode(0o600);
    let lock = file::open_with(options, OFlag::O_NOFOLLOW, &path).map_err(BackupError::io(&path))?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(BackupError::Busy(folder.to_owned())),
        Err(TryLockError::Error(cause)) => Err(BackupError::Io { path, cause }),
    }
}
