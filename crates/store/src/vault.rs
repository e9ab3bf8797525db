//! Keys that all nodes share: signing, refresh derivation, cursors.

use async_trait::async_trait;

use crate::Stored;

/// Named byte strings, each written once.
#[async_trait]
pub trait Vault: Send + Sync {
    /// The value under `name`; `fresh` is stored and returned when there is none yet. Two nodes that start at once
    /// get the same answer.
    async fn get_or_put(&self, name: &str, fresh: &[u8]) -> Stored<Vec<u8>>;

    /// The value under `name`, if there is one.
    async fn get(&self, name: &str) -> Stored<Option<Vec<u8>>>;

    /// Forgets a value, when what it protected is over. True when it was there.
    async fn remove(&self, name: &str) -> Stored<bool>;

    /// True where a value lies on a disk as it is: who reads that disk has it.
    async fn is_in_clear(&self) -> Stored<bool>;
}
