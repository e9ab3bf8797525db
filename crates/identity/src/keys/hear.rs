//! What memory does when another node has changed keys: it reads the store anew, one after the other with what is
//! changed here.
//!
//! A change that is told twice, late or out of order does no harm: memory comes to what the store says at that moment.
//! Deliberately not here: who tells, and how soon.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    sync::Arc,
};

use aspis_core::{
    clock::Timestamp,
    ids::{AccountId, KeyId},
    scenario::data_scraping::quota::Day,
};
use aspis_store::{StoreError, Stored, key_watch::KeyNetwork, keys::ApiKey};
use ipnet::IpNet;

use super::{
    ApiKeys,
    index::{Memories, from_hex},
    keep::shown_since,
};

impl ApiKeys {
    /// A key has changed: it was made, ended, suspended, resumed, replaced, or may do something else.
    pub async fn hear(self: &Arc<Self>, key: KeyId) -> Stored<()> {
        self.following(move |keys| async move { keys.take(key).await }).await
    }

    /// An account has changed: what its keys may do follows from whether it is enabled, and from its role.
    pub async fn hear_account(self: &Arc<Self>, account: AccountId) -> Stored<()> {
        self.following(move |keys| async move {
            let stored = keys.parts.store.keys.keys_of(account, keys.now()).await?;
            let stored = stored.into_iter().map(|key| key.id);
            let all: BTreeSet<KeyId> = stored.chain(keys.index.of_account(account)).collect();
            for key in all {
                keys.take(key).await?;
            }
            Ok(())
        })
        .await
    }

    /// A honey key was laid out, or taken away.
    pub async fn hear_honey(self: &Arc<Self>) -> Stored<()> {
        self.following(|keys| async move { keys.recall_known_otherwise().await }).await
    }

    /// Everything is read anew from the store: after an account was disabled or enabled, or where changes of another
    /// process may have been missed. What has ended comes first.
    pub async fn recall(self: &Arc<Self>) -> Stored<()> {
        self.keep().await;
        self.following(|keys| async move { keys.take_all().await }).await
    }

    /// Reads the store and changes memory, to the end: also where whoever was told waits no longer.
    async fn following<F>(self: &Arc<Self>, work: impl FnOnce(Arc<Self>) -> F + Send) -> Stored<()>
    where
        F: Future<Output = Stored<()>> + Send + 'static,
    {
        let (keys, working) = (Arc::clone(self), work(Arc::clone(self)));
        let following = self.changing.spawn(async move {
            let _mine = keys.turn.lock().await;
            working.await
        });
        following.await.unwrap_or_else(|broken| Err(StoreError::because(broken)))
    }

    /// Makes memory what the store says of a key.
    async fn take(&self, id: KeyId) -> Stored<()> {
        let (store, now) = (&self.parts.store, self.now());
        let Some(key) = store.keys.key(id).await? else {
            self.leave(self.index.remove(id));
            return Ok(());
        };
        if let (Some(_), Some(hash)) = (key.watched.leaked, from_hex(&key.hash)) {
            self.remember_leaked(hash, id, key.account);
        }
        let owner = store.accounts.by_id(key.account).await?;
        match owner.filter(|owner| owner.enabled && key.is_alive(now)) {
            Some(owner) => self.index.follow(&key, owner.role, &self.memories_of(&key, now).await?),
            None => self.leave(self.index.remove(id)),
        }
        Ok(())
    }

    async fn memories_of(&self, key: &ApiKey, now: Timestamp) -> Stored<Memories> {
        let store = &self.parts.store;
        let networks = store.key_watch.networks_of(key.id).await?;
        let networks = networks.into_iter().map(|KeyNetwork { network, seen, .. }| (network, seen)).collect();
        let calls = match self.index.by_id(key.id) {
            Some(_) => Vec::new(),
            None => store.keys.calls_of(&[key.id], shown_since(now)).await?,
        };
        Ok(Memories { networks, calls: calls.into_iter().map(|(_, day, calls)| (day, calls)).collect() })
    }

    /// Makes memory what the store says of all keys.
    pub(super) async fn take_all(&self) -> Stored<()> {
        let (store, now) = (&self.parts.store, self.now());
        let alive = store.keys.live_keys(now).await?;
        let known: HashSet<_> = alive.iter().filter_map(|(key, _)| from_hex(&key.hash)).collect();
        for gone in self.index.all_but(&known) {
            self.leave(self.index.remove(gone));
        }
        self.recall_known_otherwise().await?;
        let mut networks: HashMap<KeyId, Vec<(IpNet, Timestamp)>> = HashMap::new();
        for KeyNetwork { key, network, seen } in store.key_watch.live_networks(now).await? {
            networks.entry(key).or_default().push((network, seen));
        }
        let mut calls: HashMap<KeyId, Vec<(Day, u64)>> = HashMap::new();
        for (key, day, of_day) in store.key_watch.live_calls(now, shown_since(now)).await? {
            calls.entry(key).or_default().push((day, of_day));
        }
        for (key, role) in alive {
            let (networks, calls) = (networks.remove(&key.id), calls.remove(&key.id));
            let memories =
                Memories { networks: networks.unwrap_or_default(), calls: calls.unwrap_or_default() };
            self.index.follow(&key, role, &memories);
        }
        Ok(())
    }
}
