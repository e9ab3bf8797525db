//! Networks that are shut out.

use std::time::Duration;

use aspis_core::{block::Block, clock::Timestamp};
use async_trait::async_trait;

use crate::Stored;

/// How long it is remembered that the server shut a network out by itself.
pub const REMEMBERED: Duration = Duration::from_secs(30 * 86_400);

/// Blocks by their networks: one a network.
#[async_trait]
pub trait Blocks: Send + Sync {
    /// Every block that holds at `now`, by network.
    async fn blocks(&self, now: Timestamp) -> Stored<Vec<Block>>;

    /// Keeps a block that the server makes by itself. One by hand stays as it is, and one that ends later too: true
    /// when something changed. Of automatic ones those that end first give way, so that there are never more than
    /// `most` of both kinds; where all of those are by hand, nothing is kept.
    async fn block_automatically(&self, block: &Block, most: usize) -> Stored<bool>;

    /// Forgets blocks that are over; which they were.
    async fn sweep_blocks(&self, now: Timestamp) -> Stored<Vec<Block>>;

    /// How often the server has shut a network out by itself since a moment.
    async fn blocked_before(&self, block: &Block, since: Timestamp) -> Stored<u32>;
}
