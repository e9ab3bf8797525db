//! Bytes of a day: what one caller may take away between two midnights, UTC.
//!
//! Bytes are reserved before the first of them is sent and settled after the last, so that answers in parallel never
//! come to more than the limit together. Strangers have a [`Book`] each, in [`Strangers`]. Accounts draw on what the
//! store keeps for all nodes: a [`Lease`] is what one node has drawn and not yet sent.
//!
//! Deliberately not here: where the days of accounts are kept, and what of an answer is counted.

use std::{fmt, time::Duration};

use crate::clock::Timestamp;

mod book;
mod lease;
mod strangers;

pub use book::Book;
pub use lease::{Lease, Leftover};
pub use strangers::{Strangers, Whose};

/// A day, UTC: how many have passed since 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub i64);

const SECONDS: i64 = 86_400;

impl Day {
    /// The day of a moment.
    pub const fn of(now: Timestamp) -> Self {
        Self(now.seconds().div_euclid(SECONDS))
    }

    /// The midnight that ends it.
    pub const fn end(self) -> Timestamp {
        Timestamp::from_seconds(self.0.saturating_add(1).saturating_mul(SECONDS))
    }

    /// How long it lasts from a moment on.
    pub fn left(self, now: Timestamp) -> Duration {
        self.end().since(now)
    }
}

/// The date, as RFC 3339 writes it.
impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let midnight = Timestamp::from_seconds(self.0.saturating_mul(SECONDS)).to_string();
        f.write_str(midnight.split('T').next().unwrap_or(&midnight))
    }
}

/// Bytes that are promised to one answer, out of one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reservation {
    /// The day they are taken from, also where the answer ends in the next one.
    pub day: Day,
    /// How many.
    pub bytes: u64,
}

/// There are not that many left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{left} bytes are left of the day")]
pub struct Exceeded {
    /// What is left.
    pub left: u64,
}

#[cfg(test)]
mod tests;
