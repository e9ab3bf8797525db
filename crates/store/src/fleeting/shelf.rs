//! Open questions: asked by one node, answered on another.

use std::{fmt, time::Duration};

use async_trait::async_trait;

use crate::Stored;

/// The largest question that is kept, in bytes.
pub const LARGEST: usize = 65_536;

/// It is too large to be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0} bytes are too many for an open question: at most {LARGEST}")]
pub struct TooLarge(pub usize);

/// Questions that wait for their answer, each for a while.
///
/// Where it fails the question is not asked, or its answer does not count: whoever asked may ask anew.
#[async_trait]
pub trait Shelf: Send + Sync + fmt::Debug {
    /// Keeps a question under a word that nobody can guess.
    async fn put(&self, word: &[u8], question: Vec<u8>, span: Duration) -> Stored<()>;

    /// Takes a question away: of many at once exactly one gets it, and nobody after its time.
    async fn take(&self, word: &[u8]) -> Stored<Option<Vec<u8>>>;
}
