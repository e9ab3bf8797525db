//! Honey keys: laid out to be stolen, so that whoever uses one is known for a thief.

use aspis_core::{clock::Timestamp, ids::KeyId};
use async_trait::async_trait;

use crate::Stored;

/// A key that opens nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoneyKey {
    /// Its identifier.
    pub id: KeyId,
    /// Its keyed SHA-256, lower hex: unique.
    pub hash: String,
    /// Where it was laid out, in its maker's words.
    pub name: String,
    /// When it was made.
    pub made: Timestamp,
    /// Which operator made it.
    pub made_by: String,
    /// How often it was used.
    pub uses: u64,
    /// When it was last used and by which client.
    pub used: Option<(Timestamp, String)>,
}

/// Uses of a honey key since they were last told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoneyUse {
    /// Which key.
    pub key: KeyId,
    /// When last.
    pub at: Timestamp,
    /// By which client, as text.
    pub client: String,
    /// How often.
    pub uses: u64,
}

/// Honey keys, few.
#[async_trait]
pub trait HoneyKeys: Send + Sync {
    /// Keeps one, if there are fewer than `most`. True when it is kept.
    async fn add_honey(&self, key: &HoneyKey, most: usize) -> Stored<bool>;

    /// All of them, newest first.
    async fn honey_keys(&self) -> Stored<Vec<HoneyKey>>;

    /// Takes one away. True when it was there.
    async fn remove_honey(&self, key: KeyId) -> Stored<bool>;

    /// Counts uses. A moment never goes back.
    async fn note_honey_uses(&self, uses: &[HoneyUse]) -> Stored<()>;
}
