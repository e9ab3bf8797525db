//! Where the log lies, and what belongs to it: the anchor and its key are apart from the folder of the lines.

use std::{
    fs::{self, File, OpenOptions},
    io,
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

use aspis_core::clock::Timestamp;
use nix::fcntl::OFlag;

use crate::file;

/// A day in microseconds.
const DAY: i64 = 86_400_000_000;

/// The files of one log, by the data folder they are in.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    data: PathBuf,
}

impl Place {
    pub(crate) fn in_data(data: &Path) -> Self {
        Self { data: data.to_owned() }
    }

    /// The file of today.
    pub(crate) fn log(&self) -> PathBuf {
        self.data.join("logs/security.log")
    }

    /// The folder of the days that are closed.
    pub(crate) fn archive(&self) -> PathBuf {
        self.data.join("logs/archive")
    }

    pub(super) fn anchor(&self) -> PathBuf {
        self.data.join("security-log.anchor")
    }

    pub(super) fn key(&self) -> PathBuf {
        self.data.join("security-log.key")
    }

    /// The days that are closed.
    pub(super) fn book(&self) -> PathBuf {
        self.data.join("security-log.days")
    }

    pub(super) fn lock(&self) -> PathBuf {
        self.data.join("security-log.lock")
    }

    /// Makes the folders, closed to others.
    pub(super) fn make(&self) -> io::Result<()> {
        let archive = self.archive();
        fs::DirBuilder::new().recursive(true).mode(0o700).create(&archive).map_err(file::at(&archive))
    }

    /// A name in the archive that is free, for a day that is closed.
    pub(super) fn closed(&self, day: i64) -> PathBuf {
        let name = |more: &str| self.archive().join(format!("security-{}{more}.log", date(day)));
        let taken = |path: &PathBuf| path.exists() || zipped(path).exists();
        let names = std::iter::once(name("")).chain((2..).map(|more| name(&format!(".{more}"))));
        names.into_iter().find(|path| !taken(path)).unwrap_or_else(|| name(".more"))
    }

    /// The files of closed days, each with its day, in the order of their names.
    pub(crate) fn days(&self) -> io::Result<Vec<Closed>> {
        let entries = match fs::read_dir(self.archive()) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let mut days = Vec::new();
        for entry in entries {
            days.extend(Closed::of(entry?.path()));
        }
        days.sort_by(|a, b| a.path.cmp(&b.path));
        // Killed between the two, a day lies there twice: what is not compressed is what was there first.
        let plain: Vec<PathBuf> =
            days.iter().filter(|day| !day.zipped).map(|day| zipped(&day.path)).collect();
        days.retain(|day| !plain.contains(&day.path));
        Ok(days)
    }
}

/// A day that is closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Closed {
    pub(crate) path: PathBuf,
    /// Which day, since 1970-01-01.
    pub(crate) day: i64,
    pub(crate) zipped: bool,
}

impl Closed {
    fn of(path: PathBuf) -> Option<Self> {
        let name = path.file_name()?.to_str()?.strip_prefix("security-")?;
        let (rest, zipped) = match name.strip_suffix(".gz") {
            Some(rest) => (rest, true),
            None => (name, false),
        };
        let stem = rest.strip_suffix(".log")?;
        let at = Timestamp::parse(stem.get(..10)?)?;
        Some(Self { day: day_of(at), zipped, path })
    }
}

/// The name of a file once it is compressed.
pub(crate) fn zipped(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".gz");
    name.into()
}

/// The day of a moment, since 1970-01-01, in UTC.
pub(crate) fn day_of(at: Timestamp) -> i64 {
    at.0.div_euclid(DAY)
}

/// A day as a date.
pub(super) fn date(day: i64) -> String {
    let text = Timestamp(day.saturating_mul(DAY)).to_string();
    text.split('T').next().unwrap_or_default().to_owned()
}

/// Opens a file that nobody else may read, and no link, pipe or folder that somebody has put in its place.
pub(super) fn private(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    file::open_with(options.mode(0o600), OFlag::O_NOFOLLOW, path).map_err(file::at(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_dates_and_names_are_free() {
        assert_eq!((date(0), date(20_779)), ("1970-01-01".to_owned(), "2026-11-22".to_owned()));
        assert_eq!(day_of(Timestamp(-1)), -1);
        let folder = tempfile::tempdir().expect("a folder");
        let place = Place::in_data(folder.path());
        assert!(place.days().expect("none").is_empty());
        place.make().expect("made");
        let first = place.closed(20_779);
        assert!(first.ends_with("logs/archive/security-2026-11-22.log"), "{first:?}");
        fs::write(zipped(&first), "").expect("written");
        let second = place.closed(20_779);
        assert!(second.ends_with("security-2026-11-22.2.log"), "{second:?}");
        fs::write(&second, "").expect("written");
        fs::write(zipped(&second), "").expect("written");
        fs::write(place.archive().join("notes.txt"), "").expect("written");
        let days = place.days().expect("read");
        assert_eq!(
            days.iter().map(|day| (day.day, day.zipped)).collect::<Vec<_>>(),
            [(20_779, false), (20_779, true)]
        );
    }
}
