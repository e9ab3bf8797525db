//! What was worked out over a long time and is worth keeping: the newest of each name.

use aspis_core::clock::Timestamp;
use async_trait::async_trait;

use crate::Stored;

/// Texts by name.
#[async_trait]
pub trait Reports: Send + Sync {
    /// Keeps a report in place of the one before.
    async fn keep(&self, name: &str, at: Timestamp, text: &str) -> Stored<()>;

    /// The report of this name, and when it was made.
    async fn report(&self, name: &str) -> Stored<Option<(Timestamp, String)>>;
}
