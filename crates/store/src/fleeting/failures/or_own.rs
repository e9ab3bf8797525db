//! Tries that all nodes count together, and a node's own count while the shared home is away.
//!
//! A node counts for itself whatever the shared home lets begin, and goes by that alone while it must. A home that comes
//! back with nothing in it is judged beside: for as long as what it has forgotten would have counted, a node lets nothing
//! begin that its own count does not. So a name may be tried as often as is allowed once more on each node for every time
//! that the home goes away or forgets, and never without end. Deliberately not here: why the home is away.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use aspis_core::{
    client::Client,
    clock::Clock,
    scenario::brute_force::tries::{
        Attempt, NameKey, Need, Outcome, Rules, Sides, Signs, SiteChange, Ticket, Tries,
    },
};
use async_trait::async_trait;

use super::{Failures, Try};
use crate::Stored;

/// A shared count of tries with a node's own behind it.
pub struct FailuresOrOwn {
    shared: Arc<dyn Failures>,
    own: Arc<Tries>,
    clock: Arc<dyn Clock>,
    memory: Mutex<Memory>,
}

/// What is known of the shared home.
#[derive(Debug, Clone, Copy)]
struct Memory {
    life: u64,
    /// When it was seen that it had forgotten.
    forgot: Option<Duration>,
    /// For how long that counts.
    kept: Duration,
}

impl FailuresOrOwn {
    /// Counts in `shared`, and beside it in `own`, both by these rules.
    pub fn new(shared: Arc<dyn Failures>, own: Arc<Tries>, clock: Arc<dyn Clock>, rules: &Rules) -> Self {
        let memory = Mutex::new(Memory { life: 0, forgot: None, kept: Sides::kept(rules) });
        Self { shared, own, clock, memory }
    }

    /// True while the shared home may not know what this node does.
    fn has_forgotten(&self) -> bool {
        let (now, life) = (self.now(), self.shared.life());
        // Nothing in it can be left half-changed.
        let mut memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        if life != 0 && life != memory.life {
            if memory.life != 0 {
                memory.forgot = Some(now);
            }
            memory.life = life;
        }
        memory.forgot.is_some_and(|since| now.saturating_sub(since) < memory.kept)
    }

    /// What stands in the way here, where the shared home may have forgotten it.
    fn need_beside(&self, attempt: &Attempt) -> Need {
        if self.has_forgotten() { self.own.look(attempt, self.now()) } else { Need::Nothing }
    }

    fn now(&self) -> Duration {
        self.clock.uptime()
    }

    /// Counts a try that the shared home has let begin. One that would not be let begin here is not counted: what
    /// stands in its way stands there already.
    fn beside(&self, attempt: Attempt) -> Option<Ticket> {
        self.own.begin(attempt, self.now()).ok()
    }
}

#[async_trait]
impl Failures for FailuresOrOwn {
    async fn look(&self, attempt: &Attempt) -> Stored<Need> {
        match self.shared.look(attempt).await {
            Ok(Need::Nothing) => Ok(self.need_beside(attempt)),
            Ok(need) => Ok(need),
            Err(_) => Ok(self.own.look(attempt, self.now())),
        }
    }

    async fn begin(&self, attempt: Attempt) -> Stored<Result<Try, Need>> {
        // Asked first, so that the shared home counts nothing that is refused here.
        match self.need_beside(&attempt) {
            Need::Nothing => {}
            need => return Ok(Err(need)),
        }
        match self.shared.begin(attempt).await {
            Ok(Ok(one)) => Ok(Ok(Try { own: self.beside(attempt), ..one })),
            Ok(Err(need)) => Ok(Err(need)),
            Err(_) => {
                let alone = |own| Try { id: 0, attempt, is_shared: false, own: Some(own) };
                Ok(self.own.begin(attempt, self.now()).map(alone))
            }
        }
    }

    async fn settle(&self, one: Try, outcome: Outcome) -> Stored<Signs> {
        let Try { id, attempt, is_shared, own } = one;
        let alone = own.map(|ticket| self.own.settle(ticket, outcome, self.now())).unwrap_or_default();
        if !is_shared {
            return Ok(alone);
        }
        let shared = self.shared.settle(Try { id, attempt, is_shared, own: None }, outcome).await;
        Ok(shared.unwrap_or(alone))
    }

    async fn locked(&self) -> Stored<Vec<(NameKey, Duration)>> {
        let Ok(mut locked) = self.shared.locked().await else { return Ok(self.own.locked(self.now())) };
        if self.has_forgotten() {
            let own = self.own.locked(self.now()).into_iter();
            let unknown: Vec<_> =
                own.filter(|(name, _)| !locked.iter().any(|(known, _)| known == name)).collect();
            locked.extend(unknown);
        }
        Ok(locked)
    }

    /// Where the shared home is away the lock goes on there, and that is an error: it would be back with it.
    async fn lift(&self, name: NameKey) -> Stored<bool> {
        let own = self.own.lift(name, self.now());
        Ok(self.shared.lift(name).await? || own)
    }

    async fn failures(&self, client: Client) -> Stored<u32> {
        Ok(self.shared.failures(client).await.unwrap_or_else(|_| self.own.failures(client, self.now())))
    }

    async fn site_under_attack(&self) -> Stored<bool> {
        let shared = self.shared.site_under_attack().await;
        Ok(shared.unwrap_or_else(|_| self.own.site_under_attack(self.now())))
    }

    async fn tick(&self) -> Stored<Option<SiteChange>> {
        // Asked in any case, so that what is over is over here too when it is needed.
        let own = self.own.tick(self.now());
        Ok(self.shared.tick().await.unwrap_or(own))
    }

    fn life(&self) -> u64 {
        self.shared.life()
    }

    fn follow(&self, rules: &Rules) {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner).kept = Sides::kept(rules);
        self.shared.follow(rules);
        self.own.follow(rules);
    }
}

impl fmt::Debug for FailuresOrOwn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FailuresOrOwn").field("shared", &self.shared).finish_non_exhaustive()
    }
}
