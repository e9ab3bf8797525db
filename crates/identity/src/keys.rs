//! API keys: made, shown once, known by their hash from then on, and answered from memory.
//!
//! Every key that is alive is in memory, as it is in the store: the store is told first, so that what is revoked is
//! dead for the next request and after a restart. A key acts for its account and is never a person: it cannot sign in,
//! change the account or make another key. Deliberately not here: the routes a scope opens (the surface table says
//! that), and where keys are looked for when they have leaked.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use aspis_core::{
    chance::Chance,
    clock::{Clock, Timestamp},
    event::{Event, Kind, Sink},
    ids::{AccountId, KeyId},
    refusal::{Code, Refusal, Rule},
    scenario::data_scraping::quota::Day,
    secret::Secret,
};
use aspis_store::{Durable, Stored, keys::KeyUse};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use tokio_util::task::TaskTracker;

use crate::people::{People, Visitor};

mod create;
mod index;
mod list;
mod live;
mod replace;
mod revoke;
#[cfg(test)]
mod tests;
mod verify;

pub use create::{Made, NewKey};
pub use list::Listed;
pub use replace::Replacing;

use index::Index;

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
    /// Keys are changed one after the other, so that memory comes to the same as the store.
    turn: tokio::sync::Mutex<()>,
    /// What is changed is changed in both, also when the caller has gone.
    changing: TaskTracker,
    rules: Rules,
}

/// The name of the pepper in the vault: without it nobody can tell a hash from another.
const PEPPER: &str = "api_keys";
/// How long a key that ended is kept, and its days: long enough to say whose it was when it is found somewhere.
const KEPT: Duration = Duration::from_secs(90 * 86_400);
/// Uses that wait to be written down, at most: more than that, and the store has been away for hours.
const UNSAVED: usize = 100_000;

impl ApiKeys {
    /// Reads the pepper, or makes it, and remembers every key that is alive.
    pub async fn open(parts: Parts, rules: Rules) -> Stored<Arc<Self>> {
        let fresh: [u8; 32] = aspis_core::chance::bytes(parts.chance.as_ref());
        let pepper = Secret::new(parts.store.vault.get_or_put(PEPPER, &fresh).await?);
        let keys = Arc::new(Self {
            pepper,
            index: Index::default(),
            unsaved: Mutex::default(),
            turn: tokio::sync::Mutex::default(),
            changing: TaskTracker::new(),
            rules,
            parts,
        });
        for (key, role) in keys.parts.store.keys.live_keys(keys.parts.clock.now()).await? {
            // Whoever is no operator any more writes no prices; the other scopes of the key stay.
            keys.index.add(&key, role);
        }
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
        let mut mac =
            Hmac::<Sha256>::new_from_slice(self.pepper.expose()).expect("HMAC takes a key of any length");
        mac.update(text.as_bytes());
        mac.finalize().into_bytes().into()
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
            rule: Some(rule_of(key)),
            ..Event::of_server(kind, self.now())
        });
        self.parts.people.tell_owner(kind, account, visitor).await;
    }

    /// Writes down which keys were used. To be called every few seconds, and at the end.
    pub async fn keep(&self) {
        let mut uses = std::mem::take(&mut *self.unsaved());
        uses.extend(self.index.unsaved());
        if uses.is_empty() {
            return;
        }
        if let Err(error) = self.parts.store.keys.note_key_uses(&uses).await {
            // The conversion logs why; they are told again with the next.
            let _ = Refusal::from(error);
            uses.truncate(UNSAVED);
            self.unsaved().append(&mut uses);
        }
    }

    /// Waits until what was begun is done, and writes down what is only in memory. To be called when no request is at
    /// work any more.
    pub async fn close(&self) {
        self.changing.close();
        self.changing.wait().await;
        self.keep().await;
    }

    /// Forgets what ended long ago. What fails is logged, and tried again the next time.
    pub async fn sweep(&self) {
        let now = self.now();
        self.leave(self.index.sweep(now));
        if let Err(error) = self.parts.store.keys.sweep_keys(now.minus(KEPT)).await {
            let _ = Refusal::from(error);
        }
    }

    /// Keeps the uses of a key that has left memory, for the next time they are written down.
    fn leave(&self, uses: Vec<KeyUse>) {
        self.unsaved().extend(uses);
    }

    fn unsaved(&self) -> std::sync::MutexGuard<'_, Vec<KeyUse>> {
        self.unsaved.lock().unwrap_or_else(PoisonError::into_inner)
    }
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

/// The first day whose calls are still shown with a key.
fn shown_since(now: Timestamp) -> Day {
    Day(Day::of(now).0 - 29)
}
