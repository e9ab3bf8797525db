//! How far each source has come with each asset, and who has lost its vote.

use aspis_core::clock::Timestamp;
use async_trait::async_trait;

use crate::{Stored, prices::Interval};

/// One source's rows of one asset and interval.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feed {
    /// The source.
    pub source: String,
    /// The asset.
    pub asset: String,
    /// The interval.
    pub interval: Interval,
    /// When the last bar that it brought begins, accepted or held.
    pub last: Timestamp,
    /// Since when it has no vote.
    pub distrusted: Option<Timestamp>,
}

/// What has to survive a restart of every feed.
#[async_trait]
pub trait Feeds: Send + Sync {
    /// All of them.
    async fn feeds(&self) -> Stored<Vec<Feed>>;

    /// Gives a source its votes back. Returns how many it had lost.
    async fn trust(&self, source: &str) -> Stored<u64>;
}
