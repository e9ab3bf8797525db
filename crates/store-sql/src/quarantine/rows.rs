//! Held rows as rows: written, settled, found again.

use aspis_core::{
    clock::Timestamp,
    ids::ReviewId,
    money::{Fixed, Volume},
};
use aspis_store::{
    prices::{Bar, Interval},
    quarantine::{Fate, Held, HeldName},
};

use crate::{
    db::{Conn, Pool},
    fault::{Fault, readable},
    sql::{self, FromRow, query, query_as},
};

const HOLD: &str = "INSERT INTO quarantine (asset, interval, source, start, open, high, low, close, volume, flags, \
    review, why, served, came, fate, settled) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) \
    ON CONFLICT (asset, interval, source, start) DO UPDATE SET open = excluded.open, high = excluded.high, \
    low = excluded.low, close = excluded.close, volume = excluded.volume, flags = excluded.flags, \
    review = excluded.review, why = excluded.why, served = excluded.served, came = excluded.came, fate = excluded.fate, settled = NULL";
const SETTLE: &str = "UPDATE quarantine SET fate = $5, settled = $6 \
    WHERE asset = $1 AND interval = $2 AND source = $3 AND start = $4";
const HELD: &str = "SELECT asset, interval, source, start, open, high, low, close, volume, flags, \
    review, why, served, came, fate, settled FROM quarantine WHERE fate = 'held' ORDER BY start, came";
const OF_REVIEW: &str = "SELECT asset, interval, source, start, open, high, low, close, volume, flags, \
    review, why, served, came, fate, settled FROM quarantine WHERE review = $1 ORDER BY start, came";
const BETWEEN: &str = "SELECT asset, interval, source, start, open, high, low, close, volume, flags, \
    review, why, served, came, fate, settled FROM quarantine \
    WHERE asset = $1 AND interval = $2 AND source = $3 AND start >= $4 AND start <= $5 ORDER BY start";
const OF_ASSET: &str = "SELECT asset, interval, source, start, open, high, low, close, volume, flags, \
    review, why, served, came, fate, settled FROM quarantine \
    WHERE asset = $1 AND fate = 'held' AND start < $2 ORDER BY start";
const RESCALE: &str = "UPDATE quarantine SET open = $5, high = $6, low = $7, close = $8, volume = $9, served = $10 \
    WHERE asset = $1 AND interval = $2 AND source = $3 AND start = $4";

struct Row {
    asset: String,
    interval: String,
    source: String,
    start: i64,
    open: Option<i64>,
    high: Option<i64>,
    low: Option<i64>,
    close: i64,
    volume: Option<String>,
    flags: i64,
    review: String,
    why: String,
    served: Option<i64>,
    came: i64,
    fate: String,
    settled: Option<i64>,
}

impl FromRow for Row {
    fn from_row(row: &sql::Row) -> sqlx::Result<Self> {
        Ok(Self {
            asset: row.try_get("asset")?,
            interval: row.try_get("interval")?,
            source: row.try_get("source")?,
            start: row.try_get("start")?,
            open: row.try_get("open")?,
            high: row.try_get("high")?,
            low: row.try_get("low")?,
            close: row.try_get("close")?,
            volume: row.try_get("volume")?,
            flags: row.try_get("flags")?,
            review: row.try_get("review")?,
            why: row.try_get("why")?,
            served: row.try_get("served")?,
            came: row.try_get("came")?,
            fate: row.try_get("fate")?,
            settled: row.try_get("settled")?,
        })
    }
}

impl Row {
    fn bar(&self) -> Bar {
        let price = |units: Option<i64>| units.map(Fixed::from_units);
        Bar {
            open: price(self.open),
            high: price(self.high),
            low: price(self.low),
            volume: self.volume.as_ref().and_then(|text| text.parse().ok()),
            flags: u32::try_from(self.flags).unwrap_or_default(),
            ..Bar::closing(Timestamp(self.start), Fixed::from_units(self.close))
        }
    }

