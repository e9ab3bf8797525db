//! What all connections of one edge share: limits, hooks, the coarse clock, the places and the counts.

use std::{
    convert::Infallible,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
};

use tokio::{
    sync::Semaphore,
    time::{Instant, sleep},
};

use super::{
    Peer, Report,
    head::Bounds,
    limits::Limits,
    pulse::{Pulse, Spans},
    refusal::{EdgeRefusal, Hooks, Refused},
    seats::Seats,
    unsent::Unsent,
};

#[expect(clippy::disallowed_methods, reason = "where IO is timed, its timer's own clock counts")]
fn now() -> Instant {
    Instant::now()
}

/// Newcomers without a place that are given the time to read why; the others are answered and dropped.
const PARTINGS: usize = 64;

pub(super) struct Desk {
    pub(super) limits: Limits,
    pub(super) hooks: Hooks,
    pub(super) spans: Spans,
    pub(super) pulse: Arc<Pulse>,
    pub(super) seats: Seats,
    pub(super) partings: Arc<Semaphore>,
    pub(super) unsent: Unsent,
    refused: AtomicU64,
    turned_away: AtomicU64,
    cut: AtomicU64,
}

impl Desk {
    pub(super) fn new(limits: Limits, hooks: Hooks) -> Self {
        Self {
            spans: Spans::new(&limits),
            seats: Seats::new(&limits),
            pulse: Arc::new(Pulse::new()),
            partings: Arc::new(Semaphore::new(PARTINGS)),
            unsent: Unsent::new(limits.unsent_bytes),
            refused: AtomicU64::new(0),
            turned_away: AtomicU64::new(0),
            cut: AtomicU64::new(0),
            limits,
            hooks,
        }
    }

    pub(super) fn bounds(&self) -> Bounds {
        Bounds { head: self.limits.head_bytes, url: self.limits.url_bytes, headers: self.limits.headers }
    }

    /// Moves the coarse clock and wakes whoever has waited too long. One timer for all connections, which are looked at
    /// a few at a time, each once a tick: thousands that are due together would hold up everybody else.
    pub(super) async fn keep_time(&self) -> Infallible {
        let start = now();
        loop {
            sleep(self.limits.tick() / self.seats.slices()).await;
            self.pulse.beat(now().duration_since(start));
            self.seats.wake_overdue(self.pulse.now(), self);
        }
    }

    /// The answer to a refusal; its owner learns of it by being asked.
    pub(super) fn answer(&self, why: EdgeRefusal, peer: Peer, head: &[u8]) -> Vec<u8> {
        let count = if why == EdgeRefusal::TooManyConnections { &self.turned_away } else { &self.refused };
        count.fetch_add(1, Relaxed);
        let head = &head[..head.len().min(self.limits.head_bytes)];
        (self.hooks.refusals)(&Refused { why, peer, head })
    }

    pub(super) fn cut(&self, connections: usize) {
        self.cut.store(connections as u64, Relaxed);
    }

    pub(super) fn report(&self) -> Report {
        let tally = self.seats.tally();
        Report {
            connections: tally.admitted,
            requests: tally.requests,
            evicted: tally.evicted,
            unread: tally.unread,
            refused: self.refused.load(Relaxed),
            turned_away: self.turned_away.load(Relaxed),
            cut: self.cut.load(Relaxed),
        }
    }
}
