//! The newest price of an asset: the newest close of any interval.

use std::sync::Arc;

use aspis_core::{clock::Timestamp, money::Fixed};
use aspis_store::prices::{Asset, Bar, Interval, Series};

use super::stale_after;

/// A price with everything that says how far to trust it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Price {
    /// The asset.
    pub asset_id: String,
    /// The price.
    pub price: Fixed,
    /// ISO 4217 code of the currency.
    pub currency: String,
    /// The end of the bar that it closes.
    pub as_of: Timestamp,
    /// The interval of that bar.
    pub interval: Interval,
    /// Where it comes from.
    pub source: Arc<str>,
}

impl Price {
    /// True when it is older than three of its intervals (daily: five days).
    pub fn is_stale(&self, now: Timestamp) -> bool {
        now.since(self.as_of) > stale_after(self.interval)
    }
}

/// The newest close; of two that end together the finer interval's, which was made later.
pub(super) fn of(asset: &Asset, whole: &[(Series, Vec<Bar>)]) -> Option<Price> {
    let newest = whole.iter().filter_map(|(series, bars)| Some((series, bars.first()?)));
    let end = |series: &Series, bar: &Bar| bar.start.plus(series.interval.length());
    let (series, bar) =
        newest.max_by_key(|(series, bar)| (end(series, bar), std::cmp::Reverse(series.interval)))?;
    Some(Price {
        asset_id: asset.id.clone(),
        price: bar.close,
        currency: asset.currency.clone(),
        as_of: end(series, bar),
        interval: series.interval,
        source: Arc::clone(&series.source),
    })
}
