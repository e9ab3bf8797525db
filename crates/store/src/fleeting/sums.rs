//! Counts within windows, over all nodes: what the rules of alarm judge together.

use std::{fmt, time::Duration};

use async_trait::async_trait;

use crate::Stored;

/// Slices of a window. A slice counts until its newest moment is out of the window: nothing is missed, and nothing counts
/// for more than a slice too long.
pub const SLICES: u32 = 64;

/// How long a node speaks for a sum that has reached its bar, once it has said so; it says so again meanwhile.
pub const SPEAKS: Duration = Duration::from_secs(60);

/// The most that is added at once.
pub const MOST_ADDS: usize = 64;

/// The name of a node among the others.
pub type Teller = [u8; 16];

/// Something to be added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Add {
    /// To what: by which rule, of whom.
    pub what: Vec<u8>,
    /// Within how long it counts; of one sum always the same.
    pub window: Duration,
    /// The bar: from how many on it is spoken of.
    pub from: u64,
    /// How much; nothing only asks.
    pub more: u64,
}

/// A sum, with what was added just now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sum {
    /// How much lies within the window.
    pub count: u64,
    /// True where the bar is reached and the node that asks is the one that speaks of it: the first that found it so,
    /// until half of the bar is left or it has not been heard of for [`SPEAKS`].
    pub ours: bool,
}

/// Too much at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0} sums are too many at once: at most {MOST_ADDS}")]
pub struct TooMany(pub usize);

/// Sums over all nodes.
///
/// Where it fails each node goes by what it counted itself.
#[async_trait]
pub trait Sums: Send + Sync + fmt::Debug {
    /// Adds in one step, and says what it came to, in the same order.
    async fn add(&self, by: Teller, adds: &[Add]) -> Stored<Vec<Sum>>;
}
