//! What is done when the file is not what the anchor says: the end of a process in the middle of a write is told from a
//! hand that was laid on the log, and nothing that stands there is lost.

use std::{
    fs,
    io::{self, Read, Seek, SeekFrom, Write},
};

use super::{
    super::{
        anchor::{Owed, Record},
        chain::{Head, Link},
        lines,
    },
    Book, News,
};

impl Book {
    /// The very first start. A log from before there was a chain is put aside.
    pub(super) fn begin(&mut self) -> io::Result<()> {
        if self.has_chain()? {
            return Ok(());
        }
        let log = self.place.log();
        if fs::symlink_metadata(&log).is_ok_and(|data| data.len() > 0) {
            fs::rename(&log, self.place.archive().join("before-the-chain.log"))?;
        }
        self.record = Record { first: 1, ..Record::default() };
        self.anchor.write(&mut self.record)
    }

    /// True when lines are there that are chained: then the key or the anchor was taken away.
    fn has_chain(&self) -> io::Result<bool> {
        if !self.place.days()?.is_empty() {
            return Ok(true);
        }
        match lines::first_seq(&self.place.log()) {
            Ok(seq) => Ok(seq.is_some()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Without an anchor, nobody knows whether the last line is the last: one number is left out, so that this stays seen.
    pub(super) fn begin_anew(&mut self) -> io::Result<()> {
        self.news.push(News::Broken("anchor"));
        self.reopen()?;
        let length = self.length()?;
        let days = lines::in_order(&self.place)?;
        let first = days.iter().find_map(|day| lines::first_seq(&day.path).ok().flatten());
        let line = self.file.as_mut().map_or(Ok(Vec::new()), |file| lines::last(file, length))?;
        let head = lines::head_of(&line).unwrap_or_default();
        let first = first.or(lines::first_seq(&self.place.log())?).unwrap_or(1);
        let head = Head { seq: head.seq + 1, ..head };
        let day = lines::day_in(&line).unwrap_or_default();
        self.record = Record { day, length, head, first, ..Record::default() };
        self.anchor.write(&mut self.record)
    }

    /// A write was announced, and nobody said that it was done: what stands there whole is kept.
    pub(super) fn settle(&mut self, length: u64, (most, next): (u64, Head)) -> io::Result<()> {
        if length < self.record.length || length > most {
            self.record.next = None;
            self.record.paying = false;
            return self.mend(length);
        }
        let (mut kept, mut head) = self.whole(length)?;
        if self.record.paying && head.seq != next.seq {
            // Half of what was owed is told again whole.
            (kept, head) = (0, self.record.head);
        }
        if let Some(file) = &self.file {
            file.set_len(self.record.length + kept)?;
        }
        if head.seq == next.seq && head != next {
            self.news.push(News::Broken("changed"));
        }
        let told = head.seq == next.seq;
        if std::mem::take(&mut self.record.paying) {
            // What was being told is known: it stands there, or it is still owed.
            self.record.owed = if told { Owed::default() } else { self.record.owed };
        } else {
            self.record.owed.killed += next.seq.saturating_sub(head.seq);
        }
        self.record = Record { length: self.record.length + kept, head, next: None, ..self.record };
        self.anchor.write(&mut self.record)
    }

    /// The lines after the anchor that are whole and follow each other: their bytes, and where the chain stands then.
    fn whole(&mut self, length: u64) -> io::Result<(u64, Head)> {
        let (mut kept, mut head) = (0, self.record.head);
        let Some(file) = self.file.as_mut() else { return Ok((0, head)) };
        file.seek(SeekFrom::Start(self.record.length))?;
        let mut bytes = Vec::new();
        file.take(length - self.record.length).read_to_end(&mut bytes)?;
        for line in bytes.split_inclusive(|byte| *byte == b'\n') {
            let Some(bare) = line.strip_suffix(b"\n") else { break };
            if !Link::of(bare).is_some_and(|link| head.leads_to(link)) {
                break;
            }
            head = head.after(bare);
            kept += line.len() as u64;
        }
        Ok((kept, head))
    }

    /// The file is shorter or longer than it should be.
    pub(super) fn mend(&mut self, length: u64) -> io::Result<()> {
        if length == 0 && self.was_closed()? {
            self.record.length = 0;
            return self.anchor.write(&mut self.record);
        }
        self.news.push(News::Broken(if length < self.record.length { "cut" } else { "appended" }));
        self.go_on_after(length)
    }

    /// The file is as long as it should be: is it the one that was written?
    pub(super) fn compare(&mut self) -> io::Result<()> {
        let length = self.record.length;
        let Some(file) = self.file.as_mut().filter(|_| length > 0) else { return Ok(()) };
        if lines::last_hash(file, length)? == self.record.head.hash {
            return Ok(());
        }
        // A number that was left out, where the anchor had been lost, leaves the hash as it is.
        self.news.push(News::Broken("replaced"));
        Ok(())
    }

    /// What comes next begins on a line of its own.
    fn go_on_after(&mut self, length: u64) -> io::Result<()> {
        if let Some(file) = self.file.as_mut().filter(|_| length > 0) {
            let mut end = [0];
            file.seek(SeekFrom::Start(length - 1))?;
            file.read_exact(&mut end)?;
            if end != *b"\n" {
                file.write_all(b"\n")?;
            }
        }
        self.record.length = self.length()?;
        self.anchor.write(&mut self.record)
    }

    /// The day was closed, and the process ended before it could say so.
    fn was_closed(&self) -> io::Result<bool> {
        for day in self.place.days()?.iter().filter(|day| day.day == self.record.day && !day.zipped) {
            let mut file = lines::plain(&day.path)?;
            let length = file.metadata()?.len();
            if length == self.record.length && lines::last_hash(&mut file, length)? == self.record.head.hash {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
