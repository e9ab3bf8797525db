//! The files of the log, written under a lock: several processes write to one log, and each goes on where the other ended.
//!
//! What stands in the file is never changed again. Where it is not what the anchor says, that is told, and the chain goes on
//! from the anchor: the break stays to be seen.

use std::{
    fs::{File, OpenOptions},
    io::{self, Write},
    os::unix::fs::MetadataExt,
    sync::Arc,
};

use aspis_core::chance::Chance;

use super::{
    anchor::{Anchor, Held, Record},
    format::Format,
    item::Item,
    place::{Place, day_of, private},
    tidy::Begun,
};

mod mend;
mod owed;
mod rotate;

/// Lines that are written at once.
const LINES: usize = 512;

/// What is to be told of the files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum News {
    /// They are not what they should be.
    Broken(&'static str),
    /// A day was closed: the file's name, its last line's number, that day and the one that has begun.
    Rotated { name: String, seq: u64, days: Begun },
}

/// How many items were written before it failed.
#[derive(Debug)]
pub(super) struct Failed {
    pub(super) written: usize,
    pub(super) cause: io::Error,
}

/// The log on the disk.
#[derive(Debug)]
pub(super) struct Book {
    place: Place,
    lock: File,
    anchor: Anchor,
    record: Record,
    file: Option<File>,
    format: Format,
    news: Vec<News>,
    /// What could not be written stands there by half, and has to be taken away first.
    half: bool,
}

impl Book {
    /// Opens the log of a data folder, makes it where there is none, and looks whether it is whole at its end.
    pub(super) fn open(place: Place, format: Format, chance: &Arc<dyn Chance>) -> io::Result<Self> {
        place.make()?;
        let lock = lock_of(&place)?;
        lock.lock()?;
        let (anchor, fresh) = Anchor::open(&place, chance.as_ref())?;
        let record = Record::default();
        let mut book =
            Self { place, lock, anchor, record, file: None, format, news: Vec::new(), half: false };
        let opened = if fresh { book.begin() } else { Ok(()) }.and_then(|()| book.refresh());
        let opened = opened.and_then(|()| book.know_days());
        book.lock.unlock()?;
        opened.map(|()| book)
    }

    /// What there is to tell.
    pub(super) fn news(&mut self) -> Vec<News> {
        std::mem::take(&mut self.news)
    }

    /// Writes lines, and closes days on the way.
    pub(super) fn write(&mut self, items: &[Item]) -> Result<(), Failed> {
        let mut written = 0;
        let outcome = self.alone(|book| book.write_locked(items, &mut written));
        outcome.map_err(|cause| Failed { written, cause })
    }

    /// Works while no other process does.
    fn alone<T>(&mut self, work: impl FnOnce(&mut Self) -> io::Result<T>) -> io::Result<T> {
        self.lock.lock()?;
        let outcome = work(self);
        self.lock.unlock()?;
        outcome
    }

    fn write_locked(&mut self, items: &[Item], written: &mut usize) -> io::Result<()> {
        self.refresh()?;
        if let Some(first) = items.first() {
            self.confess(first.at())?;
        }
        while let Some(first) = items.get(*written) {
            self.turn(day_of(first.at()))?;
            let rest = &items[*written..];
            let same = rest.iter().take(LINES).take_while(|item| !self.is_another(day_of(item.at()))).count();
            self.append(&rest[..same.max(1)])?;
            *written += same.max(1);
        }
        Ok(())
    }

    /// Writes what belongs to one day. What is about to be written is said before, and that it is written after.
    fn append(&mut self, items: &[Item]) -> io::Result<()> {
        let (mut head, mut bytes) = (self.record.head, Vec::new());
        for item in items {
            let line = self.format.write(item, head)?;
            head = head.after(&line);
            bytes.extend(line);
            bytes.push(b'\n');
        }
        let length = self.record.length + bytes.len() as u64;
        self.record.next = Some((length, head));
        self.anchor.write(&mut self.record)?;
        let outcome = self.file.as_mut().map_or(Ok(()), |file| file.write_all(&bytes));
        if let Err(error) = outcome {
            // Where this fails too, it is done before the next write.
            let _ = self.take_back();
            return Err(error);
        }
        (self.record.length, self.record.head, self.record.next) = (length, head, None);
        self.settle_debt();
        // The lines stand there. Where the anchor cannot be written, it was announced what they are, and the next write
        // finds them; an error here would count them as lost.
        let _ = self.anchor.write(&mut self.record);
        Ok(())
    }

    /// Half of what did not fit is taken away again, so that the file ends with a line.
    fn take_back(&mut self) -> io::Result<()> {
        let length = self.record.length;
        (self.record.next, self.record.paying) = (None, false);
        let shortened = self.file.as_ref().map_or(Ok(()), |file| file.set_len(length));
        let done = shortened.and_then(|()| self.anchor.write(&mut self.record));
        self.half = done.is_err();
        done
    }

    /// Goes on where the last one ended, whichever process that was.
    fn refresh(&mut self) -> io::Result<()> {
        match self.anchor.read()? {
            Held::Whole(record) => self.record = record,
            Held::Forged => self.begin_anew()?,
        }
        let anew = self.reopen()?;
        if std::mem::take(&mut self.half) && self.record.next.is_some() {
            self.take_back()?;
        }
        let length = self.length()?;
        match self.record.next {
            Some(next) => self.settle(length, next),
            None if length != self.record.length => self.mend(length),
            None if anew => self.compare(),
            None => Ok(()),
        }
    }

    /// Opens the file that stands at the log's place, where that is not the one that is open. True when it did.
    fn reopen(&mut self) -> io::Result<bool> {
        let path = self.place.log();
        let there = std::fs::symlink_metadata(&path).ok().map(|data| (data.dev(), data.ino()));
        let open =
            self.file.as_ref().and_then(|file| file.metadata().ok()).map(|data| (data.dev(), data.ino()));
        if open.is_some() && open == there {
            return Ok(false);
        }
        let mut options = OpenOptions::new();
        self.file = Some(private(options.read(true).append(true).create(true), &path)?);
        Ok(true)
    }

    fn length(&self) -> io::Result<u64> {
        self.file.as_ref().map_or(Ok(0), |file| Ok(file.metadata()?.len()))
    }

    /// The lines that were written are on the disk before the process ends.
    pub(super) fn sync(&self) {
        if let Some(file) = &self.file {
            // A disk that fails here has failed at the write, or will at the next.
            let _ = file.sync_data();
        }
    }
}

/// The lock under which a log is written; whoever reads the anchor shares it.
pub(super) fn lock_of(place: &Place) -> io::Result<File> {
    let mut options = OpenOptions::new();
    private(options.read(true).write(true).create(true).truncate(false), &place.lock())
}

#[cfg(test)]
mod tests;
