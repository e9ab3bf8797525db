//! What has become of messages: numbers for metrics.

use std::sync::atomic::{AtomicU64, Ordering};

/// Messages so far of one channel, or of all where they stand in line for all.
#[derive(Debug, Default)]
pub struct Tally {
    pub(super) sent: Count,
    pub(super) retried: Count,
    pub(super) failed: Count,
    pub(super) dropped: Count,
    pub(super) merged: Count,
}

/// A number that only grows.
#[derive(Debug, Default)]
pub(super) struct Count(AtomicU64);

impl Count {
    pub(super) fn add(&self, more: u64) {
        self.0.fetch_add(more, Ordering::Relaxed);
    }

    fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

impl Tally {
    /// Messages that have arrived.
    pub fn sent(&self) -> u64 {
        self.sent.get()
    }

    /// Tries that came to nothing, and are followed by another.
    pub fn retried(&self) -> u64 {
        self.retried.get()
    }

    /// Messages that were given up: refused for good, or tried too often.
    pub fn failed(&self) -> u64 {
        self.failed.get()
    }

    /// Messages that were dropped: no room, no budget, or the receiver is gone for good.
    pub fn dropped(&self) -> u64 {
        self.dropped.get()
    }

    /// Messages that went with others, as one.
    pub fn merged(&self) -> u64 {
        self.merged.get()
    }
}
