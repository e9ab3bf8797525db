//! Assets and bars.

use std::{collections::BTreeSet, sync::Arc};

use aspis_core::{clock::Timestamp, money::Fixed};
use aspis_store::{
    Prices, Stored,
    prices::{Asset, Bar, Interval, Series, SeriesRole, Span},
};
use async_trait::async_trait;

use crate::{
    Sql,
    db::Conn,
    fault::{Fault, readable},
    sql::{query, query_as},
};

pub(crate) mod batch;
pub(crate) mod load;

const ASSETS: &str = "SELECT id, currency, name, description FROM asset ORDER BY id";
const DESCRIBE: &str = "UPDATE asset SET description = $2 WHERE id = $1";
// Writes what is there: other nodes are told that something about the asset has changed.
const TOUCH: &str = "UPDATE asset SET currency = currency WHERE id = $1";
const SERIES: &str = "SELECT asset, interval, source, role FROM series ORDER BY id";
const LOADED: &str = "SELECT name FROM marker WHERE name = $1";
const BARS: &str = "SELECT start, open, high, low, close, volume, flags, source FROM bar WHERE series = \
    (SELECT id FROM series WHERE asset = $1 AND interval = $2 AND source = $3 AND role = $4) \
    AND start >= $5 AND start < $6 ORDER BY start DESC LIMIT $7 OFFSET $8";

/// Volumes are text: a year of some currencies does not fit 64 bits of 10⁻⁸.
pub(crate) type BarRow =
    (i64, Option<i64>, Option<i64>, Option<i64>, i64, Option<String>, i64, Option<String>);

pub(crate) const fn role_word(role: SeriesRole) -> &'static str {
    match role {
        SeriesRole::History => "history",
        SeriesRole::Check => "check",
    }
}

fn role(word: &str) -> Result<SeriesRole, Fault> {
    let roles = [SeriesRole::History, SeriesRole::Check];
    readable("role", roles.into_iter().find(|role| role_word(*role) == word))
}

/// An asset's row: no description is an empty one.
pub(crate) type AssetRow = (String, String, String, String);

pub(crate) fn asset((id, currency, name, description): AssetRow) -> Asset {
    let description = Some(description).filter(|text| !text.is_empty());
    Asset { id, currency, name, description }
}

pub(crate) fn series(
    (asset, interval, source, word): (String, String, String, String),
) -> Result<Series, Fault> {
    let interval = readable("interval", Interval::parse(&interval))?;
    Ok(Series { asset, interval, source: source.into(), role: role(&word)? })
}

pub(crate) fn bar((start, open, high, low, close, volume, flags, source): BarRow) -> Bar {
    Bar {
        start: Timestamp(start),
        open: open.map(Fixed::from_units),
        high: high.map(Fixed::from_units),
        low: low.map(Fixed::from_units),
        close: Fixed::from_units(close),
        volume: volume.and_then(|text| text.parse().ok()),
        flags: u32::try_from(flags).unwrap_or_default(),
        source: source.map(Arc::from),
    }
}

impl Sql {
    async fn part(&self, series: &Series, span: Span) -> Result<Vec<Bar>, Fault> {
        let ask = query_as(BARS)
            .bind(&series.asset)
            .bind(series.interval.word())
            .bind(&*series.source)
            .bind(role_word(series.role))
            .bind(span.from.map_or(i64::MIN, |from| from.0))
            .bind(span.before.map_or(i64::MAX, |before| before.0))
            .bind(i64::try_from(span.limit).unwrap_or(i64::MAX))
            .bind(i64::try_from(span.offset).unwrap_or(i64::MAX));
        let rows: Vec<BarRow> = ask.fetch_all(self.db.reader()).await?;
        Ok(rows.into_iter().map(bar).collect())
    }
}

/// Has other nodes told that these assets have changed, once each, when this is committed.
pub(crate) async fn touch(tx: &mut Conn, assets: &BTreeSet<&str>) -> Result<(), Fault> {
    for asset in assets {
        query(TOUCH).bind(*asset).execute(&mut *tx).await?;
    }
    Ok(())
}

#[async_trait]
impl Prices for Sql {
    async fn assets(&self) -> Stored<Vec<Asset>> {
        let rows: Vec<AssetRow> = query_as(ASSETS).fetch_all(self.db.reader()).await.map_err(Fault::from)?;
        Ok(rows.into_iter().map(asset).collect())
    }

    async fn describe(&self, asset: &str, description: Option<&str>) -> Stored<bool> {
        let describe = query(DESCRIBE).bind(asset).bind(description.unwrap_or_default());
        let done = describe.execute(self.db.writer()).await.map_err(Fault::from)?;
        Ok(done.rows_affected() == 1)
    }

    async fn series(&self) -> Stored<Vec<Series>> {
        let rows = query_as(SERIES).fetch_all(self.db.reader()).await.map_err(Fault::from)?;
        Ok(rows.into_iter().map(series).collect::<Result<_, Fault>>()?)
    }

    async fn load_once(
        &self,
        marker: &str,
        assets: &[Asset],
        batches: &[(Series, Vec<Bar>)],
        progress: &(dyn Fn(u64) + Send + Sync),
    ) -> Stored<bool> {
        let mut tx = self.db.begin().await?;
        if !load::claim(&mut tx, marker).await? {
            return Ok(false);
        }
        load::assets(&mut tx, assets).await?;
        load::bars(&mut tx, batches, progress).await?;
        tx.commit().await.map_err(Fault::from)?;
        Ok(true)
    }

    async fn is_loaded(&self, marker: &str) -> Stored<bool> {
        let found = query(LOADED).bind(marker).fetch_optional(self.db.reader()).await;
        Ok(found.map_err(Fault::from)?.is_some())
    }

    async fn bars(&self, series: &Series, span: Span) -> Stored<Vec<Bar>> {
        Ok(self.part(series, span).await?)
    }
}

#[cfg(test)]
mod tests;
