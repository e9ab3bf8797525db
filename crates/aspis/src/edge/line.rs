//! One connection's facts, shared by its task, the clock and whoever looks for a place to free.

use std::{
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering::Relaxed},
    },
    task::{Context, Waker},
};

use super::{
    Peer,
    held::{Held, Waits},
    pulse::{Mark, Pulse, Spans, Stage},
};

/// The facts of one connection.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) peer: Peer,
    /// A proxy, which speaks for many clients.
    pub(super) many: bool,
    pub(super) pulse: Arc<Pulse>,
    /// Wakes the connection's task, so that it looks at its marks. A task has one waker from its first step to its end.
    waker: OnceLock<Waker>,
    /// Nothing is in progress: the connection waits for a complete request.
    pub(super) waiting: Mark,
    /// A head has begun, or the first one is awaited.
    pub(super) head: Mark,
    /// Requests whose handlers wait for their bodies, by the first byte of the oldest.
    pub(super) bodies: Waits,
    /// Answers that wait for the client.
    pub(super) answers: Waits,
    /// A handler waits for the body; over HTTP/2 each stream has its own mark.
    pub(super) body: Mark,
    /// Until when the body may be waited for at its pace.
    pub(super) body_due: Mark,
    /// The client takes no more of its answer.
    pub(super) write: Mark,
    /// Until when the answer may be waited for at its pace.
    pub(super) write_due: Mark,
    /// Bytes of answers that the client has not taken.
    pub(super) unsent: AtomicU64,
    /// The same of all connections of its client; nothing for a proxy.
    of_client: OnceLock<Arc<AtomicU64>>,
    /// The last answer is out.
    pub(super) parting: Mark,
    in_flight: AtomicU32,
    requests: AtomicU64,
    evicted: AtomicBool,
    cut: AtomicBool,
    given_up: AtomicBool,
    refused: AtomicU32,
    held_off: AtomicBool,
    parked: AtomicBool,
}

impl Line {
    pub(super) fn new(peer: Peer, many: bool, pulse: Arc<Pulse>) -> Self {
        let line = Self {
            peer,
            many,
            waker: OnceLock::new(),
            waiting: Mark::default(),
            head: Mark::default(),
            bodies: Waits::default(),
            answers: Waits::default(),
            body: Mark::default(),
            body_due: Mark::default(),
            write: Mark::default(),
            write_due: Mark::default(),
            unsent: AtomicU64::new(0),
            of_client: OnceLock::new(),
            parting: Mark::default(),
            in_flight: AtomicU32::new(0),
            requests: AtomicU64::new(0),
            evicted: AtomicBool::new(false),
            cut: AtomicBool::new(false),
            given_up: AtomicBool::new(false),
            refused: AtomicU32::new(0),
            held_off: AtomicBool::new(false),
            parked: AtomicBool::new(false),
            pulse,
        };
        line.waiting.set(line.pulse.now());
        line.head.set(line.pulse.now());
        line
    }

    /// The connection's task is at work.
    pub(super) fn is_polled(&self, cx: &Context<'_>) {
        if self.waker.get().is_none() {
            // Nobody else sets it.
            let _ = self.waker.set(cx.waker().clone());
        }
    }

    /// Has the task look at its marks.
    pub(super) fn wake(&self) {
        if let Some(waker) = self.waker.get() {
            waker.wake_by_ref();
        }
    }

    /// Requests that were read and not yet answered.
    pub(super) fn in_flight(&self) -> u32 {
        self.in_flight.load(Relaxed)
    }

    pub(super) fn requests(&self) -> u64 {
        self.requests.load(Relaxed)
    }

    /// So many complete heads went through.
    pub(super) fn begin(&self, heads: u32) {
        self.in_flight.fetch_add(heads, Relaxed);
        self.requests.fetch_add(u64::from(heads), Relaxed);
        self.waiting.clear();
        self.head.clear();
    }

    /// One answer has been given to the writer whole, or was given up.
    pub(super) fn finish(&self) {
        if self.in_flight.fetch_sub(1, Relaxed) > 1 {
            return;
        }
        self.waiting.set(self.pulse.now());
        // The reader may have been told to wait without being promised a wake-up by the socket.
        if self.parked.swap(false, Relaxed) || self.is_evicted() || self.pulse.reached(Stage::Leaving) {
            self.wake();
        }
    }

    /// Asks for a wake-up when nothing is in flight any more.
    pub(super) fn park(&self) {
        self.parked.store(true, Relaxed);
    }

    /// Asks a waiting connection to go.
    pub(super) fn evict(&self) {
        self.evicted.store(true, Relaxed);
        self.wake();
    }

    pub(super) fn is_evicted(&self) -> bool {
        self.evicted.load(Relaxed)
    }

    /// Ends a connection in the middle of what it does: we wait for its client, and somebody else needs the room.
    pub(super) fn cut(&self) {
        self.cut.store(true, Relaxed);
        self.evict();
    }

    pub(super) fn is_cut(&self) -> bool {
        self.cut.load(Relaxed)
    }

    /// A stream was no request.
    pub(super) fn refuse(&self) {
        self.refused.fetch_add(1, Relaxed);
    }

    /// How many were none.
    pub(super) fn refused(&self) -> u32 {
        self.refused.load(Relaxed)
    }

    /// The client does not take what it asked for: nothing of that is kept for it when the connection ends.
    pub(super) fn give_up(&self) {
        self.given_up.store(true, Relaxed);
    }

    pub(super) fn is_given_up(&self) -> bool {
        self.given_up.load(Relaxed)
    }

    /// Counts what is not taken for the client, too.
    pub(super) fn belongs_to(&self, unread: &Arc<AtomicU64>) {
        // A connection is given its place once.
        let _ = self.of_client.set(Arc::clone(unread));
    }

    /// The bytes that the client has not taken, on any of its connections.
    pub(super) fn of_client(&self) -> Option<&AtomicU64> {
        self.of_client.get().map(|unread| &**unread)
    }

    /// Whether its next request is left unread until the client has taken what it asked for before.
    pub(super) fn hold_off(&self, held: bool) {
        self.held_off.store(held, Relaxed);
    }

    pub(super) fn is_held_off(&self) -> bool {
        self.held_off.load(Relaxed)
    }

    /// What the client keeps us waiting for; nothing where a complete request is at work.
    pub(super) fn held(&self) -> Option<Held> {
        let set = |mark: &Mark| mark.is_set().then(|| mark.since());
        let unread = || set(&self.write).or_else(|| self.answers.since()).map(Held::Unread);
        match self.in_flight() {
            0 => unread().or_else(|| set(&self.waiting).map(Held::Waiting)),
            all if all > self.bodies.count() + self.answers.count() => None,
            _ => self.bodies.since().map(Held::Incomplete).or_else(unread),
        }
    }

    /// Whether the task has a reason to look at the time.
    pub(super) fn is_overdue(&self, now: u64, spans: &Spans) -> bool {
        self.waiting.is_older(now, spans.idle)
            || self.head.is_older(now, spans.header)
            || self.body.is_older(now, spans.body)
            || self.write.is_older(now, spans.write)
            || self.body_due.is_past(now)
            || self.write_due.is_past(now)
            || self.parting.is_older(now, spans.linger)
    }
}
