//! What is counted of one subject: moments one by one, or bytes.

use std::{collections::VecDeque, time::Duration};

use super::{Severity, settings::Bars};

/// A count that is judged by bars.
pub(super) trait Counter: Default {
    /// Counts so much at a moment.
    fn add(&mut self, much: u64, now: Duration, bars: Bars);

    /// How much of it lies less than a window back.
    fn within(&self, now: Duration, window: Duration) -> u64;

    /// What is new since the last time, and lies less than the window of a bar back, once so much lies there; nothing
    /// before that. Bars are told apart by where they stand among all.
    fn news(&mut self, now: Duration, (at, bar): (usize, super::Bar), from: u64) -> Option<u64> {
        let within = self.within(now, bar.window);
        let untold = &mut self.untold()[at];
        (within >= from).then(|| std::mem::take(untold).min(within)).filter(|news| *news > 0)
    }

    /// How much was not told to others yet, for each bar.
    fn untold(&mut self) -> &mut [u64; 2];

    /// The last moment that counts.
    fn last(&self) -> Duration;

    /// The most severe bar that is reached, with how much was counted within it.
    fn reached(&self, now: Duration, bars: Bars) -> Option<(Severity, super::Bar, u64)> {
        let counted = bars.each().map(|(severity, bar)| (severity, bar, self.within(now, bar.window)));
        counted.into_iter().find(|(_, bar, count)| *count >= bar.from)
    }

    /// True while at least half of a bar is reached: an alert that began ends below that, and no newcomer takes the
    /// place of such a count.
    fn is_near(&self, now: Duration, bars: Bars) -> bool {
        bars.each().any(|(_, bar)| self.within(now, bar.window).saturating_mul(2) >= bar.from)
    }
}

/// Single moments, the newest as far as the bars look: every window is exact.
#[derive(Debug, Default)]
pub(super) struct Moments(VecDeque<Duration>, [u64; 2]);

/// The most moments that are kept of one subject: no bar over single events may be higher.
pub const MOMENTS: u64 = 10_000;

impl Counter for Moments {
    fn add(&mut self, _: u64, now: Duration, bars: Bars) {
        self.0.push_back(now);
        self.1 = self.1.map(|untold| untold.saturating_add(1));
        let keep = usize::try_from(bars.most().min(MOMENTS)).unwrap_or(usize::MAX);
        while self.0.len() > keep {
            self.0.pop_front();
        }
    }

    fn within(&self, now: Duration, window: Duration) -> u64 {
        self.0.iter().rev().take_while(|at| now.saturating_sub(**at) < window).count() as u64
    }

    fn untold(&mut self) -> &mut [u64; 2] {
        &mut self.1
    }

    fn last(&self) -> Duration {
        self.0.back().copied().unwrap_or_default()
    }
}

/// Bytes, in slices of a 256th of the window: each slice counts until its newest byte is out of the window, so that
/// nothing is missed and nothing counts for more than a slice too long.
#[derive(Debug, Default)]
pub(super) struct Bytes(VecDeque<Slice>, [u64; 2]);

#[derive(Debug)]
struct Slice {
    first: Duration,
    last: Duration,
    bytes: u64,
}

const SLICES: u32 = 256;

impl Counter for Bytes {
    fn add(&mut self, much: u64, now: Duration, bars: Bars) {
        let longest = bars.longest();
        self.1 = self.1.map(|untold| untold.saturating_add(much));
        match self.0.back_mut().filter(|slice| now.saturating_sub(slice.first) < longest / SLICES) {
            Some(slice) => {
                slice.last = now;
                slice.bytes = slice.bytes.saturating_add(much);
            }
            None => self.0.push_back(Slice { first: now, last: now, bytes: much }),
        }
        while self.0.front().is_some_and(|slice| now.saturating_sub(slice.last) >= longest) {
            self.0.pop_front();
        }
    }

    fn within(&self, now: Duration, window: Duration) -> u64 {
        let counting = self.0.iter().rev().take_while(|slice| now.saturating_sub(slice.last) < window);
        counting.fold(0, |sum, slice| slice.bytes.saturating_add(sum))
    }

    fn untold(&mut self) -> &mut [u64; 2] {
        &mut self.1
    }

    fn last(&self) -> Duration {
        self.0.back().map(|slice| slice.last).unwrap_or_default()
    }
}
