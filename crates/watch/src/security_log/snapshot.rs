//! The log as it stood at one moment, for a backup: what is written later is not looked at.
//!
//! The lock is held for as long as it takes to open files, not to read them.

use std::{
    fs::File,
    io::{self, ErrorKind, Read, Seek},
    path::Path,
};

use super::{
    anchor::{Anchor, Held},
    book::lock_of,
    days, lines,
    place::Place,
};

/// The files of the log, open.
#[derive(Debug)]
pub(crate) struct Snapshot {
    /// The number of the last line.
    pub(crate) last: u64,
    /// What it hashes to.
    pub(crate) hash: String,
    /// What the anchor holds.
    pub(crate) anchor: Vec<u8>,
    /// The book of the days that were closed then, where there was one.
    pub(crate) days: Option<Vec<u8>>,
    /// The names of the files in the data folder, each open, and how many of its bytes belong to it.
    pub(crate) files: Vec<(String, File, u64)>,
}

/// How often a day may be compressed in the middle of it.
const TRIES: u32 = 5;

/// Takes it; none where there is no log yet.
pub(crate) fn snapshot(data: &Path) -> io::Result<Option<Snapshot>> {
    let place = Place::in_data(data);
    if !place.anchor().exists() {
        return Ok(None);
    }
    let lock = lock_of(&place)?;
    let mut tried = 0;
    loop {
        lock.lock_shared()?;
        let taken = take(&place);
        lock.unlock()?;
        tried += 1;
        match taken {
            // Between the look at the folder and the opening a day was compressed: its name is another now.
            Err(error) if error.kind() == ErrorKind::NotFound && tried < TRIES => {}
            taken => return taken.map(Some),
        }
    }
}

fn take(place: &Place) -> io::Result<Snapshot> {
    let held = Anchor::look(place)?.read()?;
    let Held::Whole(record) = held else {
        let says = "the anchor of the security log was not written by this server";
        return Err(io::Error::new(ErrorKind::InvalidData, says));
    };
    let mut anchor = Vec::new();
    lines::plain(&place.anchor())?.read_to_end(&mut anchor)?;
    let days = days::bytes(place)?;
    let mut files = Vec::new();
    for day in place.days()? {
        let name = day.path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let file = lines::plain(&day.path)?;
        let length = file.metadata()?.len();
        files.push((format!("logs/archive/{name}"), file, length));
    }
    match lines::plain(&place.log()) {
        Ok(mut file) => {
            file.rewind()?;
            let length = record.length.min(file.metadata()?.len());
            files.push(("logs/security.log".to_owned(), file, length));
        }
        Err(error) if error.kind() == ErrorKind::NotFound && record.length == 0 => {}
        Err(error) => return Err(error),
    }
    Ok(Snapshot { last: record.head.seq, hash: record.head.hash.to_string(), anchor, days, files })
}

#[cfg(test)]
mod tests {
    use std::{fs, sync::Arc};

    use aspis_core::{
        chance::SeededChance,
        clock::Timestamp,
        event::{Event, Kind, Sink},
    };

    use super::*;
    use crate::security_log::{Options, SecurityLog, verify::verify};

    const DAY: i64 = 86_400;

    /// Four days, one event each: the last is open.
    fn goes_on(data: &Path, days: std::ops::Range<i64>) {
        let now = Timestamp::from_seconds(days.start * DAY);
        let options = Options::new(Arc::new(SeededChance::new(7)), now);
        let log = SecurityLog::open(data, options).expect("opened");
        for day in days {
            log.record(Event::of_server(Kind::Started, Timestamp::from_seconds(day * DAY)));
        }
        log.close();
    }

    /// What is closed while the files are read is in no part of it, and in the book of days neither.
    #[test]
    fn the_book_of_days_is_of_the_same_moment_as_the_files() {
        let (data, copy) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
        goes_on(data.path(), 20_000..20_004);
        let taken = snapshot(data.path()).expect("taken").expect("a log");
        goes_on(data.path(), 20_004..20_008);
        let (from, to) = (Place::in_data(data.path()), Place::in_data(copy.path()));
        to.make().expect("made");
        for (name, file, length) in taken.files {
            let mut part = fs::File::create(copy.path().join(name)).expect("made");
            io::copy(&mut file.take(length), &mut part).expect("copied");
        }
        fs::write(to.anchor(), taken.anchor).expect("written");
        fs::write(to.book(), taken.days.expect("a book")).expect("written");
        fs::copy(from.key(), to.key()).expect("copied");
        let anchor = Anchor::look(&to).expect("opened");
        let rows = days::read(&to, &anchor).expect("read").expect("signed");
        let files = to.days().expect("read");
        let names = |all: &[days::Row]| all.iter().map(|row| row.name.clone()).collect::<Vec<_>>();
        assert_eq!(names(&rows), files.iter().map(|day| days::stem(&day.path)).collect::<Vec<_>>());
        let report = verify(copy.path(), &|| true).expect("read");
        assert!(report.ok && report.last == taken.last, "{report:?}");
        assert!(days::read(&from, &anchor).expect("read").expect("signed").len() > rows.len());
    }
}
