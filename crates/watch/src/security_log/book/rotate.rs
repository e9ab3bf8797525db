//! The end of a day, by the clock of the events: its file goes to the archive, and the chain goes on in a new one.

use std::{fs, io};

use super::{Book, News};

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
}
