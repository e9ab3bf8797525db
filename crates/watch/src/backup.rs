//! Backups: one file that holds all that a data folder needs to stand again, with a manifest by which each part is proved.
//!
//! A file is written under another name, is on the disk, and is read back whole before it gets its own: what has a good
//! name is a good backup, whenever the process ends. Deliberately not here: the database (who calls brings a copy of it, and
//! judges what it says), the schedule, and the swap of folders.

mod folder;
mod keep;
mod manifest;
mod name;
mod parts;
mod read;
mod sealed;
mod write;

use std::{
    io,
    path::{Path, PathBuf},
};

pub use folder::{Folder, newest};
pub use keep::Keep;
pub use manifest::{Books, Database, Log, Manifest, Part};
pub use name::Stamp;
pub use read::{Kind, extract, kind, prove, sync_below};
pub use sealed::{Cost, Seal};
pub use write::{Parts, write};

/// Where the files of the data folder stand in a backup.
pub(crate) const DATA: &str = "data/";
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
        #[source]
        cause: io::Error,
    },
    /// Somebody else makes a backup in this folder.
    #[error("another backup is being made in {}", .0.display())]
    Busy(PathBuf),
    /// There is a file of this name.
    #[error("{} is there already; nothing was written over", .0.display())]
    Taken(PathBuf),
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

#[cfg(test)]
mod tests;
