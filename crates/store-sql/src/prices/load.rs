//! Loading assets and bars, all within the caller's transaction.

use aspis_store::prices::{Asset, Bar, Series};

use super::{batch, role_word};
use crate::{
    db::Conn,
    fault::Fault,
    sql::{query, query_scalar},
};

const CLAIM: &str = "INSERT INTO marker (name) VALUES ($1) ON CONFLICT (name) DO NOTHING";
const ASSET: &str = "INSERT INTO asset (id, currency, name) VALUES ($1, $2, $3) \
    ON CONFLICT (id) DO UPDATE SET currency = excluded.currency, name = excluded.name";
const FIND: &str = "SELECT id FROM series WHERE asset = $1 AND interval = $2 AND source = $3 AND role = $4";
const ADD: &str = "INSERT INTO series (id, asset, interval, source, role) \
    SELECT COALESCE(MAX(id), 0) + 1, $1, $2, $3, $4 FROM series RETURNING id";

/// How many bars to write between two reports.
const REPORT_EVERY: usize = 500;

/// True when nobody has loaded under this marker before.
pub(super) async fn claim(tx: &mut Conn, marker: &str) -> Result<bool, Fault> {
    Ok(query(CLAIM).bind(marker).execute(tx).await?.rows_affected() == 1)
}

/// Writes assets over what was known of them.
pub(super) async fn assets(tx: &mut Conn, assets: &[Asset]) -> Result<(), Fault> {
    for asset in assets {
        let write = query(ASSET).bind(&asset.id).bind(&asset.currency).bind(&asset.name);
        write.execute(&mut *tx).await?;
    }
    Ok(())
}

/// Writes bars over those that begin at the same moment, and reports how many are written.
pub(crate) async fn bars(
    tx: &mut Conn,
    batches: &[(Series, Vec<Bar>)],
    progress: &(dyn Fn(u64) + Send + Sync),
) -> Result<(), Fault> {
    let mut written = 0;
    for (series, bars) in batches {
        let number = number(tx, series).await?;
        for part in bars.chunks(REPORT_EVERY) {
            batch::write(tx, number, part).await?;
            written += part.len() as u64;
            progress(written);
        }
    }
    Ok(())
}

/// Writes bars of one series over those that begin at the same moment.
pub(crate) async fn series(tx: &mut Conn, series: &Series, bars: &[Bar]) -> Result<(), Fault> {
    let number = number(tx, series).await?;
    batch::write(tx, number, bars).await
}

/// The series' number, given to it now if it is new.
async fn number(tx: &mut Conn, series: &Series) -> Result<i64, Fault> {
    if let Some(number) = ask(tx, FIND, series).await? {
        return Ok(number);
    }
    ask(tx, ADD, series).await?.ok_or(Fault::Raced("series"))
}

async fn ask(tx: &mut Conn, statement: &'static str, series: &Series) -> Result<Option<i64>, Fault> {
    let ask = query_scalar(statement)
        .bind(&series.asset)
        .bind(series.interval.word())
        .bind(&*series.source)
        .bind(role_word(series.role));
    Ok(ask.fetch_optional(tx).await?)
}
