//! The files: one that is written, those that are closed and compressed, and no more than may be kept.

use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
    time::Duration,
};

use aspis_core::clock::Timestamp;
use nix::fcntl::OFlag;

use super::{Keep, press::Press};
use crate::file;

/// A file is closed when it has grown so large, or when its day is over.
const LARGE: u64 = 64 * 1024 * 1024;
/// The least that one file may take where little is to be kept at all.
const SMALL: u64 = 64 * 1024;

/// Where they lie.
#[derive(Debug)]
pub(super) struct Files {
    folder: PathBuf,
    keep: Keep,
    out: File,
    size: u64,
    day: Option<i64>,
    press: Press,
}

const PREFIX: &str = "decisions-";
/// What is closed and not yet compressed.
pub(super) const CLOSED: &str = ".log";
const ZIPPED: &str = ".log.gz";

/// What a closed file is called once it is compressed.
pub(super) fn zipped(closed: &Path) -> PathBuf {
    closed.with_extension("log.gz")
}

pub(super) fn private(path: &Path, append: bool) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.create(true).mode(0o600);
    let options = if append { options.append(true) } else { options.write(true).truncate(true) };
    file::open_with(options, OFlag::O_NOFOLLOW, path).map_err(file::at(path))
}

fn day_of(at: Timestamp) -> i64 {
    at.seconds().div_euclid(86_400)
}

impl Files {
    pub(super) fn open(data: &Path, keep: Keep) -> io::Result<Self> {
        let folder = data.join("logs");
        DirBuilder::new().recursive(true).mode(0o700).create(folder.join("archive"))?;
        let out = private(&folder.join("decisions.log"), true)?;
        let size = out.metadata()?.len();
        let mut files = Self { folder, keep, out, size, day: None, press: Press::default() };
        if size > 0 {
            // What a process that was killed has begun is closed with an end of its own.
            files.write(b"\n")?;
        }
        Ok(files)
    }

    /// Writes whole lines.
    pub(super) fn write(&mut self, text: &[u8]) -> io::Result<()> {
        self.out.write_all(text)?;
        self.size += text.len() as u64;
        Ok(())
    }

    /// Closes the file where it is time to. It is compressed beside: whoever writes does not wait for that.
    pub(super) fn turn(&mut self, now: Timestamp) -> io::Result<()> {
        let today = day_of(now);
        let over = self.day.is_some_and(|day| day != today);
        self.day = Some(today);
        let large = LARGE.min((self.keep.bytes / 4).max(SMALL));
        if self.size < large && !(over && self.size > 0) {
            return Ok(());
        }
        let open = self.folder.join("decisions.log");
        let stamp: String = now.to_string().chars().filter(char::is_ascii_alphanumeric).collect();
        let names = (0..).map(|n| format!("{PREFIX}{stamp}-{n:03}{CLOSED}"));
        let mut paths = names.map(|name| self.folder.join("archive").join(name));
        let free = paths.find(|path| !path.exists() && !zipped(path).exists());
        fs::rename(&open, free.unwrap_or_else(|| open.with_extension("old")))?;
        self.out = private(&open, true)?;
        self.size = 0;
        self.press.begin(self.folder.clone(), self.keep, now);
        Ok(())
    }
}

/// Removes what is too old, and the oldest while there is too much.
pub(super) fn sweep(folder: &Path, keep: Keep, now: Timestamp) -> io::Result<()> {
    let mut all = archived(folder)?;
    let mut bytes: u64 = all.iter().map(|file| file.bytes).sum::<u64>();
    all.reverse();
    while let Some(oldest) = all.pop() {
        let old = oldest.age(now) > keep.time;
        if !old && bytes <= keep.bytes {
            break;
        }
        gone(fs::remove_file(&oldest.path))?;
        bytes -= oldest.bytes;
    }
    Ok(())
}

/// Gone is gone, whoever removed it.
pub(super) fn gone(removed: io::Result<()>) -> io::Result<()> {
    match removed {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

/// A file that is closed.
#[derive(Debug)]
pub(super) struct Archived {
    pub(super) path: PathBuf,
    bytes: u64,
    closed: Timestamp,
}

impl Archived {
    fn age(&self, now: Timestamp) -> Duration {
        now.since(self.closed)
    }
}

/// Files that are closed, oldest first.
pub(super) fn archived(folder: &Path) -> io::Result<Vec<Archived>> {
    let entries = match fs::read_dir(folder.join("archive")) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut all = Vec::new();
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name().into_string().unwrap_or_default();
        let (path, whole) = (entry.path(), name.ends_with(CLOSED) || name.ends_with(ZIPPED));
        // One that was compressed and not yet removed is there twice.
        let twice = name.ends_with(CLOSED) && zipped(&path).exists();
        let Some(closed) = name.strip_prefix(PREFIX).and_then(moment).filter(|_| whole && !twice) else {
            continue;
        };
        match entry.metadata() {
            Ok(facts) => all.push(Archived { path, bytes: facts.len(), closed }),
            // Compressed or swept meanwhile.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    all.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(all)
}

/// The moment in a name: `20261121T120000Z`.
fn moment(name: &str) -> Option<Timestamp> {
    let at = |from: usize, to: usize| name.get(from..to);
    let text =
        format!("{}-{}-{}T{}:{}:{}Z", at(0, 4)?, at(4, 6)?, at(6, 8)?, at(9, 11)?, at(11, 13)?, at(13, 15)?);
    Timestamp::parse(&text)
}
