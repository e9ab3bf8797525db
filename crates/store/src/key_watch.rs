//! What the watch over API keys remembers: where each is used from, which waits for its owner, who was warned.

use aspis_core::{
    clock::Timestamp,
    ids::{AccountId, KeyId},
    scenario::{data_scraping::quota::Day, key_leakage::habits::Odd},
};
use async_trait::async_trait;
use ipnet::IpNet;

use crate::{Stored, notices::Notice};

/// A network that a key was used from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct KeyNetwork {
    /// Which key.
    pub key: KeyId,
    /// From where.
    pub network: IpNet,
    /// When first.
    pub seen: Timestamp,
}

/// Habits of keys.
#[async_trait]
pub trait KeyWatch: Send + Sync {
    /// Remembers networks; one that is known keeps its moment.
    async fn note_networks(&self, networks: &[KeyNetwork]) -> Stored<()>;

    /// The networks of every key that is alive.
    async fn live_networks(&self, now: Timestamp) -> Stored<Vec<KeyNetwork>>;

    /// The networks of one key, alive or not.
    async fn networks_of(&self, key: KeyId) -> Stored<Vec<KeyNetwork>>;

    /// How often every key that is alive was used, by day, from one day on.
    async fn live_calls(&self, now: Timestamp, since: Day) -> Stored<Vec<(KeyId, Day, u64)>>;

    /// Suspends a key and tells its owner, in one step. True when it was alive and not suspended. The notice's moment is
    /// that of the suspension.
    async fn suspend_key(&self, key: KeyId, odd: Odd, notice: Notice) -> Stored<bool>;

    /// Lets a key of an account go on, and remembers a network that was odd about it, in one step. What it had waited
    /// for; none where the account has no such key that is alive and suspended.
    async fn resume_key(&self, account: AccountId, key: KeyId, now: Timestamp) -> Stored<Option<Odd>>;

    /// Tells the owner of a key that it ends, in one step with the memory of that. True when they were: the key is alive
    /// and has no successor, and they had not been warned since `due`.
    async fn warn_of_end(&self, key: KeyId, due: Timestamp, notice: Notice) -> Stored<bool>;

    /// The hashes of the keys that had leaked, for as long as those are remembered.
    async fn leaked_keys(&self) -> Stored<Vec<(KeyId, AccountId, String)>>;
}
