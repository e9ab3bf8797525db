//! API keys and how often they were used.

use std::cmp::Reverse;

use aspis_core::{
    clock::Timestamp,
    ids::{AccountId, KeyId},
    principal::Role,
    scenario::data_scraping::quota::Day,
};
use async_trait::async_trait;

use super::{Memory, State};
use crate::{
    Keys, Stored,
    keys::{ApiKey, Ended, KeyQuery, KeyUse, Replaced, Successor},
};

impl State {
    fn replace_key(&mut self, next: Successor) -> Replaced {
        let now = next.key.created;
        let old = self.keys.get_mut(&next.of);
        let Some(old) = old.filter(|old| old.account == next.key.account && old.is_alive(now)) else {
            return Replaced::Unknown;
        };
        if old.successor.is_some() {
            return Replaced::Already;
        }
        old.successor = Some(next.key.id);
        old.expires = old.expires.min(next.ends);
        let elder =
            self.keys.values_mut().find(|elder| elder.successor == Some(next.of) && elder.is_alive(now));
        let ended = elder.map(|elder| {
            elder.revoked = Some(now);
            elder.id
        });
        self.inherit_networks(next.of, next.key.id);
        self.keys.insert(next.key.id, next.key);
        Replaced::Done { ended }
    }
}

#[async_trait]
impl Keys for Memory {
    async fn issue_key(&self, key: ApiKey, most: usize) -> Stored<bool> {
        let mut state = self.state();
        let enabled = state.accounts.get(&key.account).is_some_and(|account| account.enabled);
        let counts = |other: &&ApiKey| {
            other.account == key.account && other.is_alive(key.created) && other.successor.is_none()
        };
        if !enabled || state.keys.values().filter(counts).count() >= most {
            return Ok(false);
        }
        state.keys.insert(key.id, key);
        Ok(true)
    }

    async fn replace_key(&self, next: Successor) -> Stored<Replaced> {
        Ok(self.state().replace_key(next))
    }

    async fn revoke_key(&self, account: AccountId, key: KeyId, now: Timestamp) -> Stored<bool> {
        let mut state = self.state();
        let found = state.keys.get_mut(&key).filter(|key| key.account == account && key.is_alive(now));
        Ok(found.map(|key| key.revoked = Some(now)).is_some())
    }

    async fn end_key(&self, hash: &str, now: Timestamp, leaked: bool) -> Stored<Option<Ended>> {
        let mut state = self.state();
        let found = state.keys.values_mut().find(|key| key.hash == hash);
        Ok(found.map(|key| {
            let ended = Ended { key: key.id, account: key.account, was_alive: key.is_alive(now) };
            if ended.was_alive {
                key.revoked = Some(now);
            }
            if leaked {
                key.watched.leaked.get_or_insert(now);
            }
            ended
        }))
    }

    async fn key_by_hash(&self, hash: &str) -> Stored<Option<ApiKey>> {
        Ok(self.state().keys.values().find(|key| key.hash == hash).cloned())
    }

    async fn key(&self, key: KeyId) -> Stored<Option<ApiKey>> {
        Ok(self.state().keys.get(&key).cloned())
    }

    async fn list_keys(&self, query: &KeyQuery, now: Timestamp) -> Stored<Vec<(ApiKey, String)>> {
        let state = self.state();
        let wanted = |key: &&ApiKey| {
            query.account.is_none_or(|account| key.account == account)
                && query.state.is_of(key, now)
                && query.after.is_none_or(|after| (key.created, key.id) < after)
        };
        let owned = |key: &ApiKey| Some((key.clone(), state.accounts.get(&key.account)?.email.clone()));
        let mut keys: Vec<_> = state.keys.values().filter(wanted).filter_map(owned).collect();
        keys.sort_by_key(|(key, _)| Reverse((key.created, key.id)));
        keys.truncate(usize::try_from(query.limit).unwrap_or(usize::MAX));
        Ok(keys)
    }

    async fn keys_of(&self, account: AccountId, now: Timestamp) -> Stored<Vec<ApiKey>> {
        let state = self.state();
        let alive = state.keys.values().filter(|key| key.account == account && key.is_alive(now));
        let mut keys: Vec<_> = alive.cloned().collect();
        keys.sort_by_key(|key| Reverse((key.created, key.id)));
        Ok(keys)
    }

    async fn live_keys(&self, now: Timestamp) -> Stored<Vec<(ApiKey, Role)>> {
        let state = self.state();
        let with_role = |key: &ApiKey| {
            let account = state.accounts.get(&key.account).filter(|account| account.enabled)?;
            Some((key.clone(), account.role))
        };
        Ok(state.keys.values().filter(|key| key.is_alive(now)).filter_map(with_role).collect())
    }

    async fn note_key_uses(&self, uses: &[KeyUse]) -> Stored<()> {
        let mut state = self.state();
        for used in uses {
            let key = state.keys.get_mut(&used.key);
            if let Some(key) = key.filter(|key| key.used.as_ref().is_none_or(|(at, _)| *at <= used.at)) {
                key.used = Some((used.at, used.client.clone()));
            }
            let calls = state.key_days.entry((used.key, used.day)).or_default();
            *calls = calls.saturating_add(used.calls);
        }
        Ok(())
    }

    async fn calls_of(&self, keys: &[KeyId], since: Day) -> Stored<Vec<(KeyId, Day, u64)>> {
        let state = self.state();
        let days = state.key_days.iter().filter(|((key, day), _)| *day >= since && keys.contains(key));
        Ok(days.map(|((key, day), calls)| (*key, *day, *calls)).collect())
    }

    async fn sweep_keys(&self, before: Timestamp) -> Stored<u64> {
        let mut state = self.state();
        let all = state.keys.len();
        state.keys.retain(|_, key| key.expires >= before && key.revoked.is_none_or(|at| at >= before));
        state.key_days.retain(|(_, day), _| *day >= Day::of(before));
        let left = all - state.keys.len();
        let State { keys, key_networks, .. } = &mut *state;
        key_networks.retain(|(key, _), _| keys.contains_key(key));
        Ok(left as u64)
    }
}
