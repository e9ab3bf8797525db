//! Compressing what is closed, on a thread of its own, which ends before its owner does.
//!
//! Killed at any point it begins again: what is closed is removed only when all of it is compressed under its name.

use std::{
    fs, io,
    path::{Path, PathBuf},
    thread::JoinHandle,
};

use aspis_core::clock::Timestamp;
use flate2::{Compression, write::GzEncoder};

use super::{
    Keep,
    files::{CLOSED, gone, private, sweep, zipped},
};
use crate::file;

/// The thread, where one is at work.
#[derive(Debug, Default)]
pub(super) struct Press(Option<JoinHandle<()>>);

impl Press {
    /// Compresses everything that is closed, and removes what is too much then.
    pub(super) fn begin(&mut self, folder: PathBuf, keep: Keep, now: Timestamp) {
        self.end();
        let work = move || {
            if let Err(error) = compress_all(&folder).and_then(|()| sweep(&folder, keep, now)) {
                tracing::warn!(%error, "the archive of the log of decisions cannot be tidied");
            }
        };
        // Without a thread it stays as it is until the next file is closed.
        self.0 = std::thread::Builder::new().name("decision-press".to_owned()).spawn(work).ok();
    }

    fn end(&mut self) {
        if let Some(thread) = self.0.take() {
            let _ = thread.join();
        }
    }
}

impl Drop for Press {
    fn drop(&mut self) {
        self.end();
    }
}

fn compress_all(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder.join("archive"))? {
        let path = entry?.path();
        if path.to_string_lossy().ends_with(CLOSED) {
            compress(&path, &zipped(&path))?;
        }
    }
    Ok(())
}

fn compress(from: &Path, to: &Path) -> io::Result<()> {
    if !to.exists() {
        let beside = to.with_extension("new");
        let mut out = GzEncoder::new(private(&beside, false)?, Compression::fast());
        io::copy(&mut file::open(from)?, &mut out)?;
        out.finish()?.sync_all()?;
        fs::rename(&beside, to)?;
    }
    gone(fs::remove_file(from))
}
