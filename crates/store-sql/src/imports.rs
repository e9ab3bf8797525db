//! Files of prices that an operator brings.

use std::collections::{BTreeSet, HashMap};

use aspis_core::clock::Timestamp;
use aspis_store::{
    Imports, Stored,
    imports::{Import, Summary},
    prices::{Asset, Bar, Series},
};
use async_trait::async_trait;

use crate::{
    Sql,
    db::Conn,
    fault::{Fault, readable},
    prices::{self, AssetRow, load, series},
    sql::{query, query_as},
};

const ADD: &str = "INSERT INTO asset (id, currency, name) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING";
const ASSET: &str = "SELECT id, currency, name, description FROM asset WHERE id = $1";
const IMPORT: &str =
    "SELECT line, digest, rows, added, changed, begun, finished FROM price_import WHERE name = $1";
const KEEP: &str = "INSERT INTO price_import (name, line, digest, rows, added, changed, begun, finished) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (name) DO UPDATE SET line = excluded.line, \
    digest = excluded.digest, rows = excluded.rows, added = excluded.added, changed = excluded.changed, \
    begun = excluded.begun, finished = excluded.finished";
const SERIES: &str = "SELECT s.id, s.asset, s.interval, s.source, s.role, COUNT(b.start), MIN(b.start), MAX(b.start) \
    FROM series s LEFT JOIN bar b ON b.series = s.id GROUP BY s.id, s.asset, s.interval, s.source, s.role \
    ORDER BY s.asset, s.interval, s.source, s.role";
const SOURCES: &str = "SELECT DISTINCT b.series, COALESCE(b.source, s.source) AS brought \
    FROM bar b JOIN series s ON s.id = b.series ORDER BY b.series, brought";

type ImportRow = (i64, String, i64, i64, i64, i64, Option<i64>);
type SeriesRow = (i64, String, String, String, String, i64, Option<i64>, Option<i64>);

fn whole(count: i64) -> u64 {
    u64::try_from(count).unwrap_or_default()
}

fn stored(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn import(name: &str, (line, digest, rows, added, changed, begun, finished): ImportRow) -> Import {
    Import {
        name: name.to_owned(),
        line: whole(line),
        digest,
        rows: whole(rows),
        added: whole(added),
        changed: whole(changed),
        begun: Timestamp(begun),
        finished: finished.map(Timestamp),
    }
}

async fn keep(tx: &mut Conn, import: &Import) -> Result<(), Fault> {
    let keep = query(KEEP)
        .bind(&import.name)
        .bind(stored(import.line))
        .bind(&import.digest)
        .bind(stored(import.rows))
        .bind(stored(import.added))
        .bind(stored(import.changed))
        .bind(import.begun.0)
        .bind(import.finished.map(|at| at.0));
    keep.execute(tx).await?;
    Ok(())
}

impl Sql {
    async fn add(&self, asset: &Asset) -> Result<Asset, Fault> {
        let mut tx = self.db.begin().await?;
        let add = query(ADD).bind(&asset.id).bind(&asset.currency).bind(&asset.name);
        add.execute(&mut *tx).await?;
        let found: Option<AssetRow> = query_as(ASSET).bind(&asset.id).fetch_optional(&mut *tx).await?;
        tx.commit().await?;
        Ok(prices::asset(readable("asset", found)?))
    }

    async fn write(&self, of: &Series, bars: &[Bar], import: Option<&Import>) -> Result<(), Fault> {
        let mut tx = self.db.begin().await?;
        if !bars.is_empty() {
            load::series(&mut tx, of, bars).await?;
            prices::touch(&mut tx, &BTreeSet::from([of.asset.as_str()])).await?;
        }
        if let Some(import) = import {
            keep(&mut tx, import).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    async fn told(&self) -> Result<Vec<Summary>, Fault> {
        let mut sources: HashMap<i64, Vec<String>> = HashMap::new();
        let brought: Vec<(i64, String)> = query_as(SOURCES).fetch_all(self.db.reader()).await?;
        for (of, source) in brought {
            sources.entry(of).or_default().push(source);
        }
        let rows: Vec<SeriesRow> = query_as(SERIES).fetch_all(self.db.reader()).await?;
        rows.into_iter().map(|row| summary(row, &mut sources)).collect()
    }
}

fn summary(row: SeriesRow, sources: &mut HashMap<i64, Vec<String>>) -> Result<Summary, Fault> {
    let (id, asset, interval, source, role, rows, first, last) = row;
    Ok(Summary {
        series: series((asset, interval, source, role))?,
        rows: whole(rows),
        span: first.map(Timestamp).zip(last.map(Timestamp)),
        sources: sources.remove(&id).unwrap_or_default(),
    })
}

#[async_trait]
impl Imports for Sql {
    async fn add_asset(&self, asset: &Asset) -> Stored<Asset> {
        Ok(self.add(asset).await?)
    }

    async fn import(&self, name: &str) -> Stored<Option<Import>> {
        let ask = query_as(IMPORT).bind(name).fetch_optional(self.db.reader()).await;
        Ok(ask.map_err(Fault::from)?.map(|row| import(name, row)))
    }

    async fn carry_on(&self, series: &Series, bars: &[Bar], import: Option<&Import>) -> Stored<()> {
        Ok(self.write(series, bars, import).await?)
    }

    async fn summaries(&self) -> Stored<Vec<Summary>> {
        Ok(self.told().await?)
    }
}
