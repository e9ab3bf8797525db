//! How a source is: what operators see of it, and the one line that is said when it goes and when it comes back.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aspis_core::{
    clock::{Clock, Timestamp},
    event::{Event, Kind, Sink},
    refusal::Rule,
};

use super::fault::Fault;
use crate::offered::Taken;

/// What a source is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// It has not been asked yet.
    Waiting,
    /// It answers.
    Running,
    /// It failed lately and will be asked again soon.
    BackingOff,
    /// It has failed for a while.
    Unreachable,
    /// It refuses us.
    Banned,
    /// It is there, and nothing of what it says is of use.
    Failing,
}

impl Status {
    /// The word on the wire.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::BackingOff => "backing_off",
            Self::Unreachable => "unreachable",
            Self::Banned => "banned",
            Self::Failing => "failing",
        }
    }

    const fn is_gone(self) -> bool {
        matches!(self, Self::Unreachable | Self::Banned)
    }
}

/// Everything an operator sees of a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceState {
    /// Its name among the trusted sources.
    pub name: &'static str,
    /// What kind it is: `binance` or `yahoo`.
    pub kind: &'static str,
    /// Where it is asked.
    pub address: String,
    /// False when the settings turn it off, or do not trust it.
    pub enabled: bool,
    /// What it is doing.
    pub status: Status,
    /// Since when.
    pub since: Timestamp,
    /// When it last answered well.
    pub last_success: Option<Timestamp>,
    /// The `snake_case` word of the last failure, and when that was.
    pub last_error: Option<(&'static str, Timestamp)>,
    /// When it is asked again.
    pub next_try: Option<Timestamp>,
    /// Rows that it brought since the start and that were accepted.
    pub rows: u64,
    /// Those that were held.
    pub quarantined: u64,
    /// Those that were none.
    pub refused: u64,
    /// Of these, those that could not be read: nobody was offered them.
    pub unreadable: u64,
    /// The assets it is asked for.
    pub assets: Vec<String>,
}

/// The state of one source, shared by its feed and whoever asks.
pub struct Health {
    state: Mutex<Inner>,
    clock: Arc<dyn Clock>,
    events: Arc<dyn Sink>,
}

struct Inner {
    shown: SourceState,
    failures: u32,
    /// It was told that the source is gone, and not yet that it is back.
    told: bool,
}

/// Failures in a row after which a source is gone, and no longer only late.
const GONE: u32 = 3;

impl Health {
    pub(super) fn new(shown: SourceState, clock: Arc<dyn Clock>, events: Arc<dyn Sink>) -> Self {
        Self { state: Mutex::new(Inner { shown, failures: 0, told: false }), clock, events }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How it is now.
    pub fn state(&self) -> SourceState {
        self.inner().shown.clone()
    }

    /// It answered well.
    pub(super) fn worked(&self) {
        let now = self.clock.now();
        let mut inner = self.inner();
        inner.failures = 0;
        inner.shown.last_success = Some(now);
        inner.turn(Status::Running, now);
        let (name, was_gone) = (inner.shown.name, std::mem::take(&mut inner.told));
        drop(inner);
        if was_gone {
            tracing::info!(source = name, "the source of prices answers again");
            self.tell(Kind::SourceBack, name, now);
        }
    }

    /// It failed; how often in a row it has.
    pub(super) fn failed(&self, fault: Fault) -> u32 {
        let now = self.clock.now();
        let mut inner = self.inner();
        inner.failures = inner.failures.saturating_add(1);
        inner.shown.last_error = Some((fault.word(), now));
        let failures = inner.failures;
        let status = match fault {
            Fault::Banned { .. } => Status::Banned,
            _ if fault.is_of_answer() => Status::Failing,
            _ if inner.shown.status.is_gone() => inner.shown.status,
            _ if failures >= GONE => Status::Unreachable,
            _ => Status::BackingOff,
        };
        inner.turn(status, now);
        let is_gone = status.is_gone() || failures >= GONE;
        let is_news = is_gone && !inner.told;
        inner.told |= is_gone;
        let name = inner.shown.name;
        drop(inner);
        if is_news {
            tracing::warn!(source = name, reason = %fault, "a source of prices brings nothing; what is known is served");
            self.tell(Kind::SourceUnreachable, name, now);
        }
        failures
    }

    /// A part of it failed that it can do without for a while.
    pub(super) fn note(&self, fault: Fault) {
        let now = self.clock.now();
        self.inner().shown.last_error = Some((fault.word(), now));
    }

    /// When it is asked again.
    pub(super) fn next_try(&self, at: Timestamp) {
        self.inner().shown.next_try = Some(at);
    }

    /// Counts what became of its rows.
    pub(super) fn count(&self, taken: &[Taken], wrong: usize) {
        let mut inner = self.inner();
        inner.shown.refused += wrong as u64;
        inner.shown.unreadable += wrong as u64;
        for one in taken {
            match one {
                Taken::Accepted { .. } => inner.shown.rows += 1,
                Taken::Quarantined { .. } => inner.shown.quarantined += 1,
                Taken::Refused { .. } => inner.shown.refused += 1,
                Taken::Known => {}
            }
        }
    }

    fn tell(&self, kind: Kind, name: &'static str, now: Timestamp) {
        let rule = Some(Rule::named(name));
        self.events.record(Event { rule, ..Event::of_server(kind, now) });
    }
}

impl Inner {
    fn turn(&mut self, status: Status, now: Timestamp) {
        if std::mem::replace(&mut self.shown.status, status) != status {
            self.shown.since = now;
        }
    }
}
