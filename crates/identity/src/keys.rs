//! API keys: made, shown once, known by their hash from then on, and answered from memory.
//!
//! Every key that is alive is in memory, as it is in the store: the store is told first, so that what is revoked is
//! dead for the next request and after a restart. A key acts for its account and is never a person: it cannot sign in,
//! change the account or make another key. Deliberately not here: the routes a scope opens (the surface table says
//! that), and where keys are looked for when they have leaked.
//!
//! Memory is the first to know what is odd about a key, the store what ends it.

use std::{
    sync::{Arc, Mutex, atomic::AtomicI64},
    time::Duration,
};

use aspis_core::{
    chance::Chance,
    clock::{Clock, Timestamp},
    event::{Event, Kind, Sink},
    ids::{AccountId, KeyId},
    refusal::{Code, Refusal, Rule},
    secret::Secret,
};
use aspis_store::{Durable, Stored, key_watch::KeyNetwork, keys::KeyUse};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use tokio_util::task::TaskTracker;

use crate::people::{People, Visitor};

mod create;
mod found;
mod hand;
mod hear;
mod honey;
mod index;
mod keep;
mod list;
mod live;
mod replace;
mod revoke;
mod stored;
#[cfg(test)]
mod tests;
mod verify;
mod warn;
mod watch;

pub use create::{Made, NewKey};
pub use found::Found;
pub use hand::{By, Owned};
pub use honey::MadeHoney;
pub use list::Listed;
pub use replace::Replacing;
pub use stored::StoredKeys;
pub use verify::Denied;
pub use watch::{Sent, Stance, Watching};

use honey::KnownOtherwise;
use index::Index;
use live::Live;
use watch::Suspension;

/// The settings of keys.
#[derive(Debug, Clone)]
pub struct Rules {
    /// How long a key lives where nothing is said, and at most.
    pub lifetime: Duration,
    /// How long the old key lives on beside its successor where nothing is said, and at most.
    pub grace: Duration,
    /// Keys of one account that are alive and have no successor.
    pub per_account: usize,
    /// Keys that are alive, all together.
    pub most: usize,
    /// The sources whose prices a key may be made to write.
    pub sources: Vec<String>,
    /// True where an operator's sign-in has to be proved by a second factor too.
    pub operators_strong: bool,
    /// How long before its end the owner of a key is warned.
    pub warn: Vec<Duration>,
    /// How uses are watched.
    pub watching: Watching,
}

/// What keys are served with.
pub struct Parts {
    /// Whose keys they are.
    pub people: Arc<People>,
    /// Everything durable.
    pub store: Durable,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub chance: Arc<dyn Chance>,
    /// Where events go.
    pub events: Arc<dyn Sink>,
}

/// API keys, over any store.
pub struct ApiKeys {
    parts: Parts,
    pepper: Secret,
    index: Index,
    /// Uses that are not written down yet, of keys that have ended meanwhile or that the store refused.
    unsaved: Mutex<Vec<KeyUse>>,
    /// Networks that the store refused.
    networks: Mutex<Vec<KeyNetwork>>,
    /// Suspensions that the store has not heard of.
    suspensions: Mutex<Vec<Suspension>>,
    /// Keys that open nothing, and say something.
    otherwise: KnownOtherwise,
    /// When it is looked next whether somebody is to be warned.
    looked: AtomicI64,
    /// Keys are changed one after the other, so that memory comes to the same as the store.
    turn: tokio::sync::Mutex<()>,
    /// What is changed is changed in both, also when the caller has gone.
    changing: TaskTracker,
    rules: Rules,
}

/// The name of the pepper in the vault: without it nobody can tell a hash from another.
const PEPPER: &str = "api_keys";

impl ApiKeys {
    /// Reads the pepper, or makes it, and remembers every key that is alive.
    pub async fn open(parts: Parts, rules: Rules) -> Stored<Arc<Self>> {
        let fresh: [u8; 32] = aspis_core::chance::bytes(parts.chance.as_ref());
        let pepper = Secret::new(parts.store.vault.get_or_put(PEPPER, &fresh).await?);
        let keys = Arc::new(Self {
            pepper,
            index: Index::default(),
            unsaved: Mutex::default(),
            networks: Mutex::default(),
            suspensions: Mutex::default(),
            otherwise: KnownOtherwise::default(),
            looked: AtomicI64::new(i64::MIN),
            turn: tokio::sync::Mutex::default(),
            changing: TaskTracker::new(),
            rules,
            parts,
        });
        keys.take_all().await?;
        Ok(keys)
    }

    /// Changes keys in the store and then in memory, to the end.
    async fn change<T, F>(self: &Arc<Self>, work: impl FnOnce(Arc<Self>) -> F + Send) -> Result<T, Refusal>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, Refusal>> + Send + 'static,
    {
        let (keys, working) = (Arc::clone(self), work(Arc::clone(self)));
        let changing = self.changing.spawn(async move {
            let _mine = keys.turn.lock().await;
            working.await
        });
        changing.await.unwrap_or_else(|_| Err(Refusal::new(Code::Internal)))
    }

    /// What the store knows a key by.
    fn hash(&self, text: &str) -> [u8; 32] {
        keyed_hash(&self.pepper, text)
    }

    fn now(&self) -> Timestamp {
        self.parts.clock.now()
    }

    /// Records what was done with a key, and tells its owner.
    async fn inform(&self, kind: Kind, key: KeyId, account: AccountId, visitor: &Visitor) {
        self.parts.events.record(Event {
            client: visitor.source.client,
            request: visitor.source.request,
            account: Some(account),
            key: Some(key),
            rule: Some(rule_of(key)),
            ..Event::of_server(kind, self.now())
        });
        self.parts.people.tell_owner(kind, account, visitor).await;
    }
}

/// What the store knows a key by, where this is the pepper.
fn keyed_hash(pepper: &Secret, text: &str) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(pepper.expose()).expect("HMAC takes a key of any length");
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().into()
}

/// Names a key for the operator. Its identifier opens nothing.
fn rule_of(key: KeyId) -> Rule {
    Rule { place: Some(key.to_string()), ..Rule::named("key.id") }
}

fn unknown() -> Refusal {
    Refusal::because(Code::NotFound, "There is no such key of yours.")
}

impl std::fmt::Debug for ApiKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ApiKeys")
    }
}
