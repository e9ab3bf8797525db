//! Time for the edge: one coarse clock for all connections, and marks of since when something has been so.
//!
//! Writing a mark is a plain store, so that the way of a request touches no timer. Whether a mark is too old is looked
//! at only when there is nothing else to do.

use std::{
    sync::atomic::{AtomicU8, AtomicU64, Ordering::Relaxed},
    time::Duration,
};

use super::{limits::Limits, pace::Pace};

/// How far the edge is with stopping.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd)]
pub(super) enum Stage {
    /// Not at all.
    Open,
    /// Every further answer says that it is the last of its connection.
    Closing,
    /// Connections without a request go.
    Leaving,
}

/// The coarse time and the stage: what every connection reads and one place writes.
#[derive(Debug)]
pub(super) struct Pulse {
    now: AtomicU64,
    stage: AtomicU8,
}

impl Pulse {
    pub(super) const fn new() -> Self {
        Self { now: AtomicU64::new(1), stage: AtomicU8::new(Stage::Open as u8) }
    }

    /// Milliseconds since the start, never 0, at most one tick old.
    pub(super) fn now(&self) -> u64 {
        self.now.load(Relaxed)
    }

    pub(super) fn beat(&self, since_start: Duration) {
        self.now.store(1 + millis(since_start), Relaxed);
    }

    pub(super) fn reached(&self, stage: Stage) -> bool {
        self.stage.load(Relaxed) >= stage as u8
    }

    pub(super) fn reach(&self, stage: Stage) {
        self.stage.store(stage as u8, Relaxed);
    }
}

/// The limits in the clock's unit, each a tick longer, since a mark may be a tick early.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spans {
    pub(super) header: u64,
    pub(super) idle: u64,
    pub(super) body: u64,
    pub(super) write: u64,
    pub(super) linger: u64,
    pub(super) pace: Pace,
}

/// How long a client that was answered for the last time may take to read and close.
pub(super) const LINGER: Duration = Duration::from_secs(2);

impl Spans {
    pub(super) fn new(limits: &Limits) -> Self {
        let span = |limit: Duration| millis(limit + limits.tick());
        Self {
            header: span(limits.header_timeout),
            idle: span(limits.idle_timeout),
            body: span(limits.body_timeout),
            write: span(limits.write_timeout),
            linger: span(LINGER),
            pace: Pace::new(limits),
        }
    }
}

pub(super) fn millis(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX / 2)
}

/// Since when something has been so; 0 where it is not so.
#[derive(Debug, Default)]
pub(super) struct Mark(AtomicU64);

impl Mark {
    pub(super) fn since(&self) -> u64 {
        self.0.load(Relaxed)
    }

    /// The same, and `now` where it is not so.
    pub(super) fn since_or(&self, now: u64) -> u64 {
        if self.is_set() { self.since() } else { now }
    }

    pub(super) fn is_set(&self) -> bool {
        self.since() != 0
    }

    pub(super) fn set(&self, now: u64) {
        self.0.store(now, Relaxed);
    }

    /// Sets it, unless it is set already.
    pub(super) fn start(&self, now: u64) {
        if !self.is_set() {
            self.set(now);
        }
    }

    pub(super) fn clear(&self) {
        self.set(0);
    }

    pub(super) fn is_older(&self, now: u64, span: u64) -> bool {
        let since = self.since();
        since != 0 && now.saturating_sub(since) > span
    }

    /// For a mark that says until when: whether that is over.
    pub(super) fn is_past(&self, now: u64) -> bool {
        self.is_older(now, 0)
    }
}
