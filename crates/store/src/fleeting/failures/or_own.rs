//! Tries that all nodes count together, and a node's own count while the shared home is away.
//!
//! A node counts for itself whatever the shared home lets begin, and goes by that alone while it must. So a name may
//! be tried as often as is allowed once more on each node for every time that the home goes away, and never without
//! end. Deliberately not here: why the home is away.

use std::{fmt, sync::Arc, time::Duration};

use aspis_core::{
    client::Client,
    clock::Clock,
    scenario::brute_force::tries::{
        Attempt, NameKey, Need, Outcome, Rules, Signs, SiteChange, Ticket, Tries,
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
}

impl FailuresOrOwn {
    /// Counts in `shared`, and beside it in `own`.
    pub fn new(shared: Arc<dyn Failures>, own: Arc<Tries>, clock: Arc<dyn Clock>) -> Self {
        Self { shared, own, clock }
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
        Ok(self.shared.look(attempt).await.unwrap_or_else(|_| self.own.look(attempt, self.now())))
    }

    async fn begin(&self, attempt: Attempt) -> Stored<Result<Try, Need>> {
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
        Ok(self.shared.locked().await.unwrap_or_else(|_| self.own.locked(self.now())))
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

    fn follow(&self, rules: &Rules) {
        self.shared.follow(rules);
        self.own.follow(rules);
    }
}

impl fmt::Debug for FailuresOrOwn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FailuresOrOwn").field("shared", &self.shared).finish_non_exhaustive()
    }
}
