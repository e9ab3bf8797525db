//! What an account can do with itself: register, sign in, renew, sign out, look in the mirror.

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use aspis_core::{
    chance::Chance,
    clock::{Clock, Timestamp},
    courier::Courier,
    event::{Event, Factor, Kind, Sink, Source},
    ids::{AccountId, FamilyId, TransactionId},
    money::Fixed,
    principal::{Role, SignedIn},
    refusal::{Code, Refusal, Rule},
    scenario::{
        brute_force::{difficulty::Difficulty, registrations, tries},
        token_theft::{fingerprint::Binding, signing::Schedule},
    },
    secret::{Secret, SecretText},
};
use aspis_store::{
    Durable, StoreError, Stored, accounts::Account, fleeting::RegistrationsOrOwn, ledger::Opening,
};

use crate::{
    challenge::{self, Challenges},
    device::Devices,
    dpop::{self, Proofs},
    name::Names,
    password::{self, Policy, Pool},
    refresh::RefreshTokens,
    revocations::Revocations,
    second::passkey::Passkeys,
    token::{KeyRing, Lifetimes, Presenters, SigningKey, VerifiedTokens},
};

mod addresses;
mod alike;
mod attempts;
mod browser;
mod counts;
mod errands;
mod factors;
mod grant;
mod hear;
mod incidents;
mod invite;
mod letters;
mod login;
mod notices;
mod passkeys;
mod passwords;
mod post;
mod register;
mod sessions;
mod shared;
mod step_up;
mod verify;
mod visitor;
mod witness;

pub(crate) use addresses::{networks, within};
pub use browser::{SessionKey, Sessions};
pub use factors::{FactorAdded, NewTotp};
pub use grant::{BrowserSession, Grant, SignInKind, Tokens};
pub use incidents::Lockout;
pub use invite::invite_operator;
pub use letters::words;
pub use login::{Login, SignedInNow};
pub use register::{NewPerson, Registered, judge_name};
pub use shared::Shared;
pub use step_up::Proof;
pub use verify::{Browsing, Known};
pub use visitor::Visitor;
pub use witness::{Tried, Witness};

