//! One budget for all nodes, and a share of it for each while the shared home is away.
//!
//! A node counts in windows of its own whatever the shared home lets in. While that is away the node judges by them
//! alone, by its share of each limit; what it let in before counts. A home that comes back with nothing in it is
//! judged beside: for as long as what it has forgotten would have counted, its word and the node's must both be yes.
//!
//! So in any window all nodes together admit at most the limit, and each node its share of it once more, however often
//! the home goes away or forgets: what a node admits alone, it admits while its own count is below its share. Deliberately not here: how it is known that a home is away.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use aspis_core::{
    clock::Clock,
    scenario::denial_of_service::windows::{Ask, Verdict, Windows},
};
use async_trait::async_trait;
use tokio::sync::watch;

use super::{Budgets, Health, judge};
use crate::Stored;

/// What an owner is told of the shared home.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Watched {
    /// True while this node judges by windows of its own.
    pub away: bool,
    /// How often the home has come back with nothing in it.
    pub forgot: u64,
}

/// A shared home of windows with a node's own behind it.
pub struct SharedOrOwn {
    shared: Arc<dyn Budgets>,
    own: Arc<Windows>,
    clock: Arc<dyn Clock>,
    /// In millionths.
    share: u64,
    memory: Mutex<Memory>,
    watched: watch::Sender<Watched>,
}

/// What is known of the shared home.
#[derive(Debug, Clone, Copy, Default)]
struct Memory {
    life: u64,
    /// When it was seen that it had forgotten.
    forgot: Option<Duration>,
    /// What the owner was told last.
    told: Watched,
}

/// No limit at all: what was let in is counted, whatever stands there.
const ANY: u32 = u32::MAX;
/// All of a limit, in the parts that a share is kept in.
const WHOLE: u32 = 1_000_000;

impl SharedOrOwn {
    /// `own` are this node's windows; `share` is what it takes of each limit while `shared` is away, at most all of
    /// it, and at least one request.
    pub fn new(shared: Arc<dyn Budgets>, own: Arc<Windows>, clock: Arc<dyn Clock>, share: f64) -> Self {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most a million")]
        let share = (share.clamp(0.0, 1.0) * f64::from(WHOLE)).round() as u64;
        Self { shared, own, clock, share, memory: Mutex::default(), watched: watch::Sender::default() }
    }

    /// What becomes of the shared home, from now on.
    pub fn watch(&self) -> watch::Receiver<Watched> {
        self.watched.subscribe()
    }

    /// What the shared home let in is counted here too, unless this is the first that is heard of its having forgotten:
    /// then it has not the last word.
    fn beside(&self, asks: &[Ask], verdict: Verdict) -> Stored<Verdict> {
        let now = self.clock.uptime();
        let forgot = self.note(now);
        match verdict {
            Verdict::Refused(_) => Ok(verdict),
            Verdict::Admitted(_) if counted_by(asks, forgot, now) => {
                judge(&self.own, asks, now, |ask| self.part(ask))
            }
            Verdict::Admitted(_) => judge(&self.own, asks, now, |_| ANY).map(|_| verdict),
        }
    }

    /// This node's word alone.
    fn alone(&self, asks: &[Ask]) -> Stored<Verdict> {
        let now = self.clock.uptime();
        self.note(now);
        judge(&self.own, asks, now, |ask| self.part(ask))
    }

    /// What a node may let in of a window alone.
    fn part(&self, ask: &Ask) -> u32 {
        let part = u64::from(ask.rate.limit) * self.share / u64::from(WHOLE);
        u32::try_from(part).unwrap_or(u32::MAX).max(1)
    }

    /// Takes in how the shared home is and tells the owner what has changed. When it forgot, if it ever has.
    fn note(&self, now: Duration) -> Option<Duration> {
        let Health { away, life } = self.shared.health();
        let mut memory = self.memory();
        let known = memory.life;
        let forgot = life != 0 && known != 0 && life != known;
        if life != 0 {
            memory.life = life;
        }
        if forgot {
            memory.forgot = Some(now);
        }
        let watched = Watched { away, forgot: memory.told.forgot + u64::from(forgot) };
        if watched != memory.told {
            memory.told = watched;
            self.watched.send_replace(watched);
        }
        memory.forgot
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        // Nothing in it can be left half-changed.
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Budgets for SharedOrOwn {
    async fn admit(&self, asks: &[Ask]) -> Stored<Verdict> {
        let forgot = self.memory().forgot;
        if !counted_by(asks, forgot, self.clock.uptime()) {
            return match self.shared.admit(asks).await {
                Ok(verdict) => self.beside(asks, verdict),
                // Why it failed is told by the one who knows, and the caller has an answer.
                Err(_) => self.alone(asks),
            };
        }
        // Asked first, so that the shared home counts nothing that is refused here.
        match self.alone(asks)? {
            admitted @ Verdict::Admitted(_) => Ok(self.shared.admit(asks).await.unwrap_or(admitted)),
            refused @ Verdict::Refused(_) => Ok(refused),
        }
    }

    fn health(&self) -> Health {
        self.shared.health()
    }
}

/// True when something that was forgotten then would still count in one of these windows: for a window and a sixteenth.
fn counted_by(asks: &[Ask], forgot: Option<Duration>, now: Duration) -> bool {
    let young = |at: Duration, ask: &Ask| now.saturating_sub(at) < ask.rate.window * 17 / 16;
    forgot.is_some_and(|at| asks.iter().any(|ask| young(at, ask)))
}

impl fmt::Debug for SharedOrOwn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SharedOrOwn").field("shared", &self.shared).finish_non_exhaustive()
    }
}
