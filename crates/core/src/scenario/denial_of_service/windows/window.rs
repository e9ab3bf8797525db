//! One caller's window, unpacked: what is used, what is left, and when there is more.
//!
//! A counter of a slot ends at 4095. Of a window that counts more in one sixteenth of its time, an annex (a slot
//! like any other, in the same set) holds how often each counter has gone round.

use std::time::Duration;

use super::{
    Standing,
    counters::{BITS, COUNTERS, Counters},
    tick::Tick,
};
use crate::rate::Rate;

/// The counters of a window as they stand now.
#[derive(Debug, Clone, Copy)]
pub(super) struct Window {
    /// The window's own slot.
    pub(super) low: Counters,
    /// Its annex.
    pub(super) high: Counters,
    /// All of them together: requests in the window.
    used: u32,
}

impl Window {
    #[inline]
    pub(super) fn new(low: Counters, high: Counters) -> Self {
        Self { low, high, used: low.sum() + (high.sum() << BITS) }
    }

    #[inline]
    pub(super) fn admits(&self, rate: Rate) -> bool {
        self.used < rate.limit
    }

    /// Counts one.
    #[inline]
    pub(super) fn count(&mut self) {
        self.used += 1;
        if !self.low.count() {
            self.high.count();
        }
    }

    /// What is left, and when there is more.
    #[inline]
    pub(super) fn standing(&self, rate: Rate, tick: Tick) -> Standing {
        let reset =
            if self.used > rate.limit { self.below(rate.limit, tick) } else { self.oldest_leaves(tick) };
        Standing { rate, remaining: rate.limit.saturating_sub(self.used), reset }
    }

    /// Where its set has no room for an annex: nothing more in this sixteenth of the window.
    #[inline]
    pub(super) fn crowded(rate: Rate, tick: Tick) -> Standing {
        Standing { rate, remaining: 0, reset: tick.until(1) }
    }

    /// Until the oldest requests leave the window, and there is one more than now.
    #[inline]
    fn oldest_leaves(&self, tick: Tick) -> Duration {
        match self.low.oldest().max(self.high.oldest()) {
            Some(age) => tick.until(u64::from(COUNTERS - age)),
            None => Duration::ZERO,
        }
    }

    /// Until less than `limit` are left: a limit that was lowered may be far behind.
    #[cold]
    fn below(&self, limit: u32, tick: Tick) -> Duration {
        let mut left = self.used;
        for age in (0..COUNTERS).rev() {
            left -= self.low.at(age) + (self.high.at(age) << BITS);
            if left < limit.max(1) {
                return tick.until(u64::from(COUNTERS - age));
            }
        }
        tick.until(u64::from(COUNTERS))
    }
}
