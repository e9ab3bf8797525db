//! What one node has drawn from the day of an account, so that not every answer asks the store.
//!
//! What is drawn counts as used from then on, on every node and after a crash. What is not sent goes back, to the day
//! it was drawn from. So the store may say a little too much for a while, and never too little.

use super::{Day, Reservation};

/// Drawn bytes that nothing is promised of, and calls that the store has not heard of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lease {
    day: Day,
    free: u64,
    reserved: u64,
    /// What the store last said is drawn by all nodes together.
    drawn: Option<u64>,
    calls: u64,
}

/// What is to be told to the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Leftover {
    /// Of which day.
    pub day: Day,
    /// Bytes that go back.
    pub bytes: u64,
    /// Calls that were not counted there yet.
    pub calls: u64,
}

impl Lease {
    /// Of a day of which nothing is known yet.
    pub const fn new(day: Day) -> Self {
        Self { day, free: 0, reserved: 0, drawn: None, calls: 0 }
    }

    /// Begins another day, if it is one: what is left of the old one.
    pub fn turn(&mut self, today: Day) -> Option<Leftover> {
        if self.day == today {
            return None;
        }
        let left = self.spare(0);
        *self = Self::new(today);
        left
    }

    /// Counts a call.
    pub fn call(&mut self) {
        self.calls += 1;
    }

    /// Calls that the store has not heard of.
    pub const fn calls(&self) -> u64 {
        self.calls
    }

    /// What the account has used as far as this node knows: sent, or promised to an answer. None before the store has
    /// said anything.
    pub fn used(&self) -> Option<u64> {
        self.drawn.map(|drawn| drawn.saturating_sub(self.free))
    }

    /// How many bytes have to be drawn before so many can be promised.
    pub const fn lacks(&self, bytes: u64) -> u64 {
        bytes.saturating_sub(self.free)
    }

    /// Promises bytes, if so many are drawn.
    pub fn reserve(&mut self, bytes: u64) -> Option<Reservation> {
        self.free = self.free.checked_sub(bytes)?;
        self.reserved = self.reserved.saturating_add(bytes);
        Some(Reservation { day: self.day, bytes })
    }

    /// Takes in what was drawn of a day, after which the store says `drawn`. What belongs to another day goes back.
    pub fn draw(&mut self, day: Day, bytes: u64, drawn: u64) -> Option<Leftover> {
        if day != self.day {
            return leftover(day, bytes, 0);
        }
        self.free = self.free.saturating_add(bytes);
        self.drawn = Some(drawn);
        None
    }

    /// Ends a promise, of which so many bytes were sent. What is left of one of another day goes back.
    pub fn settle(&mut self, reservation: Reservation, sent: u64) -> Option<Leftover> {
        let unsent = reservation.bytes.saturating_sub(sent);
        if reservation.day != self.day {
            return leftover(reservation.day, unsent, 0);
        }
        self.reserved = self.reserved.saturating_sub(reservation.bytes);
        self.free = self.free.saturating_add(unsent);
        None
    }

    /// Gives up what is drawn beyond `keep`, and the calls.
    pub fn spare(&mut self, keep: u64) -> Option<Leftover> {
        let bytes = self.free.saturating_sub(keep);
        self.free -= bytes;
        self.drawn = self.drawn.map(|drawn| drawn.saturating_sub(bytes));
        leftover(self.day, bytes, std::mem::take(&mut self.calls))
    }

    /// True while an answer is on its way that it has promised bytes to.
    pub const fn is_at_work(&self) -> bool {
        self.reserved > 0
    }
}

fn leftover(day: Day, bytes: u64, calls: u64) -> Option<Leftover> {
    (bytes > 0 || calls > 0).then_some(Leftover { day, bytes, calls })
}
