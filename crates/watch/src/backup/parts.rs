//! What a backup is made of: the copy of the database, the log as it stood, and every small file beside them.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Cursor, ErrorKind, Read},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use nix::fcntl::OFlag;

use super::{BackupError, DATA, Parts, SETTINGS};
use crate::security_log::snapshot::{Snapshot, snapshot};

/// Files that are held, or made anew, by whoever works on the folder; and those that are taken in another way.
const NOT_COPIED: [&str; 8] = [
    "aspis.db",
    "aspis.db-wal",
    "aspis.db-shm",
    "aspis.db-journal",
    "lock",
    "control.sock",
    "security-log.lock",
    "security-log.anchor",
];
/// How deep a file may lie in the folder.
const DEPTH: usize = 8;

/// A part before it is written.
pub(super) struct Source {
    pub(super) name: String,
    pub(super) bytes: u64,
    pub(super) from: Box<dyn Read>,
}

impl Source {
    fn file(name: String, path: &Path) -> Result<Option<Self>, BackupError> {
        let opened = open(path).and_then(|file| Ok((file.metadata()?, file)));
        match opened {
            Ok((data, file)) if data.is_file() => {
                Ok(Some(Self { name, bytes: data.len(), from: Box::new(file) }))
            }
            Ok(_) => Ok(None),
            // It was there a moment ago; what is gone is not part of this moment.
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(cause) => Err(BackupError::Io { path: path.to_owned(), cause }),
        }
    }

    fn held(name: String, bytes: Vec<u8>) -> Self {
        Self { name, bytes: bytes.len() as u64, from: Box::new(Cursor::new(bytes)) }
    }
}

/// Every part, and where the log stood.
pub(super) fn gather(parts: &Parts<'_>) -> Result<(Vec<Source>, Option<super::Log>), BackupError> {
    let mut sources = Vec::new();
    let database = Source::file(format!("{DATA}aspis.db"), parts.database)?;
    sources.extend(database);
    let log = snapshot(parts.data).map_err(BackupError::io(&parts.data.join("logs")))?;
    let stood = log.as_ref().map(|log| super::Log { last: log.last, hash: log.hash.clone() });
    sources.extend(log.into_iter().flat_map(of_log));
    let mut files = Vec::new();
    walk(parts.data, parts.without, DEPTH, &mut files).map_err(BackupError::io(parts.data))?;
    files.sort();
    for path in files {
        let Ok(inner) = path.strip_prefix(parts.data) else { continue };
        let Some(inner) = inner.to_str() else { continue };
        sources.extend(Source::file(format!("{DATA}{inner}"), &path)?);
    }
    if let Some(settings) = parts.settings {
        sources.extend(Source::file(SETTINGS.to_owned(), settings)?);
    }
    Ok((sources, stood))
}

fn of_log(log: Snapshot) -> Vec<Source> {
    let files = log.files.into_iter().map(|(name, file, bytes)| Source {
        name: format!("{DATA}{name}"),
        bytes,
        from: Box::new(file),
    });
    let anchor = Source::held(format!("{DATA}security-log.anchor"), log.anchor);
    files.chain([anchor]).collect()
}

/// Plain files below a folder; no link is followed.
fn walk(folder: &Path, without: &Path, depth: usize, found: &mut Vec<PathBuf>) -> io::Result<()> {
    let top = depth == DEPTH;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let (path, name) = (entry.path(), entry.file_name());
        let name = name.to_string_lossy();
        let kind = entry.file_type()?;
        let apart = top && (name == "logs" || NOT_COPIED.contains(&name.as_ref()));
        if apart || path == without || name.ends_with(".new") {
            continue;
        }
        if kind.is_dir() && depth > 0 {
            walk(&path, without, depth - 1, found)?;
        } else if kind.is_file() {
            found.push(path);
        }
    }
    Ok(())
}

/// Opens a file, and no link or pipe that was put in its place.
fn open(path: &Path) -> io::Result<File> {
    let flags = (OFlag::O_NOFOLLOW | OFlag::O_NONBLOCK).bits();
    OpenOptions::new().read(true).custom_flags(flags).open(path)
}
