//! The way out of the sources: who takes their rows. The sources know nothing of what is done with them.

use aspis_core::clock::Timestamp;
use aspis_store::{
    Stored,
    prices::{Bar, Interval},
};
use async_trait::async_trait;

use crate::offered::{Offered, Taken};

/// Takes what sources bring.
#[async_trait]
pub trait Takes: Send + Sync {
    /// Takes rows of one source, oldest first: one verdict a row, in the same order.
    async fn take(&self, source: &str, rows: Vec<Offered>) -> Stored<Vec<Taken>>;

    /// Hears of a split of shares at a moment: for `ratio.1` old ones there are `ratio.0` new ones. A split that is
    /// known already is heard of again at every request: false then. `bars` are the bars of the new shares so far, oldest
    /// first: true where they bear it out.
    async fn split(
        &self,
        source: &str,
        asset: &str,
        at: Timestamp,
        ratio: (u32, u32),
        bars: &[Bar],
    ) -> Stored<bool>;

    /// When the newest bar begins that is known, or held, of what this source brings; else the newest bar of the
    /// asset's history, if there is one.
    async fn newest(&self, source: &str, asset: &str, interval: Interval) -> Stored<Option<Timestamp>>;
}
