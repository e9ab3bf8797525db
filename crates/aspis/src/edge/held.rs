//! What keeps a connection: its client's next request, the rest of one, or an answer that the client does not take.
//!
//! Facts only; who goes first when room is short is decided among the places.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use super::pulse::Mark;

/// What we wait for, and since when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Held {
    /// For a request that has not begun, or whose head is unfinished.
    Waiting(u64),
    /// For the rest of a request; counted from its first byte, since each further one proves nothing.
    Incomplete(u64),
    /// For the client to take more of an answer; counted from the last it took.
    Unread(u64),
}

impl Held {
    pub(super) const fn since(self) -> u64 {
        match self {
            Self::Waiting(since) | Self::Incomplete(since) | Self::Unread(since) => since,
        }
    }
}

/// Requests of one connection that wait for its client, and since when there has been one.
#[derive(Debug, Default)]
pub(super) struct Waits {
    count: AtomicU32,
    since: Mark,
}

impl Waits {
    /// One more, and the time that counts for it.
    pub(super) fn begin(&self, since: u64) {
        if self.count.fetch_add(1, Relaxed) == 0 || since < self.since.since() {
            self.since.set(since);
        }
    }

    /// One less.
    pub(super) fn end(&self) {
        if self.count.fetch_sub(1, Relaxed) == 1 {
            self.since.clear();
        }
    }

    pub(super) fn count(&self) -> u32 {
        self.count.load(Relaxed)
    }

    /// Since when; nothing where none waits.
    pub(super) fn since(&self) -> Option<u64> {
        self.since.is_set().then(|| self.since.since())
    }
}