    fn read(self) -> Result<Held, Fault> {
        Ok(Held {
            bar: self.bar(),
            interval: readable("interval", Interval::parse(&self.interval))?,
            review: readable("review", ReviewId::parse(&self.review))?,
            fate: (readable("fate", Fate::parse(&self.fate))?, self.settled.map(Timestamp)),
            asset: self.asset,
            source: self.source.into(),
            why: self.why,
            served: self.served.map(Fixed::from_units),
            came: Timestamp(self.came),
        })
    }
}

fn units(price: Option<Fixed>) -> Option<i64> {
    price.map(Fixed::units)
}

fn text(volume: Option<Volume>) -> Option<String> {
    volume.map(|volume| volume.to_string())
}

/// Writes a row that is held from now on; one that was set free or refused before is held anew, as it is said now.
pub(super) async fn hold(tx: &mut Conn, held: &Held) -> Result<(), Fault> {
    let bar = &held.bar;
    let insert = query(HOLD)
        .bind(&held.asset)
        .bind(held.interval.word())
        .bind(&*held.source)
        .bind(bar.start.0)
        .bind(units(bar.open))
        .bind(units(bar.high))
        .bind(units(bar.low))
        .bind(bar.close.units())
        .bind(text(bar.volume))
        .bind(i64::from(bar.flags))
        .bind(held.review.to_string())
        .bind(&held.why)
        .bind(units(held.served))
        .bind(held.came.0)
        .bind(held.fate.0.word())
        .bind(held.fate.1.map(|at| at.0));
    insert.execute(tx).await?;
    Ok(())
}

/// Writes what became of one.
pub(super) async fn settle(
    tx: &mut Conn,
    (name, fate, at): &(HeldName, Fate, Timestamp),
) -> Result<(), Fault> {
    let settle = query(SETTLE)
        .bind(&name.asset)
        .bind(name.interval.word())
        .bind(&*name.source)
        .bind(name.start.0)
        .bind(fate.word())
        .bind(at.0);
    settle.execute(tx).await?;
    Ok(())
}

/// Writes the prices and the volume of one that is told anew.
pub(crate) async fn rescale(tx: &mut Conn, held: &Held) -> Result<(), Fault> {
    let bar = &held.bar;
    let rescale = query(RESCALE)
        .bind(&held.asset)
        .bind(held.interval.word())
        .bind(&*held.source)
        .bind(bar.start.0)
        .bind(units(bar.open))
        .bind(units(bar.high))
        .bind(units(bar.low))
        .bind(bar.close.units())
        .bind(text(bar.volume))
        .bind(units(held.served));
    rescale.execute(tx).await?;
    Ok(())
}

fn all(rows: Vec<Row>) -> Result<Vec<Held>, Fault> {
    rows.into_iter().map(Row::read).collect()
}

/// Every row that is held yet.
pub(super) async fn held(reader: &Pool) -> Result<Vec<Held>, Fault> {
    all(query_as(HELD).fetch_all(reader).await?)
}

/// The rows of a review.
pub(super) async fn of_review(reader: &Pool, review: ReviewId) -> Result<Vec<Held>, Fault> {
    all(query_as(OF_REVIEW).bind(review.to_string()).fetch_all(reader).await?)
}

/// The rows of a source for bars of a span.
pub(super) async fn between(reader: &Pool, of: &HeldName, last: Timestamp) -> Result<Vec<Held>, Fault> {
    let between = query_as(BETWEEN).bind(&of.asset).bind(of.interval.word()).bind(&*of.source);
    all(between.bind(of.start.0).bind(last.0).fetch_all(reader).await?)
}

/// The rows of an asset that are held yet, for bars before a moment.
pub(crate) async fn of_asset(tx: &mut Conn, asset: &str, before: Timestamp) -> Result<Vec<Held>, Fault> {
    all(query_as(OF_ASSET).bind(asset).bind(before.0).fetch_all(tx).await?)
}
