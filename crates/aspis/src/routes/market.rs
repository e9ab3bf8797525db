//! Prices, their history, and their future.

pub(crate) mod assets;
pub(crate) mod bulk;
pub(crate) mod history;
pub(crate) mod ingest;
pub(crate) mod predict;
pub(crate) mod price;
pub(crate) mod prices;
pub(crate) mod quality;
mod rows;

use aspis_core::money::Fixed;
use aspis_store::prices::Bar;
use serde::Serialize;
use utoipa::ToSchema;

use super::words::{Decimal, Moment, Traded};

/// One bar of history.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Row<'a> {
    /// When the bar begins.
    timestamp: Moment,
    /// The first price; null where it is not known.
    #[schema(required = true)]
    open: Option<Decimal>,
    /// The highest price; null where it is not known.
    #[schema(required = true)]
    high: Option<Decimal>,
    /// The lowest price; null where it is not known.
    #[schema(required = true)]
    low: Option<Decimal>,
    /// The last price.
    close: Decimal,
    /// How much was traded; null where it is not known.
    #[schema(required = true, value_type = Option<String>, pattern = r"^[0-9]{1,31}(\.[0-9]{1,8})?$", min_length = 1, max_length = 40)]
    volume: Option<Traded>,
    /// Where the bar comes from.
    #[schema(min_length = 1, max_length = 40, example = "bitstamp")]
    source: &'a str,
}

impl<'a> Row<'a> {
    /// A bar of a series that comes from `source`, where the bar does not say otherwise.
    pub(crate) fn of(bar: &'a Bar, source: &'a str) -> Self {
        let price = |price: Option<Fixed>| price.map(Decimal);
        Self {
            timestamp: bar.start.into(),
            open: price(bar.open),
            high: price(bar.high),
            low: price(bar.low),
            close: bar.close.into(),
            volume: bar.volume.map(Traded),
            source: bar.source.as_deref().unwrap_or(source),
        }
    }
}
