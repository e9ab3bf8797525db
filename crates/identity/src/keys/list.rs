//! The keys of an account, with what they were used for.

use std::collections::HashMap;

use aspis_core::{
    clock::Timestamp,
    ids::{AccountId, KeyId},
    principal::SignedIn,
    scenario::data_scraping::quota::Day,
};
use aspis_store::keys::ApiKey;

use super::{ApiKeys, Refusal, keep::shown_since};

/// A key as its owner sees it.
#[derive(Debug, Clone)]
pub struct Listed {
    /// Everything but the key.
    pub key: ApiKey,
    /// Calls by day of the last thirty days, newest first; days without one are left out.
    pub days: Vec<(Day, u64)>,
    /// Calls of today.
    pub today: u64,
}

impl ApiKeys {
    /// The keys of the account that are alive, newest first.
    pub async fn list(&self, who: SignedIn) -> Result<Vec<Listed>, Refusal> {
        let now = self.now();
        let keys = self.parts.store.keys.keys_of(who.account, now).await?;
        self.with_calls(keys, now).await
    }

    /// Keys with what they were used for, in their order: the store is asked once for all of them.
    pub(super) async fn with_calls(&self, keys: Vec<ApiKey>, now: Timestamp) -> Result<Vec<Listed>, Refusal> {
        let ids: Vec<KeyId> = keys.iter().map(|key| key.id).collect();
        let mut calls: HashMap<KeyId, Vec<(Day, u64)>> = HashMap::new();
        for (key, day, count) in self.parts.store.keys.calls_of(&ids, shown_since(now)).await? {
            calls.entry(key).or_default().push((day, count));
        }
        let listed = |key: ApiKey| self.listed(calls.remove(&key.id).unwrap_or_default(), key, now);
        Ok(keys.into_iter().map(listed).collect())
    }

    /// True where a key of the account that is alive writes the prices of a source.
    pub async fn feeds(&self, account: AccountId, source: &str) -> Result<bool, Refusal> {
        let keys = self.parts.store.keys.keys_of(account, self.now()).await?;
        Ok(keys.iter().any(|key| key.source.as_deref() == Some(source)))
    }

    /// What the store has told, and what it was not told yet.
    pub(super) fn listed(&self, mut days: Vec<(Day, u64)>, mut key: ApiKey, now: Timestamp) -> Listed {
        let live = self.index.by_id(key.id);
        for (day, more) in live.iter().flat_map(|live| live.days()) {
            match days.iter_mut().find(|(known, _)| *known == day) {
                Some((_, calls)) => *calls += more,
                None => days.push((day, more)),
            }
        }
        days.sort_unstable_by(|one, other| other.cmp(one));
        if let Some((at, client)) = live.and_then(|live| live.last()) {
            key.used = Some((at, client.to_string()));
        }
        let today = days.first().filter(|(day, _)| *day == Day::of(now)).map_or(0, |(_, calls)| *calls);
        Listed { key, days, today }
    }
}
