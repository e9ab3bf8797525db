//! Backups: one file that holds all that a data folder needs to stand again, with a manifest by which each part is proved.
//!
//! A file is written under another name, is on the disk, and is read back whole before it gets its own: what has a good
//! name is a good backup, whenever the process ends. Deliberately not here: the database (who calls brings a copy of it, and
//! judges what it says), the schedule, and the swap of folders.

mod copying;
mod deployment;
mod folder;
mod glance;
mod hashing;
mod keep;
mod lock;
mod manifest;
mod name;
mod parts;
mod places;
mod read;
mod sealed;
mod write;

use std::{
    fs,
    io::{self, ErrorKind},
    path::{Path, PathBuf},
};

pub use copying::Copying;
pub use deployment::Deployment;
pub use folder::{Folder, Tidied, newest};
pub use hashing::sum;
pub use keep::Keep;
pub use manifest::{Books, Database, Log, Manifest, Part};
pub use name::Stamp;
pub use read::{Kind, extract, kind, prove, sync_below};
pub use sealed::{Cost, Seal};
pub use write::{Parts, write};

/// Where the files of the data folder stand in a backup.
pub(crate) const DATA: &str = "data/";
/// Where the database stands in a backup: its first part.
pub(crate) const DATABASE: &str = "data/aspis.db";
/// The name of the settings in a backup.
pub const SETTINGS: &str = "settings/aspis.toml";
/// The name of the manifest in a backup: its last part, so that what was cut has none.
pub(crate) const MANIFEST: &str = "manifest.json";

/// Why there is no backup, or why one cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// A file cannot be read or written.
    #[error("{}: {cause}", path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        cause: io::Error,
    },
    /// Somebody else makes a backup in this folder.
    #[error("another backup is being made in {}", .0.display())]
    Busy(PathBuf),
    /// There is a file of this name.
    #[error("{} is there already; nothing was written over", .0.display())]
    Taken(PathBuf),
    /// Others may write to its folder.
    #[error(
        "others can write to the folder {} (mode {mode:04o}), and could put something in the place of a backup: chmod go-w it",
        path.display()
    )]
    Open {
        /// Which folder.
        path: PathBuf,
        /// Its mode.
        mode: u32,
    },
    /// Its folder is somebody else's.
    #[error("the folder {} belongs to another user: give it to the one who makes the backups", .0.display())]
    Foreign(PathBuf),
    /// There is no room for what it holds.
    #[error("{} holds {needs} bytes, and only {free} are free in the place of the data folder", path.display())]
    Room {
        /// Which file.
        path: PathBuf,
        /// What it says that it holds.
        needs: u64,
        /// What is free.
        free: u64,
    },
    /// It is encrypted, and no passphrase was given.
    #[error("{} is encrypted: give its passphrase by backup.passphrase or backup.passphrase_file", .0.display())]
    Sealed(PathBuf),
    /// The passphrase does not open it.
    #[error("the passphrase does not open {}", .0.display())]
    WrongPassphrase(PathBuf),
    /// It is no backup, or not whole.
    #[error("{} is not a whole backup: {why}", path.display())]
    Broken {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
}

impl BackupError {
    pub(crate) fn io(path: &Path) -> impl FnOnce(io::Error) -> Self + '_ {
        move |cause| Self::Io { path: path.to_owned(), cause }
    }

    pub(crate) fn broken(path: &Path, why: impl Into<String>) -> Self {
        Self::Broken { path: path.to_owned(), why: why.into() }
    }
}

/// Takes a file away, where it is there; of a link the link.
fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;
