//! How many accounts one client makes in a day, over all nodes.

use std::{fmt, sync::Arc};

use aspis_core::{
    chance::{self, Chance},
    client::Client,
    scenario::brute_force::registrations::{ChallengeNeeded, RegistrationFacts, Rules, Ticket},
};
use async_trait::async_trait;

use super::{
    contended::{Contended, TURNS},
    facts::{About, Change, Facts, Loaded, Place},
};
use crate::{StoreError, Stored};

mod or_own;

pub use or_own::RegistrationsOrOwn;

/// A registration that has begun, on whatever node. Dropped unsettled, it stays counted.
#[derive(Debug)]
#[must_use = "a registration that is not settled stays counted"]
pub struct Registration {
    id: u64,
    client: Client,
    /// True when the shared home has counted it.
    is_shared: bool,
    /// The same in this node's own count.
    own: Option<Ticket>,
}

/// Registrations by client; what each method means stands at core's `Registrations`.
///
/// Where it fails nothing is known: a node goes on by a count of its own.
#[async_trait]
pub trait Registrations: Send + Sync + fmt::Debug {
    /// True when a challenge must come with the client's next registration. It counts nothing.
    async fn needs_challenge(&self, client: Client) -> Stored<bool>;

    /// Begins a registration; it counts from here on, until it is settled otherwise.
    async fn begin(&self, client: Client, challenged: bool) -> Stored<Result<Registration, ChallengeNeeded>>;

    /// Says whether an account was made. One that was not counts no more.
    async fn settle(&self, one: Registration, made: bool) -> Stored<()>;
}

/// Registrations that are counted in a home of facts.
pub struct KeptRegistrations {
    facts: Arc<dyn Facts>,
    chance: Arc<dyn Chance>,
    rules: Rules,
}

/// Facts that are not ours.
#[derive(Debug, thiserror::Error)]
#[error("what is kept of registrations cannot be read")]
struct Unreadable;

impl KeptRegistrations {
    /// Counts in `facts`; `chance` names the registrations.
    pub fn new(facts: Arc<dyn Facts>, chance: Arc<dyn Chance>, rules: Rules) -> Self {
        Self { facts, chance, rules }
    }

    async fn load(
        &self,
        client: Client,
    ) -> Stored<(std::time::Duration, Option<Vec<u8>>, RegistrationFacts)> {
        let Loaded { now, facts } = self.facts.load(&[place(client)]).await?;
        let was = facts.into_iter().next().flatten();
        let known = RegistrationFacts::read(was.as_deref()).ok_or_else(|| StoreError::because(Unreadable))?;
        Ok((now, was, known))
    }

    async fn keep(&self, client: Client, was: Option<Vec<u8>>, known: &RegistrationFacts) -> Stored<bool> {
        let change = Change { place: place(client), was, becomes: known.write() };
        self.facts.swap(&[change], self.rules.memory, None).await
    }
}

#[async_trait]
impl Registrations for KeptRegistrations {
    async fn needs_challenge(&self, client: Client) -> Stored<bool> {
        let (now, _, known) = self.load(client).await?;
        Ok(known.needs_challenge(now, &self.rules))
    }

    async fn begin(&self, client: Client, challenged: bool) -> Stored<Result<Registration, ChallengeNeeded>> {
        let id = u64::from_be_bytes(chance::bytes(&*self.chance));
        for _ in 0..TURNS {
            let (now, was, mut known) = self.load(client).await?;
            if !challenged && known.needs_challenge(now, &self.rules) {
                return Ok(Err(ChallengeNeeded));
            }
            known.begin(id, now, &self.rules);
            if self.keep(client, was, &known).await? {
                return Ok(Ok(Registration { id, client, is_shared: true, own: None }));
            }
        }
        Err(StoreError::because(Contended))
    }

    async fn settle(&self, one: Registration, made: bool) -> Stored<()> {
        for _ in 0..if made { 0 } else { TURNS } {
            let (_, was, mut known) = self.load(one.client).await?;
            known.take(one.id);
            if self.keep(one.client, was, &known).await? {
                return Ok(());
            }
        }
        if made { Ok(()) } else { Err(StoreError::because(Contended)) }
    }
}

fn place(client: Client) -> Place {
    Place { about: About::Registrations, id: client.key().to_vec() }
}

impl fmt::Debug for KeptRegistrations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeptRegistrations").field("rules", &self.rules).finish_non_exhaustive()
    }
}
