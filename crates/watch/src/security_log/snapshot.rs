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
    lines,
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
    Ok(Snapshot { last: record.head.seq, hash: record.head.hash.to_string(), anchor, files })
}
