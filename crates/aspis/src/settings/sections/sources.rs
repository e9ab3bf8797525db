//! Where prices come from.

use aspis_core::rate::Rate;
use serde::{Deserialize, Serialize};

use crate::settings::value::{DAY, MINUTE, SourceUrl, Span, Symbols, rate};

/// `[sources]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sources {
    /// Prices are fetched at all.
    pub enabled: bool,
    /// How often a source without a stream is asked.
    pub every: Span<MINUTE, DAY>,
    /// How far back an asset without history begins.
    pub backfill: Span<DAY, { 3650 * DAY }>,
    /// Requests to one source.
    #[serde(deserialize_with = "rate")]
    pub requests: Rate,
    /// Where Binance is asked.
    pub binance_url: SourceUrl<false>,
    /// Where its stream is.
    pub binance_stream_url: SourceUrl<true>,
    /// What it is asked for by the hour.
    pub binance_hourly: Symbols,
    /// What it is asked for by the day.
    pub binance_daily: Symbols,
    /// Where Yahoo is asked.
    pub yahoo_url: SourceUrl<false>,
    /// What it is asked for by the hour.
    pub yahoo_hourly: Symbols,
    /// What it is asked for by the day.
    pub yahoo_daily: Symbols,
}
