//! Which signing key is good when: keys follow each other by the clock, so that nodes need not agree on anything else.
//!
//! The key of generation `n` signs during the `n`th period since 1970. It is published a while before, so that
//! whoever keeps the published keys for some time, or has a slow clock, knows it in time; and it is kept until the
//! last token that it signed is over.

use std::{ops::RangeInclusive, time::Duration};

use crate::clock::Timestamp;

/// The rhythm of the keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Schedule {
    /// How long one key signs.
    pub period: Duration,
    /// How long it is published before it signs.
    pub overlap: Duration,
    /// How long it verifies after it signed last: the lifetime of a token, and what clocks may differ by.
    pub after: Duration,
}

impl Schedule {
    /// The generation whose key signs at `now`.
    pub fn generation(&self, now: Timestamp) -> u64 {
        let period = u64::try_from(self.period.as_micros()).unwrap_or(u64::MAX).max(1);
        u64::try_from(now.0).unwrap_or(0) / period
    }

    /// The generations that are published and verify at `now`, oldest first. What is older is to be forgotten.
    pub fn held(&self, now: Timestamp) -> RangeInclusive<u64> {
        self.generation(now.minus(self.after))..=self.generation(now.plus(self.overlap))
    }
}

#[cfg(test)]
mod tests;
