//! The newest price of an asset: the newest close of any interval.

use std::sync::Arc;

use aspis_core::{clock::Timestamp, money::Fixed, scenario::price_manipulation::watch::Published};
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
    /// How many sources it is the median of.
    pub sources: u32,
    /// True where these are too few to check each other.
    pub single_source: bool,
}

/// Where a price comes from that several sources agree on.
pub const MEDIAN: &str = "median";

impl Price {
    /// True when it is older than three of its intervals (daily: five days).
    pub fn is_stale(&self, now: Timestamp) -> bool {
        now.since(self.as_of) > stale_after(self.interval)
    }
}

/// The newest close; of two that end together the finer interval's, which was made later. `newest` is the newest bar of
/// each series.
pub(super) fn of<'a>(asset: &Asset, newest: impl Iterator<Item = (&'a Series, &'a Bar)>) -> Option<Price> {
    let end = |series: &Series, bar: &Bar| bar.start.plus(series.interval.length());
    let (series, bar) =
        newest.max_by_key(|(series, bar)| (end(series, bar), std::cmp::Reverse(series.interval)))?;
    Some(Price {
        asset_id: asset.id.clone(),
        price: bar.close,
        currency: asset.currency.clone(),
        as_of: end(series, bar),
        interval: series.interval,
        source: bar.source.clone().unwrap_or_else(|| Arc::clone(&series.source)),
        sources: 1,
        single_source: true,
    })
}

/// The median of several sources in place of one source's close.
pub(super) fn median(close: Price, interval: Interval, published: &Published) -> Price {
    let price = Fixed::from_f64(published.price).filter(|price| price.is_positive());
    let Some(price) = price.filter(|_| published.sources > 1) else { return close };
    let Published { as_of, sources, single_source, .. } = *published;
    Price { price, as_of, interval, source: MEDIAN.into(), sources, single_source, ..close }
}
