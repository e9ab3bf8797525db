//! What an account can do with itself: register, sign in, renew, sign out, look in the mirror.

use std::{sync::Arc, time::Duration};

use aspis_core::{
    chance::Chance,
    clock::{Clock, Timestamp},
    event::{Event, Kind, Sink, Source},
    ids::{AccountId, FamilyId, TransactionId},
    money::Fixed,
    principal::{Role, SignedIn},
    refusal::{Code, Refusal},
    secret::{Secret, SecretText},
};
use aspis_store::{Durable, StoreError, Stored, accounts::Account, ledger::Opening};

use crate::{
    password::{self, Policy, Pool},
    refresh::RefreshTokens,
    revocations::Revocations,
    token::{AccessTokens, Lifetimes, SigningKey, Verified, VerifiedTokens},
};

mod register;
mod sessions;
mod verify;

pub use register::{NewPerson, Registered};
pub use sessions::Tokens;

/// The settings of accounts.
#[derive(Debug, Clone)]
pub struct Rules {
    /// Who issues tokens, for whom and for how long.
    pub lifetimes: Lifetimes,
    /// From sign-in to the end of its refresh tokens.
    pub refresh: Duration,
    /// How long a second use of a spent refresh token by the same client is forgiven.
    pub grace: Duration,
    /// What a password must be.
    pub passwords: Policy,
    /// How much work a hash is.
    pub cost: password::Cost,
    /// Hashes at once.
    pub workers: usize,
    /// Hashes waiting.
    pub queue: usize,
    /// Money a new account starts with.
    pub opening_cash: Fixed,
    /// Its currency.
    pub currency: String,
}

/// Accounts and their tokens, over any store.
pub struct People {
    store: Durable,
    clock: Arc<dyn Clock>,
    chance: Arc<dyn Chance>,
    events: Arc<dyn Sink>,
    pool: Pool,
    access: AccessTokens,
    refresh: RefreshTokens,
    verified: VerifiedTokens,
    revocations: Revocations,
    rules: Rules,
}

/// Why accounts cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A shared key is damaged.
    #[error("a shared key in the store is damaged")]
    Key,
    /// The cost of a hash is outside what Argon2 allows.
    #[error("password.argon2_*: outside what Argon2id allows")]
    Cost,
}

/// How long a hash may wait for a worker.
const HASH_DEADLINE: Duration = Duration::from_secs(5);
/// How far a wall clock may have been wrong when a sign-in was ended: a revocation is kept longer by this much.
const CLOCK_SLACK: Duration = Duration::from_secs(3600);
/// Tokens remembered as good: 10 MB at most.
const VERIFIED_TOKENS: usize = 65_536;

impl People {
    /// Reads the shared keys, or makes them, and remembers what was revoked before a restart.
    pub async fn open(
        store: Durable,
        clock: Arc<dyn Clock>,
        chance: Arc<dyn Chance>,
        events: Arc<dyn Sink>,
        rules: Rules,
    ) -> Result<Self, OpenError> {
        let seed = shared_key(&store, "token_signing_seed", &SigningKey::fresh_seed(chance.as_ref())).await?;
        let derive =
            shared_key(&store, "refresh_derivation", &SigningKey::fresh_seed(chance.as_ref())).await?;
        let key = SigningKey::from_seed(&seed).map_err(|_| OpenError::Key)?;
        let hasher = password::Hasher::new(rules.cost, chance.as_ref()).map_err(|_| OpenError::Cost)?;
        let pool = Pool::new(hasher, Arc::clone(&chance), rules.workers, rules.queue, HASH_DEADLINE);
        let people = Self {
            access: AccessTokens::new(key, rules.lifetimes.clone()),
            refresh: RefreshTokens::new(derive),
            verified: VerifiedTokens::new(VERIFIED_TOKENS),
            revocations: Revocations::default(),
            store,
            clock,
            chance,
            events,
            pool,
            rules,
        };
        people.remember_revocations().await?;
        Ok(people)
    }

    async fn remember_revocations(&self) -> Stored<()> {
        let now = self.clock.now();
        for family in self.store.sessions.revoked_since(now.minus(self.memory())).await? {
            self.refuse_family(family, now);
        }
        Ok(())
    }

    fn refuse_family(&self, family: FamilyId, now: Timestamp) {
        self.revocations.add(family, now.plus(self.memory()), now);
    }

    /// How long a revocation is kept: the life of an access token, also when the clock that made it ran ahead.
    fn memory(&self) -> Duration {
        self.access.lifetime() + CLOCK_SLACK
    }

    /// The public keys, as a JWK set.
    pub fn jwks(&self) -> serde_json::Value {
        self.access.jwks()
    }

    /// The account behind a token.
    pub async fn me(&self, who: SignedIn) -> Result<Account, Refusal> {
        let account = self.store.accounts.by_id(who.account).await?;
        account.filter(|account| account.enabled).ok_or_else(|| Refusal::new(Code::InvalidToken))
    }

    fn tell(&self, kind: Kind, account: AccountId, source: Source) {
        let event = Event::of_server(kind, self.clock.now());
        let Source { client, request } = source;
        self.events.record(Event { client, request, account: Some(account), ..event });
    }

    fn opening(&self) -> Opening {
        Opening {
            entry: TransactionId::new(self.clock.now(), self.chance.as_ref()),
            currency: self.rules.currency.clone(),
            cash: self.rules.opening_cash,
        }
    }
}

async fn shared_key(store: &Durable, name: &str, fresh: &Secret) -> Stored<Secret> {
    store.vault.get_or_put(name, fresh.expose()).await.map(Secret::new)
}

fn busy() -> Refusal {
    Refusal::because(Code::ServerBusy, "Too many passwords are being checked.")
        .retry_after(Duration::from_secs(5))
}

impl std::fmt::Debug for People {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("People")
    }
}

#[cfg(test)]
mod tests;
