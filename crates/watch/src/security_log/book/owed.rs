//! What was lost, kept until a line tells it: also beyond the end of the process that lost it.
//!
//! A full disk has no room for a line, and none for a new file; the anchor has its room from the beginning, and is written
//! in place.

use std::io;

use aspis_core::clock::Timestamp;

use super::{
    super::{
        anchor::{Held, Owed},
        item::{Item, Lost, Why},
        place::day_of,
    },
    Book,
};

impl Book {
    /// Keeps the number of events that could not be written since then.
    pub(in super::super) fn owe(&mut self, since: Timestamp, count: u64) -> io::Result<()> {
        self.alone(|book| {
            let Held::Whole(mut record) = book.anchor.read()? else {
                return Err(io::ErrorKind::InvalidData.into());
            };
            let owed = &mut record.owed;
            owed.since = if owed.unwritten == 0 { since } else { owed.since };
            owed.unwritten = owed.unwritten.saturating_add(count);
            book.anchor.write(&mut record)?;
            book.record = record;
            Ok(())
        })
    }

    /// Tells what was lost before, by whichever process.
    pub(super) fn confess(&mut self, at: Timestamp) -> io::Result<()> {
        let Owed { unwritten, since, killed } = self.record.owed;
        let lost = [(killed, Why::Killed), (unwritten, Why::Unwritable(since))];
        let lost = lost.into_iter().filter(|(count, _)| *count > 0);
        let lines: Vec<Item> = lost.map(|(count, why)| Item::Lost(Lost { at, count, why })).collect();
        if lines.is_empty() {
            return Ok(());
        }
        self.turn(day_of(at))?;
        self.record.paying = true;
        self.append(&lines)
    }

    /// The line that tells what is owed stands there.
    pub(super) fn settle_debt(&mut self) {
        if std::mem::take(&mut self.record.paying) {
            self.record.owed = Owed::default();
        }
    }
}
