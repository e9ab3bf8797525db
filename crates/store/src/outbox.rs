//! Messages of alarm on their way: one row a message and channel, until it has arrived or is given up.
//!
//! Whoever sends takes a row for a while; one that dies in between leaves it to be sent again, with the same
//! identifier. Deliberately not here: what a message says, who gets it, and how it is carried.

use std::time::Duration;

use aspis_core::clock::Timestamp;
use async_trait::async_trait;
use uuid::Uuid;

use crate::Stored;

/// A message that is handed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posting {
    /// What tells it from all others, over every try.
    pub message: Uuid,
    /// What it is about: one that says the same again within a time is not taken.
    pub key: String,
    /// By which channels it goes.
    pub channels: Vec<String>,
    /// How heavy it is: where there is no room, the lightest goes first.
    pub weight: u8,
    /// When it was written.
    pub at: Timestamp,
    /// What it says: a JSON object.
    pub body: String,
}

/// A message on its way by one channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parcel {
    /// Which message.
    pub message: Uuid,
    /// How heavy it is.
    pub weight: u8,
    /// When it was written.
    pub at: Timestamp,
    /// What it says.
    pub body: String,
    /// Tries so far.
    pub tries: u32,
}

/// How much may wait, and what is the same again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    /// Within this time a key is taken once; zero: always.
    pub same: Duration,
    /// Rows of one channel.
    pub most: u64,
}

/// What became of messages that were handed in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Posted {
    /// Messages that were taken.
    pub taken: u64,
    /// Rows that had to go because there was no room.
    pub dropped: u64,
}

/// How it stands with a channel.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Waiting {
    /// Rows that are due.
    pub due: u64,
    /// All rows.
    pub all: u64,
    /// When the next of the others will be.
    pub next: Option<Timestamp>,
}

/// What is on its way.
#[async_trait]
pub trait Outbox: Send + Sync {
    /// Takes messages in, but for those that say the same again; all or none.
    async fn post(&self, postings: &[Posting], room: Room) -> Stored<Posted>;

    /// How it stands with a channel at this moment.
    async fn waiting(&self, channel: &str, now: Timestamp) -> Stored<Waiting>;

    /// Rows that are due, the heaviest first, then the oldest. They are due again at `until`, should nobody say what
    /// became of them.
    async fn take(&self, channel: &str, now: Timestamp, until: Timestamp, limit: u64) -> Stored<Vec<Parcel>>;

    /// A try came to nothing: the next one is due then.
    async fn put_off(&self, channel: &str, message: Uuid, until: Timestamp) -> Stored<()>;

    /// It has arrived, or is given up.
    async fn done(&self, channel: &str, message: Uuid) -> Stored<()>;

    /// Puts one row in the place of several, taken until `until`; all or nothing.
    async fn merge(&self, channel: &str, parts: &[Uuid], whole: &Parcel, until: Timestamp) -> Stored<()>;

    /// Forgets all rows of a channel: how many there were.
    async fn clear(&self, channel: &str) -> Stored<u64>;

    /// What a server that died had taken is due at once. Not for one of several: what another is sending is taken, too.
    async fn recover(&self, now: Timestamp) -> Stored<()>;

    /// Spends so much of a channel's day, if no more than `most` is spent then.
    async fn spend(&self, channel: &str, day: i64, amount: u64, most: u64) -> Stored<bool>;
}
