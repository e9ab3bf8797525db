//! Bytes of a day of callers who are not signed in, over all nodes.

use std::fmt;

use aspis_core::{
    client::Client,
    scenario::data_scraping::quota::{Exceeded, Reservation, Whose},
};
use async_trait::async_trait;

use crate::Stored;

/// Bytes that are promised to an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Promise {
    /// Whose page they are written on.
    pub whose: Whose,
    /// How many, and of which day.
    pub reservation: Reservation,
    /// Who has promised them.
    pub by: By,
    /// What is left of the day with them taken.
    pub left: u64,
}

/// Who has promised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// The home that was asked.
    Home,
    /// The shared home, and this node beside it on the page named here, if there was room.
    Both(Option<(Whose, Reservation)>),
    /// This node alone.
    Node,
}

/// The days of strangers. The day is the home's own.
///
/// Where it fails a node goes on with pages of its own.
#[async_trait]
pub trait Bytes: Send + Sync + fmt::Debug {
    /// Promises a client bytes of today, all or none, while it has had no more than `limit` with them. What is never
    /// settled stays taken until the day ends. None takes nothing, and says what is left.
    async fn reserve(&self, client: Client, limit: u64, bytes: u64) -> Stored<Result<Promise, Exceeded>>;

    /// Ends a promise, of which so many bytes were sent. One of another day changes nothing, and one of which all were
    /// sent need not be ended.
    async fn settle(&self, promise: Promise, sent: u64) -> Stored<()>;
}
