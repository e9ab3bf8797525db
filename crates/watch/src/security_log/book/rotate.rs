//! The end of a day, by the clock of the events: its file goes to the archive, and the chain goes on in a new one.

use std::{fs, io};

use super::{
    super::days::{self, Row},
    Book, News,
};

impl Book {
    /// True when a moment of this day belongs into another file. What comes a moment late, after midnight was seen, does
    /// not; a clock that was set back by days does.
    pub(super) fn is_another(&self, day: i64) -> bool {
        let open = self.record.day;
        day > open || day < open - 1
    }

    /// Closes the day that is over, if it is.
    pub(super) fn turn(&mut self, day: i64) -> io::Result<()> {
        if self.record.length == 0 {
            self.record.day = day;
            return Ok(());
        }
        if !self.is_another(day) {
            return Ok(());
        }
        let closed = self.place.closed(self.record.day);
        self.sync();
        // Before it has the name: ended in between, the process finds the same name free, and says it again.
        self.note(days::stem(&closed))?;
        fs::rename(self.place.log(), &closed)?;
        self.file = None;
        self.reopen()?;
        let days = (self.record.day, day);
        (self.record.day, self.record.length) = (day, 0);
        self.anchor.write(&mut self.record)?;
        let name = closed.file_name().unwrap_or_default().to_string_lossy().into_owned();
        self.news.push(News::Rotated { name, seq: self.record.head.seq, days });
        Ok(())
    }

    /// Writes down which lines the file of this day holds, and what it is called.
    fn note(&self, name: String) -> io::Result<()> {
        let mut rows = self.days()?;
        rows.retain(|row| row.name != name && row.last <= self.record.head.seq);
        let first = rows.last().map_or(self.record.first, |row| row.last + 1);
        rows.push(Row { name, day: self.record.day, first, last: self.record.head.seq });
        days::write(&self.place, &self.anchor, &rows)
    }

    /// The days that are closed; where nobody wrote them down, what the archive says itself.
    fn days(&self) -> io::Result<Vec<Row>> {
        match days::read(&self.place, &self.anchor)? {
            Some(rows) => Ok(rows),
            None => days::adopt(&self.place, &self.record),
        }
    }

    /// Makes the book of days where there is none.
    pub(super) fn know_days(&self) -> io::Result<()> {
        if days::read(&self.place, &self.anchor)?.is_some() {
            return Ok(());
        }
        days::write(&self.place, &self.anchor, &days::adopt(&self.place, &self.record)?)
    }
}
