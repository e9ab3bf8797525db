//! One caller's window, unpacked: what is used, what is left, and when there is more.
//!
//! A counter of a slot ends at 1023. Of a window that counts more in one sixteenth of its time, an annex (a slot
//! like any other, in the same set) holds how often each counter has gone round.

use super::{
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

    /// What is left.
    #[inline]
    pub(super) fn remaining(&self, rate: Rate) -> u32 {
        rate.limit.saturating_sub(self.used)
    }

    /// Microseconds until there is one more than now.
    #[inline]
    pub(super) fn wait(&self, rate: Rate, tick: Tick) -> u64 {
        if self.used > rate.limit {
            return self.below(rate.limit, tick);
        }
        // When the oldest requests leave the window.
        tick.until(COUNTERS - self.low.oldest().max(self.high.oldest()))
    }

    /// Until less than `limit` are left: a limit that was lowered may be far behind.
    #[cold]
    #[inline(never)]
    fn below(self, limit: u32, tick: Tick) -> u64 {
        let mut left = self.used;
        for age in (0..COUNTERS).rev() {
            left -= self.low.at(age) + (self.high.at(age) << BITS);
            if left < limit.max(1) {
                return tick.until(COUNTERS - age);
            }
        }
        tick.until(COUNTERS)
    }
}
