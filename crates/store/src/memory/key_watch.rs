//! What the watch over API keys remembers.

use aspis_core::{
    clock::Timestamp,
    ids::{AccountId, KeyId},
    scenario::{data_scraping::quota::Day, key_leakage::habits::Odd},
};
use async_trait::async_trait;

use super::{Memory, State};
use crate::{KeyWatch, Stored, key_watch::KeyNetwork, notices::Notice};

impl State {
    /// A successor is the same program: it is at home where the old key was.
    pub(super) fn inherit_networks(&mut self, from: KeyId, to: KeyId) {
        let of = self.key_networks.iter().filter(|((key, _), _)| *key == from);
        let networks: Vec<_> = of.map(|((_, network), seen)| ((to, *network), *seen)).collect();
        self.key_networks.extend(networks);
    }

    fn is_alive(&self, key: KeyId, now: Timestamp) -> bool {
        self.keys.get(&key).is_some_and(|key| key.is_alive(now))
    }
}

#[async_trait]
impl KeyWatch for Memory {
    async fn note_networks(&self, networks: &[KeyNetwork]) -> Stored<()> {
        let mut state = self.state();
        for KeyNetwork { key, network, seen } in networks {
            state.key_networks.entry((*key, *network)).or_insert(*seen);
        }
        Ok(())
    }

    async fn live_networks(&self, now: Timestamp) -> Stored<Vec<KeyNetwork>> {
        let state = self.state();
        let alive = state.key_networks.iter().filter(|((key, _), _)| state.is_alive(*key, now));
        Ok(alive
            .map(|((key, network), seen)| KeyNetwork { key: *key, network: *network, seen: *seen })
            .collect())
    }

    async fn networks_of(&self, key: KeyId) -> Stored<Vec<KeyNetwork>> {
        let state = self.state();
        let own = state.key_networks.iter().filter(|((of, _), _)| *of == key);
        Ok(own.map(|((_, network), seen)| KeyNetwork { key, network: *network, seen: *seen }).collect())
    }

    async fn live_calls(&self, now: Timestamp, since: Day) -> Stored<Vec<(KeyId, Day, u64)>> {
        let state = self.state();
        let wanted = |((key, day), _): &(&(KeyId, Day), &u64)| *day >= since && state.is_alive(*key, now);
        Ok(state.key_days.iter().filter(wanted).map(|((key, day), calls)| (*key, *day, *calls)).collect())
    }

    async fn suspend_key(&self, key: KeyId, odd: Odd, notice: Notice) -> Stored<bool> {
        let mut state = self.state();
        let found = state.keys.get_mut(&key);
        let Some(key) = found.filter(|key| key.is_alive(notice.at) && key.watched.suspended.is_none()) else {
            return Ok(false);
        };
        key.watched.suspended = Some((notice.at, odd));
        state.notify(notice);
        Ok(true)
    }

    async fn resume_key(&self, account: AccountId, key: KeyId, now: Timestamp) -> Stored<Option<Odd>> {
        let mut state = self.state();
        let found = state.keys.get_mut(&key).filter(|key| key.account == account && key.is_alive(now));
        let Some((watched, (_, odd))) =
            found.and_then(|key| key.watched.suspended.take().map(|was| (&mut key.watched, was)))
        else {
            return Ok(None);
        };
        watched.resumed = Some(now);
        if let Odd::Network(network) = odd {
            state.key_networks.entry((key, network)).or_insert(now);
        }
        Ok(Some(odd))
    }

    async fn warn_of_end(&self, key: KeyId, due: Timestamp, notice: Notice) -> Stored<bool> {
        let mut state = self.state();
        let told = |key: &&mut crate::keys::ApiKey| key.watched.warned.is_some_and(|at| at >= due);
        let found = state.keys.get_mut(&key);
        let Some(key) = found.filter(|key| key.is_alive(notice.at) && key.successor.is_none() && !told(key))
        else {
            return Ok(false);
        };
        key.watched.warned = Some(notice.at);
        state.notify(notice);
        Ok(true)
    }

    async fn leaked_keys(&self) -> Stored<Vec<(KeyId, AccountId, String)>> {
        let state = self.state();
        let leaked = state.keys.values().filter(|key| key.watched.leaked.is_some());
        Ok(leaked.map(|key| (key.id, key.account, key.hash.clone())).collect())
    }
}
