//! Every key that is alive, by its hash.
//!
//! The hash is keyed, so nobody outside can choose where in the table an attempt falls, or learn from its time how near
//! it came.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use aspis_core::{
    clock::Timestamp,
    ids::{AccountId, KeyId},
    principal::{Keyed, Role},
    scenario::data_scraping::quota::Day,
    scope::Scope,
};
use aspis_store::{
    key_watch::KeyNetwork,
    keys::{ApiKey, KeyUse},
};

use ipnet::IpNet;

use super::live::Live;

/// What the store remembers of the uses of a key.
#[derive(Debug, Default)]
pub(super) struct Memories {
    /// The networks it was used from, and since when.
    pub(super) networks: Vec<(IpNet, Timestamp)>,
    /// Its calls of the last days.
    pub(super) calls: Vec<(Day, u64)>,
}

/// The keys of this process.
#[derive(Debug, Default)]
pub(super) struct Index(RwLock<Map>);

#[derive(Debug, Default)]
struct Map {
    hashes: HashMap<[u8; 32], Arc<Live>>,
    keys: HashMap<KeyId, Arc<Live>>,
}

impl Index {
    /// Takes a key in.
    pub(super) fn add(&self, key: &ApiKey, role: Role) {
        let Some(hash) = from_hex(&key.hash) else { return };
        self.put(Live::new(key, keyed(key, role), hash));
    }

    /// Takes in what the store says of a key that is alive, with what it remembers of its uses where the key is new here.
    pub(super) fn follow(&self, key: &ApiKey, role: Role, memories: &Memories) {
        let Some(hash) = from_hex(&key.hash) else { return };
        let (keyed, networks) = (keyed(key, role), &memories.networks);
        let Some(known) = self.by_id(key.id) else {
            let live = Live::new(key, keyed, hash);
            live.recall(networks, &memories.calls);
            return self.put(live);
        };
        known.recall(networks, &[]);
        known.follow(key);
        if !known.has_rights(key, &keyed) {
            self.put(known.with_rights(key, keyed));
        }
    }

    /// In place of the same key as it was before.
    fn put(&self, live: Live) {
        let live = Arc::new(live);
        let mut map = self.0.write().unwrap_or_else(PoisonError::into_inner);
        map.hashes.insert(live.hash, Arc::clone(&live));
        map.keys.insert(live.keyed.key, live);
    }

    /// The keys of an account.
    pub(super) fn of_account(&self, account: AccountId) -> Vec<KeyId> {
        let map = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let own = map.keys.values().filter(|live| live.keyed.account == account);
        own.map(|live| live.keyed.key).collect()
    }

    pub(super) fn by_hash(&self, hash: &[u8; 32]) -> Option<Arc<Live>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).hashes.get(hash).cloned()
    }

    pub(super) fn by_id(&self, key: KeyId) -> Option<Arc<Live>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).keys.get(&key).cloned()
    }

    /// Keys whose owners are to be warned, with the moment of the warning.
    pub(super) fn warnings_due(&self, before: &[Duration], now: Timestamp) -> Vec<(Arc<Live>, Timestamp)> {
        let map = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let due = |live: &Arc<Live>| Some((Arc::clone(live), live.warning_due(before, now)?));
        map.keys.values().filter_map(due).collect()
    }

    /// Networks that are not told yet.
    pub(super) fn new_networks(&self) -> Vec<KeyNetwork> {
        let map = self.0.read().unwrap_or_else(PoisonError::into_inner);
        map.keys.values().flat_map(|live| live.take_networks()).collect()
    }

    /// The keys whose hashes are not among these.
    pub(super) fn all_but(&self, known: &HashSet<[u8; 32]>) -> Vec<KeyId> {
        let map = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let others = map.keys.values().filter(|live| !known.contains(&live.hash));
        others.map(|live| live.keyed.key).collect()
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.0.read().unwrap_or_else(PoisonError::into_inner).keys.len()
    }

    /// Forgets a key; what of it was not told yet.
    pub(super) fn remove(&self, key: KeyId) -> Vec<KeyUse> {
        let mut map = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let gone = map.keys.remove(&key);
        if let Some(live) = &gone {
            map.hashes.remove(&live.hash);
        }
        gone.map(|live| live.take()).unwrap_or_default()
    }

    /// Forgets keys that are over; what of them was not told yet.
    pub(super) fn sweep(&self, now: Timestamp) -> Vec<KeyUse> {
        let mut map = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let mut uses = Vec::new();
        map.keys.retain(|_, live| {
            let over = live.is_over(now);
            if over {
                uses.extend(live.take());
            }
            !over
        });
        map.hashes.retain(|_, live| !live.is_over(now));
        uses
    }

    /// What was not told yet, of all of them.
    pub(super) fn unsaved(&self) -> Vec<KeyUse> {
        let map = self.0.read().unwrap_or_else(PoisonError::into_inner);
        map.keys.values().flat_map(|live| live.take()).collect()
    }
}

/// What a key may do. Prices are written by operators alone, whatever a key was once made for.
fn keyed(key: &ApiKey, role: Role) -> Keyed {
    let may = |scope: &Scope| *scope != Scope::WritePrices || role == Role::Admin;
    let scopes = key.scopes.iter().filter(may).collect();
    Keyed { key: key.id, account: key.account, scopes, since: key.line }
}

pub(super) fn from_hex(text: &str) -> Option<[u8; 32]> {
    let digit = |at: usize| u8::from_str_radix(text.get(at * 2..at * 2 + 2)?, 16).ok();
    let bytes: Option<Vec<u8>> = (0..32).map(digit).collect();
    bytes?.try_into().ok()
}
