//! The reader of the security log: newest first, over today's file and the days that are closed, in bounded memory.
//!
//! It reads files alone, so that it works beside a server and without one. Deliberately not here: whether they are whole
//! (`security_log::verify`).

use std::{
    collections::VecDeque,
    io::{self, ErrorKind},
    path::Path,
};

use aspis_core::{
    client::Client,
    clock::Timestamp,
    ids::{AccountId, KeyId, RequestId},
    scenario::Scenario,
};

use crate::security_log::{
    lines,
    place::{Closed, Place, day_of},
};

mod backwards;
mod follow;
mod seen;
mod sieve;

pub use follow::Follow;
pub use seen::{Edge, Seen, SeenRule};

use backwards::Backwards;
use sieve::Sieve;

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
    /// Only what is older than the line of this number.
    pub cursor: Option<u64>,
}

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Page {
    /// Newest first.
    pub events: Vec<Seen>,
    /// Where to go on; none where there is nothing more.
    pub next: Option<u64>,
}

/// Reads the log of a data folder. Where there is none, nothing is found.
pub fn read(data: &Path, query: &Query) -> io::Result<Page> {
    let place = Place::in_data(data);
    let sieve = Sieve::of(query);
    // One more than the page, to know whether there is another.
    let wanted = query.limit.saturating_add(1);
    let mut events = Vec::new();
    // Taken before the days are listed: a day that is closed in between is read twice rather than never.
    let today = opened(lines::plain(&place.log()))?;
    let days = lines::in_order(&place)?;
    if let Some(file) = today {
        let mut lines = Backwards::over(file)?;
        while let Some(line) = lines.next()? {
            let Some(seen) = sieve.takes(&line) else {
                if sieve.is_over(&line) {
                    break;
                }
                continue;
            };
            events.push(seen);
            if events.len() >= wanted {
                break;
            }
        }
    }
    for day in days.iter().rev().filter(|day| sieve.may_hold(day.day)) {
        if events.len() >= wanted {
            break;
        }
        let before = events.last().map(|seen: &Seen| seen.seq);
        let found = newest_of(day, &sieve, wanted - events.len())?;
        events.extend(found.into_iter().rev().filter(|seen| before.is_none_or(|before| seen.seq < before)));
    }
    let more = events.len() > query.limit;
    events.truncate(query.limit);
    Ok(Page { next: events.last().filter(|_| more).map(|seen| seen.seq), events })
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

/// The newest of a day that is closed, oldest first. What cannot be read on ends there: the log is looked at, not judged.
fn newest_of(day: &Closed, sieve: &Sieve, wanted: usize) -> io::Result<VecDeque<Seen>> {
    let mut found = VecDeque::new();
    let zipped = crate::security_log::place::zipped(&day.path);
    let Some(mut from) =
        opened(lines::open(&day.path))?.map_or_else(|| opened(lines::open(&zipped)), |f| Ok(Some(f)))?
    else {
        return Ok(found);
    };
    let mut line = Vec::new();
    while lines::next(&mut *from, &mut line).unwrap_or(false) {
        if let Some(seen) = sieve.takes(&line) {
            found.push_back(seen);
            if found.len() > wanted {
                found.pop_front();
            }
        }
    }
    Ok(found)
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
