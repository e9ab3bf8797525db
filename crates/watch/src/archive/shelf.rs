//! The closed days of the log, each found by the lines it holds: the book says which those are, so that no day is opened
//! that is not wanted.
//!
//! What a file is called is said by whoever can write its folder. Where another stands at the place of a day, the day is
//! looked for among all of them. Where there is no book, the files themselves are asked.

use std::{
    cell::OnceCell,
    io::{self, BufRead},
    path::Path,
};

use super::{opened, sieve::Sieve, source::Source};
use crate::security_log::{
    days::{self, Row},
    lines,
    parts::Parts,
    place::{Closed, Place, zipped},
};

/// A day, open.
pub(super) enum Day {
    /// It can be read from its end.
    Backwards(Source),
    /// It can only be read from its beginning.
    Forwards(Box<dyn BufRead + Send>),
}

/// All of them.
pub(super) struct Shelf {
    place: Place,
    /// Oldest first.
    rows: Vec<Row>,
    /// Every file with the number of its first line: looked at when a day is not where it should be.
    files: OnceCell<Vec<(Option<u64>, Closed)>>,
}

impl Shelf {
    pub(super) fn of(place: &Place) -> io::Result<Self> {
        let mut shelf = Self { place: place.clone(), rows: Vec::new(), files: OnceCell::new() };
        shelf.rows = match days::known(place)? {
            Some(rows) => rows,
            None => rows_of(shelf.files()?),
        };
        Ok(shelf)
    }

    fn files(&self) -> io::Result<&[(Option<u64>, Closed)]> {
        if let Some(files) = self.files.get() {
            return Ok(files);
        }
        let files = lines::numbered(&self.place)?;
        Ok(self.files.get_or_init(|| files))
    }

    /// Days that may hold what is meant, newest first.
    pub(super) fn newest_first<'a>(&'a self, sieve: &'a Sieve) -> impl Iterator<Item = &'a Row> {
        self.rows.iter().rev().filter(|row| sieve.may_hold(row))
    }

    /// Opens a day; none where it is not there any more.
    pub(super) fn open(&self, row: &Row) -> io::Result<Option<Day>> {
        let path = self.place.archive().join(&row.name);
        for path in [path.clone(), zipped(&path)] {
            // A first line that nobody can read says nothing against the name.
            let is_it = lines::first_of(&path).is_none_or(|first| row.has(first.seq));
            let day = if is_it { day(&path)? } else { None };
            if day.is_some() {
                return Ok(day);
            }
        }
        let elsewhere = self.files()?.iter().find(|(first, _)| first.is_some_and(|first| row.has(first)));
        elsewhere.map_or(Ok(None), |(_, file)| day(&file.path))
    }
}

/// What the files say themselves. One whose first line cannot be read is no part of the chain any more, and comes first.
fn rows_of(files: &[(Option<u64>, Closed)]) -> Vec<Row> {
    let after = files.iter().skip(1).map(|(first, _)| first.unwrap_or(0)).chain([u64::MAX]);
    let row = |((first, file), after): (&(Option<u64>, Closed), u64)| Row {
        name: days::stem(&file.path),
        day: file.day,
        first: first.unwrap_or(0),
        last: after.saturating_sub(1),
    };
    files.iter().zip(after).map(row).collect()
}

fn day(path: &Path) -> io::Result<Option<Day>> {
    let Some(file) = opened(lines::plain(path))? else { return Ok(None) };
    if path.extension().is_none_or(|ending| ending != "gz") {
        return Ok(Some(Day::Backwards(Source::Plain(file))));
    }
    Ok(Some(match Parts::of(file)? {
        Ok(parts) => Day::Backwards(Source::Parts(parts)),
        Err(file) => Day::Forwards(lines::unzipped(file)),
    }))
}
