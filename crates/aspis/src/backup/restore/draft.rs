//! The folder that is to be replaced, and the one that is made beside it.

use std::{
    fs::{self, DirBuilder, File},
    io::{self, ErrorKind},
    os::unix::fs::{DirBuilderExt, MetadataExt},
    path::{Path, PathBuf},
};

use aspis_core::clock::Timestamp;
use aspis_watch::backup::sync_below;

use super::{
    super::swap::{self, SwapError},
    RestoreError, io_at,
};
use crate::{
    control,
    serve::{
        self,
        folder::{Hold, HoldError, Share},
    },
};

/// What a folder holds that is not whole yet: nothing else may be deleted.
const UNFINISHED: &str = ".restoring";

/// The old folder, in which no server can start meanwhile, and no command begin.
pub(super) struct Held {
    is_there: bool,
    pub(super) is_full: bool,
    _hold: Option<(Hold, Share)>,
}

impl Held {
    pub(super) fn of(data: &Path) -> Result<Self, RestoreError> {
        if fs::symlink_metadata(data).is_err() {
            return Ok(Self { is_there: false, is_full: false, _hold: None });
        }
        if control::is_live(data) {
            return Err(RestoreError::Live(data.to_owned()));
        }
        let entries = fs::read_dir(data).map_err(io_at(data))?;
        let is_full = entries.filter_map(Result::ok).any(|entry| entry.file_name() != "lock");
        let hold = (held(data)?, Share::alone(&serve::database(data))?);
        Ok(Self { is_there: true, is_full, _hold: Some(hold) })
    }
}

/// As a server holds it.
fn held(data: &Path) -> Result<Hold, RestoreError> {
    Hold::take(data).map_err(|error| match error {
        HoldError::Busy => RestoreError::Live(data.to_owned()),
        HoldError::Io(cause) => io_at(data)(cause),
    })
}

/// The new folder while it is made. It goes with whoever gives up; what was killed is cleared away by the next one.
pub(super) struct Draft {
    pub(super) path: PathBuf,
    _hold: Hold,
    /// Which folder it is: once it has changed places with the old one, that one stands at the path.
    inode: u64,
}

impl Draft {
    pub(super) fn beside(data: &Path) -> Result<Self, RestoreError> {
        let above = data.parent().unwrap_or(Path::new("/"));
        let name = data.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        DirBuilder::new().recursive(true).mode(0o700).create(above).map_err(io_at(above))?;
        let before = format!(".{name}.restore-");
        clear(above, &before).map_err(io_at(above))?;
        let path = made(above, &before).map_err(io_at(above))?;
        let hold = held(&path)?;
        File::create(path.join(UNFINISHED)).map_err(io_at(&path))?;
        let inode = inode(&path).unwrap_or_default();
        Ok(Self { path, _hold: hold, inode })
    }

    /// Puts it in its place. Returns where the old one is.
    pub(super) fn settle(
        self,
        data: &Path,
        held: &Held,
        seconds: i64,
    ) -> Result<Option<PathBuf>, RestoreError> {
        let aside = free_name(data, seconds);
        let ready = fs::remove_file(self.path.join(UNFINISHED)).and_then(|()| sync_below(&self.path));
        let settled = ready.map_err(SwapError::Before).and_then(|()| {
            if held.is_there {
                swap::exchange(&self.path, data, &aside)
            } else {
                swap::place(&self.path, data)
            }
        });
        settled.map_err(|error| told(error, data))?;
        if held.is_full {
            return Ok(Some(aside));
        }
        if held.is_there {
            // There was nothing in it but the lock.
            let _ = fs::remove_dir_all(&aside);
        }
        Ok(None)
    }
}

/// What stands where then, in the words of a restore.
fn told(error: SwapError, data: &Path) -> RestoreError {
    let data = data.to_owned();
    match error {
        SwapError::Before(cause) if swap::is_mounted(&cause) => RestoreError::Mounted(data),
        SwapError::Before(cause) => RestoreError::Io { path: data, cause },
        SwapError::After { old, cause } => {
            let old =
                old.map_or_else(String::new, |old| format!("; the old folder lies at {}", old.display()));
            RestoreError::Unsure { data, old, cause }
        }
        SwapError::Between { old, cause } => RestoreError::Between { data, old, cause },
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if inode(&self.path) == Some(self.inode) {
            let _ = fs::remove_dir_all(&self.path);
        }
    }
}

/// A folder of its own, also where another process of this number has one (in containers many are number 1).
fn made(above: &Path, before: &str) -> io::Result<PathBuf> {
    let first = std::process::id();
    let mut taken = None;
    for number in (first..).take(1000) {
        let path = above.join(format!("{before}{number}"));
        match DirBuilder::new().mode(0o700).create(&path) {
            Ok(()) => return Ok(path),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => taken = Some(error),
            Err(error) => return Err(error),
        }
    }
    Err(taken.unwrap_or_else(|| ErrorKind::AlreadyExists.into()))
}

/// Old folders that a restore which was killed has left under a hidden name are called as they would have been. Returns where
/// they are; nothing of them is deleted.
pub(super) fn unhide(data: &Path, seconds: i64) -> Result<Vec<PathBuf>, RestoreError> {
    let Some(above) = data.parent() else { return Ok(Vec::new()) };
    let name = data.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let mut found = Vec::new();
    let Ok(entries) = fs::read_dir(above) else { return Ok(found) };
    for entry in entries {
        let path = entry.map_err(io_at(above))?.path();
        let ours = path.file_name().is_some_and(|found| is_hidden(&found.to_string_lossy(), &name));
        let is_folder = fs::symlink_metadata(&path).is_ok_and(|found| found.is_dir());
        let is_whole = serve::database(&path).is_file() && !path.join(UNFINISHED).exists();
        if ours && is_folder && is_whole && held(&path).is_ok() {
            let aside = free_name(data, seconds);
            fs::rename(&path, &aside).map_err(io_at(&path))?;
            found.push(aside);
        }
    }
    Ok(found)
}

/// `.data.restore-4711`
fn is_hidden(found: &str, name: &str) -> bool {
    let number = found.strip_prefix('.').and_then(|rest| rest.strip_prefix(name)?.strip_prefix(".restore-"));
    number.is_some_and(|number| !number.is_empty() && number.bytes().all(|c| c.is_ascii_digit()))
}

fn inode(path: &Path) -> Option<u64> {
    fs::symlink_metadata(path).ok().map(|folder| folder.ino())
}

/// Takes away what was begun and never ended, where nobody is at work on it.
fn clear(above: &Path, before: &str) -> io::Result<()> {
    for entry in fs::read_dir(above)? {
        let path = entry?.path();
        let ours = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(before));
        if ours && path.join(UNFINISHED).is_file() && held(&path).is_ok() {
            fs::remove_dir_all(&path)?;
        }
    }
    Ok(())
}

/// `data.before-restore-20261122T031500Z`
fn free_name(data: &Path, seconds: i64) -> PathBuf {
    let at = Timestamp::from_seconds(seconds).to_string();
    let digits: String = at.chars().filter(|c| !matches!(c, '-' | ':')).collect();
    let name = data.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let named = |more: &str| data.with_file_name(format!("{name}.before-restore-{digits}{more}"));
    let mut free = std::iter::once(named("")).chain((2..1000).map(|more| named(&format!(".{more}"))));
    free.find(|path| fs::symlink_metadata(path).is_err()).unwrap_or_else(|| named(".more"))
}
