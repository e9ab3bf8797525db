//! Splits of shares: what was remembered before one is told anew, once, and nobody is richer for it.

use aspis_core::{clock::Timestamp, ids::TransactionId, money::Fixed};
use async_trait::async_trait;

use crate::{Stored, prices::Bar};

/// A split: for `denominator` old shares there are `numerator` new ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Split {
    /// The asset.
    pub asset: String,
    /// The first moment of the new shares.
    pub at: Timestamp,
    /// New shares.
    pub numerator: u32,
    /// For so many old ones.
    pub denominator: u32,
    /// Who said so.
    pub source: String,
    /// When it was applied.
    pub applied: Timestamp,
}

impl Split {
    /// What a holding of so many units is afterwards.
    pub fn holding(&self, units: i64) -> i64 {
        let held = Fixed::from_units(units).part(self.numerator, self.denominator);
        held.unwrap_or(Fixed::MAX).units()
    }
}

/// A price from before a split in the new shares. It never becomes nothing: that is no price.
pub fn rescaled(price: Fixed, split: &Split) -> Fixed {
    price.scaled(split.denominator, split.numerator).max(Fixed::from_units(1))
}

/// A bar from before a split in the new shares. A volume that cannot be counted is not known.
pub fn rescale(bar: &mut Bar, split: &Split) {
    for price in [&mut bar.open, &mut bar.high, &mut bar.low].into_iter().flatten() {
        *price = rescaled(*price, split);
    }
    bar.close = rescaled(bar.close, split);
    bar.volume = bar.volume.and_then(|volume| volume.scaled(split.numerator, split.denominator));
}

/// Makes identifiers of ledger entries.
pub type Entries<'a> = &'a (dyn Fn() -> TransactionId + Send + Sync);

/// Splits that were applied.
#[async_trait]
pub trait Splits: Send + Sync {
    /// Rescales every bar and every held row of the asset that begins before the split (prices to the nearest, half to
    /// the even, and never to nothing; volumes the other way), and what accounts hold (rounded down, at most the
    /// largest amount), all or nothing, once: false when it was applied before.
    async fn split(&self, split: &Split, entries: Entries<'_>) -> Stored<bool>;

    /// The splits of an asset, oldest first.
    async fn splits(&self, asset: &str) -> Stored<Vec<Split>>;
}
