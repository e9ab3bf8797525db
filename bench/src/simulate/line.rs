//! A node's line to the shared home: what the node knows of who is over a limit, a breaker, and a network that can be
//! cut.

use std::{
    io,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use aspis_core::{
    clock::Clock,
    scenario::denial_of_service::{
        breaker::{Breaker, Outcome, Rules, Stance},
        windows::{Ask, Subject, Verdict},
    },
};
use aspis_store::{
    LeftAlone, StoreError, Stored,
    fleeting::{Asked, Budgets, Health},
};
use aspis_store_redis::Over;
use async_trait::async_trait;

use super::home::Home;

/// Those of `store-redis`.
const RULES: Rules = Rules { results: 10, from: 4, share: 0.5, open: Duration::from_secs(1), probes: 1 };

/// One node's line.
#[derive(Debug)]
pub(super) struct Line {
    home: Arc<Home>,
    clock: Arc<dyn Clock>,
    over: Over,
    breaker: Mutex<Breaker>,
    is_cut: AtomicBool,
    /// The life of the home that answered last.
    life: AtomicU64,
    /// How often the home was asked, or would have been.
    trips: AtomicU64,
}

impl Line {
    /// A line that remembers so many who are over a limit.
    pub(super) fn new(home: Arc<Home>, clock: Arc<dyn Clock>, over: usize) -> Self {
        Self {
            home,
            clock,
            over: Over::new(over),
            breaker: Mutex::new(Breaker::new(RULES)),
            is_cut: AtomicBool::new(false),
            life: AtomicU64::new(0),
            trips: AtomicU64::new(0),
        }
    }

    pub(super) fn cut(&self, is_cut: bool) {
        self.is_cut.store(is_cut, Ordering::Relaxed);
    }

    pub(super) fn trips(&self) -> u64 {
        self.trips.load(Ordering::Relaxed)
    }

    /// One round trip, or one that comes to nothing.
    fn travel(&self, ask: Ask, now: Duration) -> Stored<Verdict> {
        let left_alone = |left| StoreError::because(LeftAlone { left, rule: "breaker.shared" });
        let permit = self.breaker().ask(now).map_err(left_alone)?;
        self.trips.fetch_add(1, Ordering::Relaxed);
        if self.is_cut.load(Ordering::Relaxed) {
            self.breaker().report(permit, Outcome::Fault, now);
            return Err(StoreError::because(io::Error::from(io::ErrorKind::TimedOut)));
        }
        let (verdict, life) = self.home.admit(ask);
        self.breaker().report(permit, Outcome::Good, now);
        self.life.store(life, Ordering::Relaxed);
        Ok(verdict)
    }

    fn breaker(&self) -> MutexGuard<'_, Breaker> {
        self.breaker.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Budgets for Line {
    async fn admit(&self, asks: &[Ask]) -> Stored<Verdict> {
        let [ask] = asks else { return Err(StoreError::because(Asked(asks.len()))) };
        let (name, now) = (name(ask), self.clock.uptime());
        if let Some(standing) = self.over.refusal([(name, ask.rate)].into_iter(), now) {
            return Ok(Verdict::Refused(standing));
        }
        let verdict = self.travel(*ask, now)?;
        if let Verdict::Refused(standing) = verdict {
            self.over.note(name, standing, now);
        }
        Ok(verdict)
    }

    fn health(&self) -> Health {
        let away = self.breaker().stance(self.clock.uptime()) != Stance::Closed;
        Health { away, life: self.life.load(Ordering::Relaxed) }
    }
}

/// Who asks: here always a client, and always in one class.
fn name(ask: &Ask) -> [u8; 16] {
    match ask.subject {
        Subject::Client(client) => client.key(),
        _ => [0; 16],
    }
}
