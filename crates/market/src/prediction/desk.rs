//! The desk where forecasts are computed: a breaker, a line, one computation for all who ask the same, and threads
//! that no request runs on.
//!
//! Whoever asks gets a [`Ticket`] and waits with it; what happens to the work is decided in [`Book`] under one lock,
//! and a ticket that is dropped gives its place up. Time limits are kept twice over: each ticket has a timer, and
//! every look into the book settles first what is overdue, so that nothing stays open for which nobody waits.

use std::{
    io,
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use aspis_core::{
    clock::Clock,
    event::{Event, Sink},
    refusal::Refusal,
    scenario::denial_of_service::{breaker::Stance, shedding::Rank, votes::Change},
};

use super::{
    Rules,
    known::{Known, Made},
};
use crate::{
    forecast::{Forecast, Model},
    prices::Listed,
};

mod book;
mod job;
mod refusals;
mod threads;
mod ticket;

use book::Book;
use job::Phase;
use threads::Threads;
use ticket::Ticket;

/// A forecast that is wanted.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    listed: Arc<Listed>,
    horizon: u32,
}

/// Equal wishes have equal keys: asset, horizon, and what it is made of.
type Key = (String, u32, Made);

/// How things stand at the desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// Computations that wait.
    pub waiting: usize,
    /// Computations under way, without those that are overdue.
    pub computing: usize,
    /// Threads that have not come back in time.
    pub stuck: usize,
    /// Questions so far that joined a computation of somebody else.
    pub shared: u64,
    /// Questions so far that were refused.
    pub refused: u64,
    /// Which way the breaker stands.
    pub breaker: Stance,
}

/// What callers and threads share.
struct Inner {
    book: Mutex<Book>,
    /// There is work, or the threads are to end.
    work: Condvar,
    /// A thread has ended.
    ended: Condvar,
    known: Known,
    full: AtomicBool,
    model: Arc<dyn Model>,
    clock: Arc<dyn Clock>,
    events: Arc<dyn Sink>,
}

/// The desk. Its threads end with it.
pub(super) struct Desk {
    inner: Arc<Inner>,
    timeout: Duration,
    _threads: Threads,
}

impl Desk {
    pub(super) fn open(
        model: Arc<dyn Model>,
        clock: Arc<dyn Clock>,
        events: Arc<dyn Sink>,
        rules: &Rules,
    ) -> io::Result<Self> {
        let inner = Arc::new(Inner {
            book: Mutex::new(Book::new(rules)),
            work: Condvar::new(),
            ended: Condvar::new(),
            known: Known::default(),
            full: AtomicBool::new(false),
            model,
            clock,
            events,
        });
        let threads = Threads::start(&inner, rules.timeout)?;
        Ok(Self { inner, timeout: rules.timeout, _threads: threads })
    }

    /// A forecast that was computed before.
    pub(super) fn known(&self, listed: &Listed, horizon: u32) -> Option<Forecast> {
        self.inner.known.get(&listed.asset.id, horizon, Made::of(listed))
    }

    /// Has one computed, or waits for the computation that somebody else asked for.
    pub(super) async fn compute(&self, wanted: Wanted, rank: Rank) -> Result<Forecast, Refusal> {
        let entered = self.inner.act(|book, now| {
            // It may have been finished since it was looked for.
            match self.known(&wanted.listed, wanted.horizon) {
                Some(forecast) => Ok(Err(forecast)),
                None => book.enter(wanted, rank, now).map(Ok),
            }
        })?;
        match entered {
            Ok(seat) => Ticket::new(Arc::clone(&self.inner), seat).answer(self.timeout).await,
            Err(known) => Ok(known),
        }
    }

    pub(super) fn is_full(&self) -> bool {
        self.inner.full.load(Ordering::Relaxed)
    }

    pub(super) fn counts(&self) -> Counts {
        self.inner.act(|book, now| book.counts(now))
    }

    pub(super) fn finds_broken(&self) -> bool {
        self.inner.act(|book, now| book.finds_broken(now))
    }

    pub(super) fn follow(&self, change: Change) {
        self.inner.act(|book, now| book.follow(change, now));
    }

    #[cfg(test)]
    pub(super) fn weak(&self) -> std::sync::Weak<impl Sized + use<>> {
        Arc::downgrade(&self.inner)
    }
}

impl Inner {
    /// Looks into the book once everything overdue is settled, then tells what it led to.
    fn act<T>(&self, act: impl FnOnce(&mut Book, Duration) -> T) -> T {
        let mut book = self.open();
        let now = self.clock.uptime();
        book.tidy(now);
        let result = act(&mut book, now);
        self.look_up(book);
        result
    }

    fn open(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Leaves the book: whoever can work is called, and what happened is told without holding it, the
    /// events before the answers.
    fn look_up(&self, mut book: MutexGuard<'_, Book>) {
        self.full.store(book.is_full(), Ordering::Relaxed);
        let (news, answers, has_work) = (book.news(), book.answers(), book.has_work());
        drop(book);
        if has_work {
            self.work.notify_one();
        }
        for (kind, rule) in news {
            self.events.record(Event { rule: Some(rule), ..Event::of_server(kind, self.clock.now()) });
        }
        for (phase, answer) in answers {
            phase.send_replace(Phase::Done(answer));
        }
    }
}

impl Wanted {
    pub(super) fn new(listed: Arc<Listed>, horizon: u32) -> Self {
        Self { listed, horizon }
    }

    fn key(&self) -> Key {
        (self.listed.asset.id.clone(), self.horizon, Made::of(&self.listed))
    }
}
