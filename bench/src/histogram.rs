//! Latencies, counted in buckets that are each at most 1/32 wider than the one before: three per cent of error in
//! 15 KiB, whatever the range, and no work but an addition.

use std::time::Duration;

/// Bits of a value that are kept behind its highest.
const BITS: u32 = 5;
const STEPS: u64 = 1 << BITS;
const BUCKETS: usize = (64 - BITS as usize + 1) << BITS;

/// How often each latency was seen.
#[derive(Debug, Clone)]
pub(crate) struct Histogram {
    counts: Box<[u64; BUCKETS]>,
    total: u64,
}

impl Default for Histogram {
    fn default() -> Self {
        Self { counts: Box::new([0; BUCKETS]), total: 0 }
    }
}

impl Histogram {
    /// Counts one.
    pub(crate) fn add(&mut self, latency: Duration) {
        let nanos = u64::try_from(latency.as_nanos()).unwrap_or(u64::MAX);
        self.counts[bucket(nanos)] += 1;
        self.total += 1;
    }

    /// How many were counted.
    pub(crate) fn total(&self) -> u64 {
        self.total
    }

    /// The latency that `share` of all (0.99: all but one in a hundred) did not exceed; zero when nothing was counted.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a rank among fewer than 2^52"
    )]
    pub(crate) fn quantile(&self, share: f64) -> Duration {
        let rank = (self.total as f64 * share).ceil() as u64;
        let mut seen = 0;
        let at = self.counts.iter().position(|count| {
            seen += count;
            seen >= rank && seen > 0
        });
        at.map_or(Duration::ZERO, |bucket| Duration::from_nanos(middle(bucket)))
    }
}

#[expect(clippy::cast_possible_truncation, reason = "at most BUCKETS")]
fn bucket(value: u64) -> usize {
    if value < STEPS {
        return value as usize;
    }
    let shift = value.ilog2() - BITS;
    let step = (value >> shift) & (STEPS - 1);
    (u64::from(shift + 1) << BITS | step) as usize
}

/// The value in the middle of a bucket.
fn middle(bucket: usize) -> u64 {
    let (group, step) = (bucket as u64 >> BITS, bucket as u64 & (STEPS - 1));
    if group == 0 {
        return step;
    }
    let low = (STEPS + step) << (group - 1);
    low + ((1 << (group - 1)) >> 1)
}

#[cfg(test)]
mod tests;
