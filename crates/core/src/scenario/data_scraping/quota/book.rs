//! The day of one caller that is known to this node alone.

use super::{Day, Exceeded, Reservation};

/// What one caller has had of a day, and what is promised to answers on their way. Another day is a fresh page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Book {
    day: Day,
    spent: u64,
    reserved: u64,
}

impl Book {
    /// A fresh page.
    pub const fn new(today: Day) -> Self {
        Self { day: today, spent: 0, reserved: 0 }
    }

    /// What is left of `limit` today.
    pub fn left(&self, today: Day, limit: u64) -> u64 {
        let taken = if self.day == today { self.spent.saturating_add(self.reserved) } else { 0 };
        limit.saturating_sub(taken)
    }

    /// Promises bytes of today, if that many are left.
    pub fn reserve(&mut self, today: Day, limit: u64, bytes: u64) -> Result<Reservation, Exceeded> {
        if self.day != today {
            *self = Self::new(today);
        }
        let left = self.left(today, limit);
        if bytes > left {
            return Err(Exceeded { left });
        }
        self.reserved += bytes;
        Ok(Reservation { day: today, bytes })
    }

    /// Ends a promise, of which so many bytes were sent. One of another day changes nothing: that page is closed.
    pub fn settle(&mut self, reservation: Reservation, sent: u64) {
        if reservation.day == self.day {
            self.reserved = self.reserved.saturating_sub(reservation.bytes);
            self.spent = self.spent.saturating_add(sent.min(reservation.bytes));
        }
    }
}
