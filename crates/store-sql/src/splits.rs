//! Splits of shares: every bar, every held row and every holding of the asset, in one transaction.

use aspis_core::clock::Timestamp;
use aspis_store::{
    Splits, Stored,
    prices::Bar,
    splits::{Entries, Split, rescale, rescaled},
};
use async_trait::async_trait;

use crate::{
    Sql,
    db::Conn,
    fault::{Fault, readable},
    ledger::books,
    prices::{BarRow, bar, batch},
    quarantine::rows,
    sql::{query, query_as, query_scalar},
};

const CLAIM: &str = "INSERT INTO price_split (asset, at, numerator, denominator, source, applied) \
    VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (asset, at) DO NOTHING";
const SPLITS: &str =
    "SELECT at, numerator, denominator, source, applied FROM price_split WHERE asset = $1 ORDER BY at";
const SERIES: &str = "SELECT id FROM series WHERE asset = $1 ORDER BY id";
const BARS: &str = "SELECT start, open, high, low, close, volume, flags, source FROM bar \
    WHERE series = $1 AND start > $2 AND start < $3 ORDER BY start LIMIT $4";

/// Bars that are held in memory at a time.
const PART: usize = 5000;

type Row = (i64, i64, i64, String, i64);

fn read(asset: &str, (at, numerator, denominator, source, applied): Row) -> Result<Split, Fault> {
    let count = |count: i64| readable("ratio", u32::try_from(count).ok());
    Ok(Split {
        asset: asset.to_owned(),
        at: Timestamp(at),
        numerator: count(numerator)?,
        denominator: count(denominator)?,
        source,
        applied: Timestamp(applied),
    })
}

async fn claim(tx: &mut Conn, split: &Split) -> Result<bool, Fault> {
    let claim = query(CLAIM)
        .bind(&split.asset)
        .bind(split.at.0)
        .bind(i64::from(split.numerator))
        .bind(i64::from(split.denominator))
        .bind(&split.source)
        .bind(split.applied.0);
    Ok(claim.execute(tx).await?.rows_affected() == 1)
}

async fn rescale_series(tx: &mut Conn, series: i64, split: &Split) -> Result<(), Fault> {
    let mut after = i64::MIN;
    loop {
        let part = query_as(BARS).bind(series).bind(after).bind(split.at.0);
        let rows: Vec<BarRow> =
            part.bind(i64::try_from(PART).unwrap_or(i64::MAX)).fetch_all(&mut *tx).await?;
        let mut bars: Vec<Bar> = rows.into_iter().map(bar).collect();
        let Some(last) = bars.last() else { return Ok(()) };
        after = last.start.0;
        for bar in &mut bars {
            rescale(bar, split);
        }
        batch::write(tx, series, &bars).await?;
    }
}

async fn rescale_held(tx: &mut Conn, split: &Split) -> Result<(), Fault> {
    for mut held in rows::of_asset(tx, &split.asset, split.at).await? {
        rescale(&mut held.bar, split);
        held.served = held.served.map(|price| rescaled(price, split));
        rows::rescale(tx, &held).await?;
    }
    Ok(())
}

impl Sql {
    async fn apply(&self, split: &Split, entries: Entries<'_>) -> Result<bool, Fault> {
        let mut tx = self.db.begin().await?;
        if !claim(&mut tx, split).await? {
            return Ok(false);
        }
        let all: Vec<i64> = query_scalar(SERIES).bind(&split.asset).fetch_all(&mut *tx).await?;
        for series in all {
            rescale_series(&mut tx, series, split).await?;
        }
        rescale_held(&mut tx, split).await?;
        books::split(&mut tx, split, entries).await?;
        tx.commit().await?;
        Ok(true)
    }
}

#[async_trait]
impl Splits for Sql {
    async fn split(&self, split: &Split, entries: Entries<'_>) -> Stored<bool> {
        Ok(self.apply(split, entries).await?)
    }

    async fn splits(&self, asset: &str) -> Stored<Vec<Split>> {
        let ask = query_as(SPLITS).bind(asset);
        let rows: Vec<Row> = ask.fetch_all(self.db.reader()).await.map_err(Fault::from)?;
        Ok(rows.into_iter().map(|row| read(asset, row)).collect::<Result<_, Fault>>()?)
    }
}
