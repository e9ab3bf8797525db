//! The folder that is to be replaced, and the one that is made beside it.

use std::{
    fs::{self, DirBuilder, File},
    io,
    os::unix::fs::{DirBuilderExt, MetadataExt},
    path::{Path, PathBuf},
};

use aspis_core::clock::Timestamp;
use aspis_watch::backup::sync_below;

use super::{super::swap, RestoreError, io_at};
use crate::{
    control::{self, Request},
    serve::folder::{Hold, HoldError},
};

/// What a folder holds that is not whole yet: nothing else may be deleted.
const UNFINISHED: &str = ".restoring";

/// The old folder, in which no server can start meanwhile.
pub(super) struct Held {
    is_there: bool,
    pub(super) is_full: bool,
    _hold: Option<Hold>,
}

impl Held {
    pub(super) fn of(data: &Path) -> Result<Self, RestoreError> {
        if fs::symlink_metadata(data).is_err() {
            return Ok(Self { is_there: false, is_full: false, _hold: None });
        }
        if control::ask(data, &Request::Ping).is_ok_and(|answer| answer.is_some()) {
            return Err(RestoreError::Live(data.to_owned()));
        }
        let entries = fs::read_dir(data).map_err(io_at(data))?;
        let is_full = entries.filter_map(Result::ok).any(|entry| entry.file_name() != "lock");
        let hold = held(data)?;
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
        let path = above.join(format!("{before}{}", std::process::id()));
        DirBuilder::new().mode(0o700).create(&path).map_err(io_at(&path))?;
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
        let settled = fs::remove_file(self.path.join(UNFINISHED))
            .and_then(|()| sync_below(&self.path))
            .and_then(|()| {
                if held.is_there {
                    swap::exchange(&self.path, data, &aside)
                } else {
                    swap::place(&self.path, data)
                }
            });
        settled.map_err(|cause| {
            if swap::is_mounted(&cause) { RestoreError::Mounted(data.to_owned()) } else { io_at(data)(cause) }
        })?;
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

impl Drop for Draft {
    fn drop(&mut self) {
        if inode(&self.path) == Some(self.inode) {
            let _ = fs::remove_dir_all(&self.path);
        }
    }
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
