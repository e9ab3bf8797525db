//! What has become of what was sent: numbers for metrics.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// What is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Signal {
    /// Numbers.
    Metrics,
    /// Spans of requests.
    Traces,
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It was taken.
    Taken,
    /// It was not, and is tried again.
    Retried,
    /// It was not, and is dropped.
    Refused,
}

const SIGNALS: [(Signal, &str); 2] = [(Signal::Metrics, "metrics"), (Signal::Traces, "traces")];
const OUTCOMES: [(Outcome, &str); 3] =
    [(Outcome::Taken, "taken"), (Outcome::Retried, "retried"), (Outcome::Refused, "refused")];

impl Signal {
    pub(super) const fn word(self) -> &'static str {
        SIGNALS[self as usize].1
    }
}

/// The counts.
#[derive(Debug, Default)]
pub struct Tally {
    exports: [[AtomicU64; OUTCOMES.len()]; SIGNALS.len()],
    spans_lost: AtomicU64,
}

impl Tally {
    pub(super) fn count(&self, signal: Signal, outcome: Outcome) {
        self.exports[signal as usize][outcome as usize].fetch_add(1, Relaxed);
    }

    pub(super) fn lose_spans(&self, count: usize) {
        self.spans_lost.fetch_add(u64::try_from(count).unwrap_or(u64::MAX), Relaxed);
    }

    /// Messages so far, by signal and outcome.
    pub(crate) fn exports(&self) -> impl Iterator<Item = (&'static str, &'static str, u64)> {
        SIGNALS.into_iter().flat_map(move |(signal, word)| {
            let count = move |outcome| self.exports[signal as usize][outcome as usize].load(Relaxed);
            OUTCOMES.into_iter().map(move |(outcome, name)| (word, name, count(outcome)))
        })
    }

    /// Spans that were dropped: no room, or refused with their message.
    pub(crate) fn spans_lost(&self) -> u64 {
        self.spans_lost.load(Relaxed)
    }
}
