//! The places of requests in progress: one counter, and a note of how long it has been high.

use std::{
    fmt,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use super::Rank;

/// The shortest and the longest that somebody who was shed is told to wait.
const SHORTEST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(60);
/// How much of the pace is kept from one look to the next: it is that of about the last ten.
const KEPT: f64 = 0.9;

/// Places for so many requests in progress. Taking and leaving one is one step on one counter; only when the house is
/// full, or becomes or ceases to be it, is the clock asked and a lock taken.
pub struct Places {
    all: AtomicUsize,
    full_from: AtomicUsize,
    taken: AtomicUsize,
    busy: Mutex<Busy>,
}

#[derive(Debug, Default)]
struct Busy {
    /// Since when the house is full without a break, or since the last look.
    since: Option<Duration>,
    /// How long it was full since the last look.
    full: Duration,
    /// The pace at which places become free while it is full: so many in so long.
    left: f64,
    over: Duration,
}

impl Places {
    /// `all` places. The house is called full while at least the share `full` of them is taken.
    pub fn new(all: usize, full: f64) -> Self {
        Self {
            all: AtomicUsize::new(all),
            full_from: AtomicUsize::new(part(all, full)),
            taken: AtomicUsize::new(0),
            busy: Mutex::default(),
        }
    }

    /// Has so many places from now on. Nobody who is inside is sent away; where there are fewer than before, newcomers
    /// wait until enough have left.
    pub fn resize(&self, all: usize, full: f64) {
        self.all.store(all, Ordering::Relaxed);
        self.full_from.store(part(all, full), Ordering::Relaxed);
    }

    fn all(&self) -> usize {
        self.all.load(Ordering::Relaxed)
    }

    fn full_from(&self) -> usize {
        self.full_from.load(Ordering::Relaxed)
    }

    /// Takes a place for this rank, if its share of them is not used up; it must be left again.
    pub fn enter(&self, rank: Rank, now: impl FnOnce() -> Duration) -> bool {
        let most = rank.share(self.all());
        let step = |taken| (taken < most).then_some(taken + 1);
        let Ok(before) = self.taken.fetch_update(Ordering::AcqRel, Ordering::Acquire, step) else {
            return false;
        };
        if before + 1 == self.full_from() {
            drop(self.busy(now()));
        }
        true
    }

    /// Gives a place back that was taken.
    pub fn leave(&self, now: impl FnOnce() -> Duration) {
        let before = self.taken.fetch_sub(1, Ordering::AcqRel);
        if before >= self.full_from() {
            self.busy(now()).left += 1.0;
        }
    }

    /// How long somebody of this rank, who was shed, had better wait: by the pace at which places become free. Where
    /// none does, as long as that has been so.
    pub fn wait(&self, rank: Rank, now: Duration) -> Duration {
        let busy = self.busy(now);
        let wanted = (self.taken() + 1).saturating_sub(rank.share(self.all())).max(1);
        let wanted = f64::from(u32::try_from(wanted).unwrap_or(u32::MAX));
        let ahead = if busy.left < 0.5 { 1.0 } else { wanted / busy.left };
        let seconds = (busy.over.as_secs_f64() * ahead).min(LONGEST.as_secs_f64());
        Duration::from_secs_f64(seconds).max(SHORTEST)
    }

    /// How long the house was full since this was last asked. To be asked every second.
    pub fn look(&self, now: Duration) -> Duration {
        let mut busy = self.busy(now);
        busy.left *= KEPT;
        busy.over = busy.over.mul_f64(KEPT);
        std::mem::take(&mut busy.full)
    }

    /// Places that are taken.
    pub fn taken(&self) -> usize {
        self.taken.load(Ordering::Acquire)
    }

    /// The notes, brought up to `now`. Whoever crosses the line comes here after it was crossed, and of several that
    /// crossed it in both directions the last one here sees where it ended.
    fn busy(&self, now: Duration) -> MutexGuard<'_, Busy> {
        let mut busy = self.busy.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(since) = busy.since.take() {
            let span = now.saturating_sub(since);
            busy.full += span;
            busy.over += span;
        }
        if self.taken() >= self.full_from() {
            busy.since = Some(now);
        }
        busy
    }
}

/// A share of so many places, rounded up; at least one.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "a share of at most 100,000 places"
)]
fn part(all: usize, share: f64) -> usize {
    ((all as f64 * share.clamp(0.0, 1.0) - 1e-9).ceil() as usize).max(1)
}

impl fmt::Debug for Places {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Places({} of {})", self.taken(), self.all())
    }
}
