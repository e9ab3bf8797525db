//! What a backup is made of: the copy of the database, the log as it stood, and every small file beside them.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Cursor, ErrorKind, Read},
    path::{Path, PathBuf},
};

use nix::fcntl::OFlag;

use super::{
    BackupError, DATA, DATABASE, Parts, SETTINGS, glance,
    name::is_like_ours,
    places::{ANCHOR, DAYS, SETTINGS_HERE, is_of_the_folder},
};
use crate::{
    file,
    security_log::snapshot::{Snapshot, snapshot},
};

/// Files of the folder that are taken in another way, or are of the place and not of what is kept in it.
const OTHERWISE: [&str; 4] = ["aspis.db", ANCHOR, DAYS, SETTINGS_HERE];
/// What every file of ours begins with that is no more than half of something.
const HALF: &str = ".aspis-";
/// How deep a file may lie in the folder.
const DEPTH: usize = 8;

/// A part before it is written.
pub(super) struct Source {
    pub(super) name: String,
    pub(super) bytes: u64,
    pub(super) from: Box<dyn Read>,
}

impl Source {
    fn file(name: String, path: &Path, opened: io::Result<File>) -> Result<Option<Self>, BackupError> {
        match opened.and_then(|file| Ok((file.metadata()?.len(), file))) {
            Ok((bytes, file)) => Ok(Some(Self { name, bytes, from: Box::new(file) })),
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
    let database = Source::file(DATABASE.to_owned(), parts.database, open(parts.database))?;
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
        let mut opened = open(&path);
        // Backups in backups would grow without an end, wherever in the folder they were put and however they are called.
        let is_backup = opened.as_mut().is_ok_and(|file| glance::is_backup(file).unwrap_or(false));
        if !is_backup {
            sources.extend(Source::file(format!("{DATA}{inner}"), &path, opened)?);
        }
    }
    if let Some(settings) = parts.settings {
        sources.extend(Source::file(SETTINGS.to_owned(), settings, file::open(settings))?);
    }
    Ok((sources, stood))
}

fn of_log(log: Snapshot) -> Vec<Source> {
    let files = log.files.into_iter().map(|(name, file, bytes)| Source {
        name: format!("{DATA}{name}"),
        bytes,
        from: Box::new(file),
    });
    let anchor = Source::held(format!("{DATA}{ANCHOR}"), log.anchor);
    let days = log.days.map(|days| Source::held(format!("{DATA}{DAYS}"), days));
    files.chain([anchor]).chain(days).collect()
}

/// Plain files below a folder; no link is followed.
fn walk(folder: &Path, without: &Path, depth: usize, found: &mut Vec<PathBuf>) -> io::Result<()> {
    let top = depth == DEPTH;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let (path, name) = (entry.path(), entry.file_name());
        let name = name.to_string_lossy();
        let kind = entry.file_type()?;
        let apart = top && (name == "logs" || is_of_the_folder(&name) || OTHERWISE.contains(&name.as_ref()));
        let half = name.ends_with(".new") || name.starts_with(HALF);
        if apart || half || path == without || is_like_ours(&name) {
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
    file::open_with(OpenOptions::new().read(true), OFlag::O_NOFOLLOW, path)
}
