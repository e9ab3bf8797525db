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
    keys::{ApiKey, KeyUse, Replaced, Successor},
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

    async fn calls_of(&self, account: AccountId, since: Day) -> Stored<Vec<(KeyId, Day, u64)>> {
        let state = self.state();
        let of = |key: &KeyId| state.keys.get(key).is_some_and(|key| key.account == account);
        let days = state.key_days.iter().filter(|((key, day), _)| *day >= since && of(key));
        Ok(days.map(|((key, day), calls)| (*key, *day, *calls)).collect())
    }

    async fn sweep_keys(&self, before: Timestamp) -> Stored<u64> {
        let mut state = self.state();
        let all = state.keys.len();
        state.keys.retain(|_, key| key.expires >= before && key.revoked.is_none_or(|at| at >= before));
        state.key_days.retain(|(_, day), _| *day >= Day::of(before));
        Ok((all - state.keys.len()) as u64)
    }
}
