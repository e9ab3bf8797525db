//! One window's counters, in 48 bytes.

use std::time::Duration;

use super::Standing;
use crate::rate::Rate;

/// Parts a window is cut into.
const PARTS: u64 = 16;
/// Counters: the part in progress, and the sixteen before it.
const COUNTERS: usize = 17;

/// The counters of one key.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Slot {
    /// The keyed hash of class and subject.
    key: u64,
    /// The part that was counted in last, and in the upper two bits the unit of the window.
    stamp: u32,
    /// A ring: the counter of part `n` stands at `n % 17`.
    counts: [u16; COUNTERS],
}

/// A moment, measured in the parts of one rate's window.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tick {
    part: u32,
    unit: u32,
    into: Duration,
    length: Duration,
}

const UNIT_SHIFT: u32 = 30;
const PART_MASK: u32 = (1 << UNIT_SHIFT) - 1;

fn length_of(unit: u32) -> Duration {
    Duration::from_micros([1_000_000, 60_000_000, 3_600_000_000, 86_400_000_000][unit as usize & 3] / PARTS)
}

impl Tick {
    pub(super) fn of(rate: Rate, now: Duration) -> Self {
        let unit = match rate.window.as_secs() {
            0..=1 => 0,
            2..=60 => 1,
            61..=3600 => 2,
            _ => 3,
        };
        Self::at(unit, now)
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "parts are masked to 30 bits: two years of sixteenths of a second"
    )]
    fn at(unit: u32, now: Duration) -> Self {
        let length = length_of(unit);
        let (now, part) = (now.as_micros() as u64, length.as_micros() as u64);
        Self { part: (now / part) as u32 & PART_MASK, unit, into: Duration::from_micros(now % part), length }
    }

    fn stamp(self) -> u32 {
        self.unit << UNIT_SHIFT | self.part
    }
}

impl Slot {
    pub(super) fn belongs_to(&self, key: u64) -> bool {
        self.key == key
    }

    /// True when nothing in it counts any more: it may be given to another key.
    pub(super) fn is_stale(&self, now: Duration) -> bool {
        let tick = Tick::at(self.stamp >> UNIT_SHIFT, now);
        self.age(tick) >= COUNTERS || self.counts.iter().all(|count| *count == 0)
    }

    pub(super) fn claim(&mut self, key: u64, tick: Tick) {
        *self = Self { key, stamp: tick.stamp(), counts: [0; COUNTERS] };
    }

    /// Parts that have passed since the last count; the unit of another rate makes everything old.
    fn age(&self, tick: Tick) -> usize {
        if self.stamp >> UNIT_SHIFT != tick.unit {
            return COUNTERS;
        }
        tick.part.saturating_sub(self.stamp & PART_MASK) as usize
    }

    /// Forgets the parts that have left the window. A clock that stands still or goes back forgets nothing.
    pub(super) fn roll(&mut self, tick: Tick) {
        let age = self.age(tick);
        if age >= COUNTERS {
            self.counts = [0; COUNTERS];
        } else if age > 0 {
            let last = (self.stamp & PART_MASK) as usize;
            for part in last + 1..=last + age {
                self.counts[part % COUNTERS] = 0;
            }
        }
        if age > 0 {
            self.stamp = tick.stamp();
        }
    }

    /// Counts one request in the part in progress.
    pub(super) fn count(&mut self) {
        let now = &mut self.counts[(self.stamp & PART_MASK) as usize % COUNTERS];
        *now = now.saturating_add(1);
    }

    /// Requests in the window. Call after [`Slot::roll`].
    pub(super) fn used(&self) -> u32 {
        self.counts.iter().map(|count| u32::from(*count)).sum()
    }

    /// What is left, and when there is more. Call after [`Slot::roll`].
    pub(super) fn standing(&self, rate: Rate, tick: Tick) -> Standing {
        let used = self.used();
        // The count must fall to this before there is one more to give than now.
        let target = if used >= rate.limit { rate.limit - 1 } else { used.saturating_sub(1) };
        Standing { rate, remaining: rate.limit.saturating_sub(used), reset: self.until(used, target, tick) }
    }

    /// How long until at most `target` of the `used` are still in the window.
    fn until(&self, used: u32, target: u32, tick: Tick) -> Duration {
        if used == 0 {
            return Duration::ZERO;
        }
        let last = (self.stamp & PART_MASK) as usize;
        let (mut left, mut parts) = (used, 0);
        for step in 1..=COUNTERS {
            if left <= target {
                break;
            }
            // The oldest part stands right behind the newest in the ring.
            left -= u32::from(self.counts[(last + step) % COUNTERS]);
            parts = step;
        }
        (tick.length * u32::try_from(parts).unwrap_or(0)).saturating_sub(tick.into)
    }
}
