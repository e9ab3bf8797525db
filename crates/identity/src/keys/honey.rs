//! Keys that open nothing and say something: honey, which somebody laid out, and keys that had leaked.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, RwLock},
};

use aspis_core::{
    client::Client,
    clock::Timestamp,
    event::{Event, Kind},
    hex,
    ids::{AccountId, KeyId},
    scenario::key_leakage::format,
    secret::SecretText,
};
use aspis_store::{
    Stored,
    honey::{HoneyKey, HoneyUse},
};

use super::{ApiKeys, By, Code, Refusal, Rule, Sent, create::judge_name, index::from_hex};

/// The most honey keys: they are few, or they are no secret.
const MOST: usize = 1000;

/// Keys that are known and open nothing, by their hash.
#[derive(Debug, Default)]
pub(super) struct KnownOtherwise {
    hashes: RwLock<HashMap<[u8; 32], Otherwise>>,
    /// Uses of honey that are not written down yet.
    uses: Mutex<HashMap<KeyId, (Timestamp, Client, u64)>>,
}

#[derive(Debug, Clone, Copy)]
enum Otherwise {
    Honey(KeyId),
    Leaked(KeyId, AccountId),
}

/// A honey key that was made.
#[derive(Debug, Clone)]
pub struct MadeHoney {
    /// The key itself. Nobody will see it again.
    pub text: SecretText,
    /// Everything else.
    pub key: HoneyKey,
}

impl ApiKeys {
    /// Makes a key that looks like any other and opens nothing.
    pub async fn make_honey(self: &Arc<Self>, name: String, by: &By) -> Result<MadeHoney, Refusal> {
        judge_name(&name)?;
        let (now, text) = (self.now(), format::fresh(self.chance()));
        let hash = self.hash(text.expose());
        let key = HoneyKey {
            id: KeyId::new(now, self.chance()),
            hash: hex::encode(&hash),
            name,
            made: now,
            made_by: by.who.clone(),
            uses: 0,
            used: None,
        };
        let made = key.clone();
        self.change(|keys| async move {
            if !keys.parts.store.honey.add_honey(&made, MOST).await? {
                let said = format!("There are as many honey keys as there may be: {MOST}.");
                return Err(Refusal::because(Code::TooManyKeys, said));
            }
            keys.otherwise.put(hash, Otherwise::Honey(made.id));
            Ok(())
        })
        .await?;
        self.audit(Kind::ApiKeyCreated, key.id, None, by, "honey");
        Ok(MadeHoney { text, key })
    }

    /// All honey keys, newest first, with their uses so far.
    pub async fn honey(&self) -> Result<Vec<HoneyKey>, Refusal> {
        self.keep_honey().await;
        Ok(self.parts.store.honey.honey_keys().await?)
    }

    /// Takes a honey key away. False where there is none.
    pub(super) async fn remove_honey(&self, key: KeyId) -> Result<bool, Refusal> {
        let removed = self.parts.store.honey.remove_honey(key).await?;
        if removed {
            self.otherwise.remove(key);
        }
        Ok(removed)
    }

    /// What a key is that opens nothing: the name of the rule, and the key where it is known. Its use is told.
    pub(super) fn known_otherwise(&self, hash: &[u8; 32], sent: &Sent) -> (&'static str, Option<KeyId>) {
        match self.otherwise.get(hash) {
            None => ("key.unknown", None),
            Some(Otherwise::Honey(key)) => {
                if let Some(client) = sent.source.client {
                    self.otherwise.used(key, client, sent.now);
                }
                self.tell_otherwise(Kind::HoneyKeyUsed, "key.honey", key, None, sent);
                ("key.honey", Some(key))
            }
            Some(Otherwise::Leaked(key, account)) => {
                self.tell_otherwise(Kind::LeakedKeyUsed, "key.leaked", key, Some(account), sent);
                ("key.leaked", Some(key))
            }
        }
    }

    /// Somebody shows a key that opens nothing, to have it ended: that is no use of it, and honest. What was laid out
    /// has been found, which the operators hear; what had leaked is dead already.
    pub(super) fn tell_found(&self, hash: &[u8; 32], sent: &Sent) {
        if let Some(Otherwise::Honey(key)) = self.otherwise.get(hash) {
            self.tell_otherwise(Kind::HoneyKeyFound, "key.honey", key, None, sent);
        }
    }

    fn tell_otherwise(
        &self,
        kind: Kind,
        rule: &'static str,
        key: KeyId,
        account: Option<AccountId>,
        sent: &Sent,
    ) {
        self.parts.events.record(Event {
            client: sent.source.client,
            request: sent.source.request,
            account,
            key: Some(key),
            rule: Some(Rule { place: Some(key.to_string()), ..Rule::named(rule) }),
            ..Event::of_server(kind, sent.now)
        });
    }

    /// From now on its uses are told.
    pub(super) fn remember_leaked(&self, hash: [u8; 32], key: KeyId, account: AccountId) {
        self.otherwise.put(hash, Otherwise::Leaked(key, account));
    }

    /// Reads anew which keys open nothing and say something.
    pub(super) async fn recall_known_otherwise(&self) -> Stored<()> {
        let honey = self.parts.store.honey.honey_keys().await?;
        let leaked = self.parts.store.key_watch.leaked_keys().await?;
        let honey = honey.iter().map(|key| (&key.hash, Otherwise::Honey(key.id)));
        let leaked = leaked.iter().map(|(key, account, hash)| (hash, Otherwise::Leaked(*key, *account)));
        let all = leaked.chain(honey).filter_map(|(hash, what)| Some((from_hex(hash)?, what)));
        self.otherwise.hold(all.collect());
        Ok(())
    }

    /// Writes down uses of honey.
    pub(super) async fn keep_honey(&self) {
        let uses = self.otherwise.take();
        if !uses.is_empty()
            && let Err(error) = self.parts.store.honey.note_honey_uses(&uses).await
        {
            // Each was an event; only the count is lost.
            let _ = Refusal::from(error);
        }
    }
}

impl KnownOtherwise {
    fn get(&self, hash: &[u8; 32]) -> Option<Otherwise> {
        self.hashes.read().unwrap_or_else(PoisonError::into_inner).get(hash).copied()
    }

    fn put(&self, hash: [u8; 32], what: Otherwise) {
        self.hashes.write().unwrap_or_else(PoisonError::into_inner).insert(hash, what);
    }

    fn hold(&self, all: HashMap<[u8; 32], Otherwise>) {
        *self.hashes.write().unwrap_or_else(PoisonError::into_inner) = all;
    }

    fn remove(&self, key: KeyId) {
        let mut hashes = self.hashes.write().unwrap_or_else(PoisonError::into_inner);
        hashes.retain(|_, what| !matches!(what, Otherwise::Honey(honey) if *honey == key));
    }

    fn used(&self, key: KeyId, client: Client, now: Timestamp) {
        let mut uses = self.uses.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, by, count) = uses.entry(key).or_insert((now, client, 0));
        (*at, *by, *count) = (now, client, *count + 1);
    }

    fn take(&self) -> Vec<HoneyUse> {
        let uses = std::mem::take(&mut *self.uses.lock().unwrap_or_else(PoisonError::into_inner));
        let told = |(key, (at, client, uses)): (KeyId, (Timestamp, Client, u64))| HoneyUse {
            key,
            at,
            client: client.to_string(),
            uses,
        };
        uses.into_iter().map(told).collect()
    }
}
