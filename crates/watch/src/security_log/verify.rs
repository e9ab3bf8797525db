//! Does the chain hold? Every line of every day is looked at, up to where the anchor says that the log ends.
//!
//! It works beside a server that writes: what comes later is not looked at. Deliberately not here: mending anything.

use std::{
    io::{self, BufRead, BufReader, ErrorKind, Read},
    path::Path,
};

use serde::Serialize;

use super::{
    anchor::{Anchor, Held, Record},
    book::lock_of,
    days::{self, Row},
    lines,
    place::{Closed, Place},
};

mod walk;

use walk::Walk;

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// True when the chain holds.
    pub ok: bool,
    /// Files that were read.
    pub files: usize,
    /// Lines that were read.
    pub lines: u64,
    /// The number of the last line.
    pub last: u64,
    /// True when the last write was not finished: its process was ended in the middle. That is no break.
    pub unfinished: bool,
    /// Everything that is wrong, at most a hundred things.
    pub findings: Vec<Finding>,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// In which file.
    pub file: String,
    /// At which line of it, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// What it is.
    pub what: What,
    /// The same for people.
    pub says: String,
}

/// What can be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// A line is not what the next one was chained to.
    Changed,
    /// Lines are not there.
    Missing,
    /// Lines stand in another order.
    Reordered,
    /// A line that is none of the log's.
    Foreign,
    /// The end is not there.
    Cut,
    /// Something was written after the end.
    Appended,
    /// The file is another one.
    Replaced,
    /// A day has another name than the one it was closed with.
    Renamed,
    /// A file cannot be read.
    Unreadable,
    /// What the log is held by is not there, or was not written by this server.
    Anchor,
}

impl What {
    /// Its word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Changed => "changed",
            Self::Missing => "missing",
            Self::Reordered => "reordered",
            Self::Foreign => "foreign",
            Self::Cut => "cut",
            Self::Appended => "appended",
            Self::Replaced => "replaced",
            Self::Renamed => "renamed",
            Self::Unreadable => "unreadable",
            Self::Anchor => "anchor",
        }
    }
}

/// The name of the file of today.
const TODAY: &str = "security.log";

/// What there is to be read at one moment.
struct Scene {
    record: Option<Record>,
    days: Vec<Closed>,
    today: Option<std::fs::File>,
    length: u64,
}

/// Looks at the log of a data folder. `go_on` is asked now and then; an error where it says no, or where there is no log.
pub fn verify(data: &Path, go_on: &dyn Fn() -> bool) -> io::Result<Report> {
    let place = Place::in_data(data);
    let mut walk = Walk::new(go_on);
    let scene = look(&place, &mut walk)?;
    walk.first(scene.record.map(|record| record.first));
    for day in &scene.days {
        read_day(&mut walk, &place, day)?;
    }
    if let Some(file) = scene.today {
        let length = scene.record.map_or(scene.length, |record| record.length.min(scene.length));
        walk.file(TODAY, &mut BufReader::with_capacity(128 * 1024, file.take(length)))?;
    }
    if let Some(record) = scene.record {
        walk.end(TODAY, &record, scene.length);
    }
    Ok(walk.report())
}

/// Takes what there is, while nobody writes.
fn look(place: &Place, walk: &mut Walk<'_>) -> io::Result<Scene> {
    let lock = lock_of(place)?;
    lock.lock_shared()?;
    let record = match Anchor::look(place).and_then(|anchor| anchor.read()) {
        Ok(Held::Whole(record)) => Some(record),
        Ok(Held::Forged) => None,
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::InvalidData) => None,
        Err(error) => return Err(error),
    };
    let days = lines::in_order(place)?;
    let today = match lines::plain(&place.log()) {
        Ok(file) => Some(file),
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    let length = today.as_ref().map_or(Ok(0), |file| file.metadata().map(|data| data.len()))?;
    if record.is_none() {
        if days.is_empty() && today.is_none() {
            return Err(io::Error::new(ErrorKind::NotFound, "there is no security log"));
        }
        let says = "the anchor or its key is not there, or was not written by this server";
        walk.find(TODAY, None, What::Anchor, says);
    } else if let Some(rows) = Anchor::look(place).and_then(|anchor| days::read(place, &anchor))? {
        names(walk, &days, &rows);
    }
    lock.unlock()?;
    Ok(Scene { record, days, today, length })
}

/// Compares what the closed days are called with what they were called when they were closed.
fn names(walk: &mut Walk<'_>, found: &[Closed], rows: &[Row]) {
    for day in found {
        let Some(first) = lines::first_of(&day.path) else { continue };
        let Some(row) = rows.iter().find(|row| row.has(first.seq)) else { continue };
        if row.name != days::stem(&day.path) {
            let says = format!("it holds the lines of the day that was closed as {}", row.name);
            walk.find(&name(&day.path), None, What::Renamed, &says);
        }
    }
}

/// How a closed day is called in what is found.
fn name(path: &Path) -> String {
    format!("archive/{}", path.file_name().unwrap_or_default().to_string_lossy())
}

/// A day that was compressed in the meantime is read where it is now; one whose time was over is not missed.
fn read_day(walk: &mut Walk<'_>, place: &Place, day: &Closed) -> io::Result<()> {
    let opened = lines::open(&day.path).or_else(|error| {
        let moved = Some(super::place::zipped(&day.path)).filter(|_| error.kind() == ErrorKind::NotFound);
        moved.map_or(Err(error), |path| lines::open(&path))
    });
    match opened {
        Ok(mut from) => walk.file(&name(&day.path), &mut *from),
        Err(error)
            if error.kind() == ErrorKind::NotFound
                && !place.days()?.iter().any(|there| there.path == day.path) =>
        {
            Ok(())
        }
        Err(error) => {
            walk.find(&name(&day.path), None, What::Unreadable, &format!("it cannot be read: {error}"));
            Ok(())
        }
    }
}

/// Reads on where a fault lies in the data, and stops where the disk fails.
fn line(from: &mut (impl BufRead + ?Sized), into: &mut Vec<u8>) -> io::Result<bool> {
    lines::next(from, into)
}

#[cfg(test)]
mod tests;
