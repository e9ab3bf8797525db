//! A histogram of durations that is counted into without a lock: every answer of a route goes through here.

use std::{
    iter::Sum,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::Duration,
};

/// Upper bounds of the buckets in seconds (OpenTelemetry's for `http.server.request.duration`).
pub(crate) const BOUNDS: [f64; 14] =
    [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0];
/// The same in nanoseconds.
const NANOS: [u64; BOUNDS.len()] = [
    5_000_000,
    10_000_000,
    25_000_000,
    50_000_000,
    75_000_000,
    100_000_000,
    250_000_000,
    500_000_000,
    750_000_000,
    1_000_000_000,
    2_500_000_000,
    5_000_000_000,
    7_500_000_000,
    10_000_000_000,
];

/// How often a duration fell between two bounds, and the sum of all.
#[derive(Debug, Default)]
pub(super) struct Durations {
    /// The last one is for what is beyond every bound.
    buckets: [AtomicU64; BOUNDS.len() + 1],
    nanos: AtomicU64,
}

/// The same, read at one moment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Read {
    /// Durations by bucket; each stands in one.
    pub(crate) buckets: [u64; BOUNDS.len() + 1],
    nanos: u64,
}

impl Durations {
    pub(super) fn observe(&self, took: Duration) {
        let nanos = u64::try_from(took.as_nanos()).unwrap_or(u64::MAX);
        let bucket = NANOS.iter().position(|bound| nanos <= *bound).unwrap_or(BOUNDS.len());
        self.buckets[bucket].fetch_add(1, Relaxed);
        self.nanos.fetch_add(nanos, Relaxed);
    }

    pub(super) fn read(&self) -> Read {
        let nanos = self.nanos.load(Relaxed);
        Read { buckets: self.buckets.each_ref().map(|bucket| bucket.load(Relaxed)), nanos }
    }

    /// How many there were.
    pub(super) fn count(&self) -> u64 {
        self.buckets.iter().map(|bucket| bucket.load(Relaxed)).sum()
    }
}

impl Read {
    /// How many there were.
    pub(crate) fn count(&self) -> u64 {
        self.buckets.iter().sum()
    }

    /// How long all of them took together.
    pub(crate) fn seconds(&self) -> f64 {
        Duration::from_nanos(self.nanos).as_secs_f64()
    }
}

impl Sum for Read {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), |mut sum, one| {
            for (sum, one) in sum.buckets.iter_mut().zip(one.buckets) {
                *sum += one;
            }
            sum.nanos = sum.nanos.wrapping_add(one.nanos);
            sum
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_fall_between_their_bounds() {
        for (seconds, nanos) in BOUNDS.iter().zip(NANOS) {
            assert_eq!(Duration::from_secs_f64(*seconds), Duration::from_nanos(nanos));
        }
        let durations = Durations::default();
        for millis in [0, 5, 6, 99, 20_000] {
            durations.observe(Duration::from_millis(millis));
        }
        let read = durations.read();
        assert_eq!(read.buckets, [2, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
        assert_eq!((read.count(), durations.count()), (5, 5));
        assert!((read.seconds() - 20.11).abs() < 1e-9);
        let twice: Read = [read, read].into_iter().sum();
        assert_eq!((twice.count(), twice.buckets[0]), (10, 4));
        assert!((twice.seconds() - 40.22).abs() < 1e-9);
    }
}
