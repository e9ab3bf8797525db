//! The reader of the security log: newest first, over today's file and the days that are closed, in bounded memory.
//!
//! It reads files alone, so that it works beside a server and without one. Deliberately not here: whether they are whole
//! (`security_log::verify`).

use std::{
    collections::VecDeque,
    fmt,
    io::{self, BufRead, ErrorKind},
    path::Path,
};

use aspis_core::{
    client::Client,
    clock::Timestamp,
    ids::{AccountId, KeyId, RequestId},
    scenario::Scenario,
};

use crate::{
    file::is_damage,
    security_log::{
        lines,
        place::{Place, day_of},
    },
};

mod backwards;
mod follow;
mod seen;
mod shelf;
mod sieve;
mod source;

pub use follow::Follow;
pub use seen::{Edge, Seen, SeenRule};

pub use crate::security_log::LOST;

use backwards::Backwards;
use shelf::{Day, Shelf};
use sieve::Sieve;
use source::Source;

/// What is looked for. Whatever is not said is not asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// Not before this moment.
    pub since: Option<Timestamp>,
    /// Not after this moment.
    pub until: Option<Timestamp>,
    /// Of this client.
    pub client: Option<Client>,
    /// Of this account.
    pub account: Option<AccountId>,
    /// Of this API key.
    pub key: Option<KeyId>,
    /// Of this kind, by its word.
    pub kind: Option<String>,
    /// Of this request; a sum of what was left out is meant, too, where it may be among them.
    pub request: Option<RequestId>,
    /// Of this scenario.
    pub scenario: Option<Scenario>,
    /// Only what was carried out, or only what was recorded and let pass.
    pub enforced: Option<bool>,
    /// So many at most.
    pub limit: usize,
    /// Only what is older than this.
    pub cursor: Option<Cursor>,
}

/// Where a page ended: the number of its last line, and where in its file that stands. The place is believed where that
/// line stands there, and spares looking through what is newer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// The number.
    pub seq: u64,
    /// Bytes of lines before it in its file, which are the same when that is compressed.
    pub at: u64,
}

impl Cursor {
    /// Reads what its `Display` wrote.
    pub fn parse(text: &str) -> Option<Self> {
        let (seq, at) = text.split_once('_')?;
        Some(Self { seq: seq.parse().ok()?, at: at.parse().ok()? })
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}_{}", self.seq, self.at)
    }
}

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Page {
    /// Newest first.
    pub events: Vec<Seen>,
    /// Where to go on; none where there is nothing more.
    pub next: Option<Cursor>,
}

/// Reads the log of a data folder. Where there is none, nothing is found.
pub fn read(data: &Path, query: &Query) -> io::Result<Page> {
    let place = Place::in_data(data);
    let sieve = Sieve::of(query);
    // One more than the page, to know whether there is another.
    let mut found = Found { wanted: query.limit.saturating_add(1), all: Vec::new() };
    // Taken before the days are listed: a day that is closed in between is read twice rather than never.
    let today = opened(lines::plain(&place.log()))?;
    let shelf = Shelf::of(&place)?;
    if let Some(file) = today {
        backwards(Source::Plain(file), &sieve, &mut found)?;
    }
    for row in shelf.newest_first(&sieve) {
        if found.is_full() {
            break;
        }
        match shelf.open(row)? {
            Some(Day::Backwards(source)) => {
                // What cannot be read on ends there: the log is looked at, not judged.
                backwards(source, &sieve, &mut found)
                    .or_else(|error| if is_damage(&error) { Ok(()) } else { Err(error) })?;
            }
            Some(Day::Forwards(from)) => forwards(from, &sieve, &mut found),
            None => {}
        }
    }
    Ok(found.page(query.limit))
}

/// What was found so far, newest first, and where each stands in its file.
struct Found {
    wanted: usize,
    all: Vec<(u64, Seen)>,
}

impl Found {
    fn is_full(&self) -> bool {
        self.all.len() >= self.wanted
    }

    /// The number that everything in the next file is below.
    fn before(&self) -> u64 {
        self.all.last().map_or(u64::MAX, |(_, seen)| seen.seq)
    }

    fn page(mut self, limit: usize) -> Page {
        let more = self.all.len() > limit;
        self.all.truncate(limit);
        let last = self.all.last().filter(|_| more).map(|(at, seen)| Cursor { seq: seen.seq, at: *at });
        Page { events: self.all.into_iter().map(|(_, seen)| seen).collect(), next: last }
    }
}

/// Looks through a file from its end, or from where the page before ended, if that is in it.
fn backwards(mut source: Source, sieve: &Sieve, found: &mut Found) -> io::Result<()> {
    let before = found.before();
    let mut lines = match sieve.cursor() {
        Some(cursor) if source.number_at(cursor.at)? == Some(cursor.seq) => {
            Backwards::before(source, cursor.at)
        }
        Some(cursor) if source.number_at(0)?.is_some_and(|first| first > cursor.seq) => return Ok(()),
        _ => Backwards::over(source)?,
    };
    while let Some((at, line)) = lines.next()? {
        match sieve.takes(&line).filter(|seen| seen.seq < before) {
            Some(seen) => found.all.push((at, seen)),
            None if sieve.is_over(&line) => break,
            None => continue,
        }
        if found.is_full() {
            break;
        }
    }
    Ok(())
}

/// The newest of a day that can only be read from its beginning.
fn forwards(mut from: Box<dyn BufRead + Send>, sieve: &Sieve, found: &mut Found) {
    let (before, wanted) = (found.before(), found.wanted - found.all.len());
    let (mut newest, mut line, mut at) = (VecDeque::new(), Vec::new(), 0);
    while lines::next(&mut *from, &mut line).unwrap_or(false) {
        if let Some(seen) = sieve.takes(&line).filter(|seen| seen.seq < before) {
            newest.push_back((at, seen));
            if newest.len() > wanted {
                newest.pop_front();
            }
        }
        at += line.len() as u64;
    }
    found.all.extend(newest.into_iter().rev());
}

/// When the oldest event was that is still there; nothing where there is no log.
pub fn oldest(data: &Path) -> io::Result<Option<String>> {
    let place = Place::in_data(data);
    let days = lines::in_order(&place)?;
    let files = days.iter().map(|day| day.path.clone()).chain(Some(place.log()));
    let mut line = Vec::new();
    for path in files {
        let Some(mut from) = opened(lines::open(&path))? else { continue };
        while lines::next(&mut *from, &mut line).unwrap_or(false) {
            if let Some(seen) = Seen::of(&line) {
                return Ok(Some(seen.at));
            }
        }
    }
    Ok(None)
}

/// A file that is not there is no fault.
fn opened<T>(file: io::Result<T>) -> io::Result<Option<T>> {
    match file {
        Ok(file) => Ok(Some(file)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// The days that a moment's events may be filed under: its own, and the one before it that was not closed yet.
fn days_of(at: Timestamp) -> (i64, i64) {
    let day = day_of(at);
    (day, day + 1)
}

#[cfg(test)]
mod tests;
