//! What is good once, whichever node it is brought to.

use std::{fmt, time::Duration};

use async_trait::async_trait;

use crate::Stored;

/// What is good once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Once {
    /// The solution of a challenge.
    Challenge,
    /// The answer to a sum.
    Sum,
    /// A proof that a caller holds a key.
    Proof,
}

/// There is no room to remember another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no more can be remembered that was used")]
pub struct Full;

/// Words that were used, each for as long as it could come again.
///
/// Where it fails, nobody knows whether the word is fresh: it is not taken, or by what the node itself remembers.
/// A node that remembers its own too is safe from a home that comes back empty, but for words brought to another node.
#[async_trait]
pub trait Spent: Send + Sync + fmt::Debug {
    /// True the first time within `span`, on whatever node; of many at once exactly one.
    async fn spend(&self, what: Once, id: &[u8], span: Duration) -> Stored<bool>;
}
