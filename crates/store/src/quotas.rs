//! How many bytes of a day an account has taken away, over all nodes.

use aspis_core::{ids::AccountId, scenario::data_scraping::quota::Day};
use async_trait::async_trait;

use crate::Stored;

/// What became of a wish to take bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// All of them are taken; after that so many are, by all nodes together.
    All {
        /// Bytes of the day that are taken.
        used: u64,
    },
    /// Not one: they would be more than the most.
    Nothing,
}

/// What an account has used of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Used {
    /// Bytes: sent, or taken by a node and not given back yet.
    pub bytes: u64,
    /// Calls, as far as they were told.
    pub calls: u64,
}

/// What a node has left over of an account's day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Back {
    /// Whose.
    pub account: AccountId,
    /// Of which day.
    pub day: Day,
    /// Bytes that were taken and not sent.
    pub bytes: u64,
    /// Calls to count.
    pub calls: u64,
}

/// Bytes and calls by account and day.
#[async_trait]
pub trait Quotas: Send + Sync {
    /// Takes bytes of a day, unless it would then be more than `most` of them: all or nothing, whatever runs at once.
    async fn take(&self, account: AccountId, day: Day, bytes: u64, most: u64) -> Stored<Taken>;

    /// Gives bytes back and counts calls, of all of them or of none.
    async fn give_back(&self, backs: &[Back]) -> Stored<()>;

    /// What an account has used of a day.
    async fn used(&self, account: AccountId, day: Day) -> Stored<Used>;

    /// Forgets the days before one; how many rows that were.
    async fn sweep_days(&self, before: Day) -> Stored<u64>;
}
