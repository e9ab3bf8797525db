//! What has become of letters: numbers for metrics, and a line in the log when some were lost, at most one a minute.

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

const MINUTE: Duration = Duration::from_secs(60);

/// Letters so far, by what became of them.
#[derive(Debug, Default)]
pub struct Tally {
    delivered: AtomicU64,
    dropped: AtomicU64,
    failed: AtomicU64,
    /// When the log last spoke of dropped letters, and how many there were then.
    spoke: Mutex<Option<(Duration, u64)>>,
}

impl Tally {
    /// Letters that the relay has accepted.
    pub fn delivered(&self) -> u64 {
        self.delivered.load(Ordering::Relaxed)
    }

    /// Letters that found the queue full, or were still in it at the end.
    pub fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }

    /// Letters that were given up: refused for good, tried too often, or no letters at all.
    pub fn failed(&self) -> u64 {
        self.failed.load(Ordering::Relaxed)
    }

    pub(super) fn accepted(&self) {
        self.delivered.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn gave_up(&self) {
        self.failed.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn left(&self, letters: u64) {
        self.dropped.fetch_add(letters, Ordering::Relaxed);
    }

    /// Counts one that found no room at `uptime`.
    pub(super) fn dropped_at(&self, uptime: Duration) {
        let dropped = self.dropped.fetch_add(1, Ordering::Relaxed) + 1;
        if let Some(since) = self.worth_a_line(dropped, uptime) {
            tracing::warn!(
                letters = since,
                "letters are dropped: too many wait for the mail relay, or the server is ending"
            );
        }
    }

    /// How many were dropped since the last line, once a minute.
    fn worth_a_line(&self, dropped: u64, uptime: Duration) -> Option<u64> {
        let mut spoke = self.spoke.lock().unwrap_or_else(PoisonError::into_inner);
        let (last, before) = spoke.unzip();
        if last.is_some_and(|last| uptime.saturating_sub(last) < MINUTE) {
            return None;
        }
        *spoke = Some((uptime, dropped));
        Some(dropped.saturating_sub(before.unwrap_or(0)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_queue_is_one_line_a_minute() {
        let tally = Tally::default();
        let line = |dropped, second| tally.worth_a_line(dropped, Duration::from_secs(second));
        assert_eq!(line(1, 0), Some(1));
        assert_eq!((line(2, 1), line(700, 59)), (None, None));
        assert_eq!(line(701, 60), Some(700));
    }
}
