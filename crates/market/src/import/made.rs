//! The first days that are brought for an asset whose days were made of hours: those it had stay, under the new ones.

use aspis_core::clock::Timestamp;
use aspis_store::{
    Durable, Stored,
    prices::{Bar, Interval, Series, SeriesRole, Span},
};

use crate::{ingest::flags, prices::made_days};

/// The history of an asset at an interval, where there is one.
pub(super) async fn history(store: &Durable, asset: &str, interval: Interval) -> Stored<Option<Series>> {
    let own = |series: &Series| {
        (series.asset.as_str(), series.interval, series.role) == (asset, interval, SeriesRole::History)
    };
    Ok(store.prices.series().await?.into_iter().find(own))
}

/// The days of an asset that has hours alone, and the series that they would be.
pub(super) async fn days(store: &Durable, asset: &str, now: Timestamp) -> Stored<Option<(Series, Vec<Bar>)>> {
    let Some(hours) = history(store, asset, Interval::Hour).await? else { return Ok(None) };
    let all = Span { from: None, before: None, offset: 0, limit: i64::MAX.unsigned_abs() };
    let stored = store.prices.bars(&hours, all).await?;
    let Some((series, mut days)) = made_days(hours, stored, now) else { return Ok(None) };
    for day in &mut days {
        day.flags |= flags::MADE;
    }
    Ok(Some((series, days)))
}