/// The settings of accounts.
#[derive(Debug, Clone)]
pub struct Rules {
    /// Who issues tokens, for whom and for how long.
    pub lifetimes: Lifetimes,
    /// When keys take over from each other.
    pub keys: Schedule,
    /// What becomes of a token that comes from elsewhere.
    pub fingerprint: Binding,
    /// From sign-in to the end of its refresh tokens.
    pub refresh: Duration,
    /// How long a second use of a spent refresh token by the same client is forgiven.
    pub grace: Duration,
    /// How long browser sessions live.
    pub sessions: Sessions,
    /// How old a sign-in or step-up may be for what is delicate.
    pub step_up: Duration,
    /// How long a link to set a new password is good.
    pub reset_link: Duration,
    /// What clients call the server by, for links.
    pub public_url: String,
    /// What failures lead to.
    pub tries: tries::Rules,
    /// When a challenge must come with a registration.
    pub registrations: registrations::Rules,
    /// How hard challenges are.
    pub difficulty: Difficulty,
    /// What challenges are like.
    pub challenge: challenge::Rules,
    /// What proofs of a key must be like.
    pub proofs: dpop::Rules,
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

/// What accounts are served with.
pub struct Parts {
    /// Everything durable.
    pub store: Durable,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub chance: Arc<dyn Chance>,
    /// Where events go.
    pub events: Arc<dyn Sink>,
    /// Who carries letters to people, where there is mail.
    pub courier: Option<Arc<dyn Courier>>,
    /// Who takes letters for the operator to hand over, where there is none.
    pub desk: Arc<dyn Courier>,
    /// Passkeys, where the server has an address that they can be bound to.
    pub passkeys: Option<Passkeys>,
    /// What is fleeting and shared by all nodes, where there are several.
    pub shared: Option<Shared>,
}

/// Accounts and their sign-ins, over any store.
pub struct People {
    store: Durable,
    clock: Arc<dyn Clock>,
    chance: Arc<dyn Chance>,
    events: Arc<dyn Sink>,
    courier: Option<Arc<dyn Courier>>,
    desk: Arc<dyn Courier>,
    pool: Pool,
    access: KeyRing,
    refresh: RefreshTokens,
    verified: VerifiedTokens,
    presenters: Presenters,
    revocations: Revocations,
    proofs: Proofs,
    browsers: browser::Browsers,
    csrf_key: Secret,
    addresses: addresses::Addresses,
    names: Names,
    devices: Devices,
    challenges: Challenges,
    tries: counts::Counts,
    registrations: RegistrationsOrOwn,
    witness: OnceLock<Arc<dyn Witness>>,
    passkeys: Option<Passkeys>,
    errands: errands::Errands,
    /// Letters to one person that strangers caused.
    letters: post::Post,
    /// Links to set a new password: no more than are open at once, so that none pushes another out.
    links: post::Post,
    rules: Rules,
}

/// Why accounts cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The threads that hash were not to be had.
    #[error("the threads that hash passwords could not be started")]
    Threads(#[from] std::io::Error),
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
/// Bytes of tokens that are remembered as good.
const VERIFIED_BYTES: u64 = 16 * 1024 * 1024;
/// Letters to one person in an hour that strangers may cause.
const LETTERS: usize = 3;
/// How long a sign-in or link that is over is kept.
const KEPT: Duration = Duration::from_secs(86_400);

impl People {
    /// Reads the shared keys, or makes them, and remembers what was true before a restart: what was revoked, which
    /// browsers are signed in, and who may not act from everywhere.
    pub async fn open(parts: Parts, rules: Rules) -> Result<Self, OpenError> {
        let Parts { store, clock, chance, events, courier, desk, passkeys, shared } = parts;
        let facts = shared.as_ref().map(|shared| Arc::clone(&shared.facts));
        let key = |name| shared_key(&store, name, chance.as_ref());
        let hasher = password::Hasher::new(rules.cost, chance.as_ref()).map_err(|_| OpenError::Cost)?;
        let hasher = hasher.with_legacy(store.accounts.highest_bcrypt_cost().await?);
        let pool = Pool::new(hasher, Arc::clone(&chance), rules.workers, rules.queue, HASH_DEADLINE)?;
        let (together, now) = (shared.as_ref(), clock.now());
        let challenges = alike::challenges(together, rules.challenge, &store, now, chance.as_ref()).await?;
        let passkeys = alike::passkeys(together, passkeys, &store, chance.as_ref()).await?;
        let people = Self {
            access: KeyRing::open(
                rules.lifetimes.clone(),
                rules.keys,
                store.vault.as_ref(),
                clock.now(),
                chance.as_ref(),
            )
            .await?,
            refresh: RefreshTokens::new(key("refresh_derivation").await?),
            verified: VerifiedTokens::new(VERIFIED_BYTES),
            presenters: Presenters::new(),
            revocations: Revocations::default(),
            proofs: Proofs::new(key("dpop_nonce").await?, rules.proofs.clone())
                .shared(together.map(|shared| Arc::clone(&shared.spent))),
            browsers: browser::Browsers::new(rules.sessions),
            csrf_key: key("csrf").await?,
            addresses: addresses::Addresses::default(),
            names: Names::new(key("names").await?),
            devices: Devices::new(key("devices").await?),
            challenges,
            tries: counts::Counts::new(rules.tries, facts, &clock, &chance),
            registrations: alike::registrations(together, rules.registrations, &clock, &chance),
            witness: OnceLock::new(),
            passkeys,
            errands: errands::Errands::default(),
            letters: post::Post::new(LETTERS),
            links: post::Post::new(passwords::LINKS),
            store,
            clock,
            chance,
            events,
            courier,
            desk,
            pool,
            rules,
        };
        people.take_people().await?;
        Ok(people)
    }

    /// How long a revocation is kept: the life of an access token, also when the clock that made it ran ahead.
    fn memory(&self) -> Duration {
        self.rules.lifetimes.access + CLOCK_SLACK
    }

    /// Makes the next key where it is time for it.
    async fn keys_in_time(&self) -> Result<(), Refusal> {
        let (now, vault) = (self.clock.now(), self.store.vault.as_ref());
        if self.access.is_due(now) && self.access.refresh(vault, now, self.chance.as_ref()).await? {
            self.tell_of(Kind::KeyRotated, None, Source::SERVER);
        }
        Ok(())
    }

    /// The public keys, as a JWK set.
    pub fn jwks(&self) -> serde_json::Value {
        self.access.jwks()
    }

    /// Forgets what is over: sign-ins, links. What fails is logged, and tried again the next time.
    pub async fn sweep(&self) {
        let now = self.clock.now();
        self.browsers.sweep(now);
        let before = now.minus(KEPT);
        let swept = [self.store.sessions.sweep(before).await, self.store.links.sweep_links(before).await];
        for error in swept.into_iter().filter_map(Result::err) {
            tracing::warn!(%error, "what is over was not swept");
        }
    }

    /// The account behind a credential.
    pub async fn me(&self, who: SignedIn) -> Result<Account, Refusal> {
        self.me_by_id(who.account).await
    }

    async fn me_by_id(&self, id: AccountId) -> Result<Account, Refusal> {
        let account = self.store.accounts.by_id(id).await?;
        account.filter(|account| account.enabled).ok_or_else(|| Refusal::new(Code::InvalidToken))
    }

    fn tell(&self, kind: Kind, account: AccountId, source: Source) {
        self.tell_of(kind, Some(account), source);
    }

    /// Tells what it was proved by, too.
    fn tell_proved(&self, kind: Kind, factor: Factor, account: AccountId, source: Source) {
        let event = Event::of_server(kind, self.clock.now());
        let Source { client, request } = source;
        let (account, factor) = (Some(account), Some(factor));
        self.events.record(Event { client, request, account, factor, ..event });
    }

    fn tell_of(&self, kind: Kind, account: Option<AccountId>, source: Source) {
        let event = Event::of_server(kind, self.clock.now());
        let Source { client, request } = source;
        self.events.record(Event { client, request, account, ..event });
    }

    fn opening(&self) -> Opening {
        Opening {
            entry: TransactionId::new(self.clock.now(), self.chance.as_ref()),
            currency: self.rules.currency.clone(),
            cash: self.rules.opening_cash,
        }
    }
}

async fn shared_key(store: &Durable, name: &str, chance: &dyn Chance) -> Stored<Secret> {
    let fresh = SigningKey::fresh_seed(chance);
    store.vault.get_or_put(name, fresh.expose()).await.map(Secret::new)
}

fn busy() -> Refusal {
    Refusal::because(Code::ServerBusy, "Too many passwords are being checked.")
        .retry_after(Duration::from_secs(5))
        .by(Rule::named("password.queue"))
}

impl std::fmt::Debug for People {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("People")
    }
}

#[cfg(test)]
pub(crate) mod tests;
