//! The server: empty at first, and a note beside the rows of how far each table has come.

use std::collections::BTreeMap;

use aspis_store::ledger::Audit;
use sqlx::{Connection, PgConnection};

use super::{
    CopyError,
    source::{KEYS, Rows},
    tables::{Table, is_copied},
};
use crate::{
    Server, Trouble,
    backup::{COUNTS, HALVES, audited, joined},
    db::post,
    ledger::AUDIT,
    schema,
};

/// Ours alone, to the end of the connection. The number is arbitrary.
const ALONE: &str = "SELECT pg_try_advisory_lock(418632495476)";
const RELATIONS: &str = "SELECT CAST(COUNT(*) AS BIGINT) FROM pg_class AS c JOIN pg_namespace AS n \
    ON n.oid = c.relnamespace WHERE n.nspname = current_schema()";
const NOTE: &str = "CREATE TABLE copying \
    (name TEXT NOT NULL PRIMARY KEY, last BIGINT NOT NULL, rows BIGINT NOT NULL, source TEXT NOT NULL)";
const BEGIN: &str = "INSERT INTO copying (name, last, rows, source) VALUES ('', 0, 0, $1)";
const LAST: &str = "SELECT last FROM copying WHERE name = $1";
const IN: &str = "SELECT CAST(COALESCE(SUM(rows), 0) AS BIGINT) FROM copying";
const PUT: &str = "INSERT INTO copying (name, last, rows, source) VALUES ($1, $2, $3, '') \
    ON CONFLICT (name) DO UPDATE SET last = excluded.last, rows = copying.rows + excluded.rows";
const FINISH: &str = "DROP TABLE copying";

/// Why the server is not written to.
#[derive(Debug)]
pub(super) enum Refusal {
    Busy,
    Taken,
    Changed,
    Trouble(Trouble),
}

impl<E: Into<Trouble>> From<E> for Refusal {
    fn from(error: E) -> Self {
        Self::Trouble(error.into())
    }
}

impl Refusal {
    pub(super) fn at(self, place: &str) -> CopyError {
        let place = place.to_owned();
        match self {
            Self::Busy => CopyError::Busy(place),
            Self::Taken => CopyError::Taken(place),
            Self::Changed => CopyError::Changed(place),
            Self::Trouble(why) => CopyError::Target { place, why },
        }
    }
}

/// Connects, and sees that the database is empty or holds the beginning of this copy. Its schema is made.
pub(super) async fn open(to: &Server, print: &str) -> Result<PgConnection, Refusal> {
    let mut server = post::alone(to).await?;
    let alone: bool = sqlx::query_scalar(ALONE).fetch_one(&mut server).await?;
    if !alone {
        return Err(Refusal::Busy);
    }
    claim(&mut server, print).await?;
    let side = post::writer(to).await?;
    let made = schema::bring_up_to_date(side.bare()).await;
    side.bare().close().await;
    made?;
    Ok(server)
}

/// The note comes first: from then on the database is this copy's.
async fn claim(server: &mut PgConnection, print: &str) -> Result<(), Refusal> {
    let begun: Option<String> = sqlx::query_scalar(post::COPYING).fetch_optional(&mut *server).await?;
    if begun.is_some() {
        let source: String = sqlx::query_scalar(post::COPIED).fetch_one(server).await?;
        return if source == print { Ok(()) } else { Err(Refusal::Changed) };
    }
    let mut tx = server.begin().await?;
    let relations: i64 = sqlx::query_scalar(RELATIONS).fetch_one(&mut *tx).await?;
    if relations > 0 {
        return Err(Refusal::Taken);
    }
    sqlx::query(NOTE).execute(&mut *tx).await?;
    sqlx::query(BEGIN).bind(print).execute(&mut *tx).await?;
    Ok(tx.commit().await?)
}

/// How many rows are in, of all tables.
pub(super) async fn rows_in(server: &mut PgConnection) -> Result<u64, Trouble> {
    let rows: i64 = sqlx::query_scalar(IN).fetch_one(server).await?;
    Ok(rows.unsigned_abs())
}

/// The number of a table's last row that is in.
pub(super) async fn last(server: &mut PgConnection, table: &Table) -> Result<i64, Trouble> {
    let last: Option<i64> = sqlx::query_scalar(LAST).bind(table.name).fetch_optional(server).await?;
    Ok(last.unwrap_or(i64::MIN))
}

/// Rows and the note of them, or neither.
pub(super) async fn put(server: &mut PgConnection, table: &Table, rows: &Rows) -> Result<(), Trouble> {
    let mut tx = server.begin().await?;
    sqlx::query(table.write).bind(&rows.json).execute(&mut *tx).await?;
    let count = i64::try_from(rows.count).unwrap_or(i64::MAX);
    sqlx::query(PUT).bind(table.name).bind(rows.last).bind(count).execute(&mut *tx).await?;
    Ok(tx.commit().await?)
}

/// How many rows each table has.
pub(super) async fn counts(server: &mut PgConnection) -> Result<BTreeMap<String, u64>, Trouble> {
    let mut counts = BTreeMap::new();
    for (table, ask) in COUNTS.iter().filter(|count| is_copied(count.0)) {
        let rows: i64 = sqlx::query_scalar(*ask).fetch_one(&mut *server).await?;
        counts.insert((*table).to_owned(), rows.unsigned_abs());
    }
    Ok(counts)
}

/// The books, added up as the ledger does it.
pub(super) async fn books(server: &mut PgConnection) -> Result<Audit, Trouble> {
    Ok(audited(sqlx::query_as(AUDIT).fetch_one(server).await?))
}

/// What all owners have together, by asset.
pub(super) async fn balances(server: &mut PgConnection) -> Result<BTreeMap<String, i128>, Trouble> {
    let halves: Vec<(String, i64, i64)> = sqlx::query_as(HALVES).fetch_all(server).await?;
    Ok(halves.into_iter().map(joined).collect())
}

/// Keys that nodes share, as they stand there.
pub(super) async fn keys(server: &mut PgConnection) -> sqlx::Result<Vec<(String, String)>> {
    let mut keys: Vec<(String, String)> = sqlx::query_as(KEYS).fetch_all(server).await?;
    keys.sort();
    Ok(keys)
}

/// All is in and proved: from now on nodes may start on it.
pub(super) async fn finish(server: &mut PgConnection) -> Result<(), Trouble> {
    sqlx::query(FINISH).execute(server).await?;
    Ok(())
}
