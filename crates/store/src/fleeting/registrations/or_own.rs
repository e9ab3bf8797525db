//! Registrations that all nodes count together, and a node's own count while the shared home is away.
//!
//! A node counts whatever the shared home lets begin, and goes by that alone while it must. So a client may make as
//! many accounts as need no challenge once more on each node for every time that the home goes away.

use std::{fmt, sync::Arc, time::Duration};

use aspis_core::{
    client::Client,
    clock::Clock,
    scenario::brute_force::registrations::{self, ChallengeNeeded},
};
use async_trait::async_trait;

use super::{Registration, Registrations};
use crate::Stored;

/// A node's own count, with that of all nodes before it where there are several.
pub struct RegistrationsOrOwn {
    shared: Option<Arc<dyn Registrations>>,
    own: registrations::Registrations,
    clock: Arc<dyn Clock>,
}

impl RegistrationsOrOwn {
    /// Counts in `shared`, and beside it in `own`.
    pub fn new(
        shared: Option<Arc<dyn Registrations>>,
        own: registrations::Registrations,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { shared, own, clock }
    }

    fn now(&self) -> Duration {
        self.clock.uptime()
    }

    fn begin_alone(&self, client: Client, challenged: bool) -> Result<Registration, ChallengeNeeded> {
        let own = Some(self.own.begin(client, challenged, self.now())?);
        Ok(Registration { id: 0, client, is_shared: false, own })
    }
}

#[async_trait]
impl Registrations for RegistrationsOrOwn {
    async fn needs_challenge(&self, client: Client) -> Stored<bool> {
        if let Some(shared) = &self.shared
            && let Ok(needed) = shared.needs_challenge(client).await
        {
            return Ok(needed);
        }
        Ok(self.own.needs_challenge(client, self.now()))
    }

    async fn begin(&self, client: Client, challenged: bool) -> Stored<Result<Registration, ChallengeNeeded>> {
        let Some(shared) = &self.shared else { return Ok(self.begin_alone(client, challenged)) };
        Ok(match shared.begin(client, challenged).await {
            // Counted here whatever would have been needed here: it has begun.
            Ok(Ok(one)) => Ok(Registration { own: self.own.begin(client, true, self.now()).ok(), ..one }),
            Ok(Err(needed)) => Err(needed),
            Err(_) => self.begin_alone(client, challenged),
        })
    }

    async fn settle(&self, one: Registration, made: bool) -> Stored<()> {
        let Registration { id, client, is_shared, own } = one;
        if let Some(ticket) = own {
            self.own.settle(ticket, made, self.now());
        }
        match &self.shared {
            Some(shared) if is_shared => {
                shared.settle(Registration { id, client, is_shared, own: None }, made).await
            }
            _ => Ok(()),
        }
    }
}

impl fmt::Debug for RegistrationsOrOwn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RegistrationsOrOwn").field("shared", &self.shared).finish_non_exhaustive()
    }
}
