//! A whole copy of a database as of one moment, and a look at a file that nobody works on: is it whole, and what is in it?
//!
//! The copy is made beside whoever reads and writes. It holds nobody up: it reads one state of the file, as any reader.
//! Deliberately not here: what else a backup holds, and where it is kept.

use std::{collections::BTreeMap, path::Path};

use aspis_store::ledger::Audit;
use sqlx::{ConnectOptions, Connection};

use crate::{
    OpenError, Server, Trouble,
    db::{
        PATIENCE,
        lite::{self, BareConn},
    },
    ledger::AUDIT,
    schema,
};

mod counts;

pub(crate) use counts::COUNTS;

const VERSION: &str = "SELECT MAX(version) FROM schema_version";
const COPY: &str = "VACUUM INTO $1";
const QUICK: &str = "PRAGMA quick_check(1)";
const INTEGRITY: &str = "PRAGMA integrity_check(1)";
const FOREIGN: &str = "SELECT COUNT(*) FROM pragma_foreign_key_check";
const TABLES: &str = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name";
pub(crate) const HALVES: &str = "SELECT asset, CAST(SUM(amount / 4294967296) AS BIGINT), \
    CAST(SUM(amount % 4294967296) AS BIGINT) FROM balance GROUP BY asset ORDER BY asset";

/// Which schema a database has, and which this release brings it to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Schema {
    /// Of the file; 0 where there is none yet.
    pub found: i64,
    /// Of this release.
    pub known: i64,
}

impl Schema {
    /// True where the next start changes the file.
    pub const fn is_pending(self) -> bool {
        self.found < self.known
    }

    /// True where a later release has changed it.
    pub const fn is_newer(self) -> bool {
        self.found > self.known
    }
}

/// What is in a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Census {
    /// Its schema.
    pub schema: i64,
    /// Rows by table.
    pub rows: BTreeMap<String, u64>,
    /// The books.
    pub ledger: Audit,
    /// What all owners have together, by asset, in the smallest unit.
    pub balances: BTreeMap<String, i128>,
}

/// Copies a database to a file that is not there yet or empty.
pub async fn copy(from: &Path, to: &Path) -> Result<(), OpenError> {
    let copied = async {
        let mut conn = connect(from).await?;
        let target = to.to_string_lossy().into_owned();
        let copied = sqlx::query(COPY).bind(target).execute(&mut conn).await;
        conn.close().await?;
        copied?;
        Ok(())
    };
    copied.await.map_err(|why| OpenError { path: from.to_owned(), why })
}

/// The schema of a database, which stays as it is.
pub async fn schema(path: &Path) -> Result<Schema, OpenError> {
    let read = async {
        let mut conn = connect(path).await?;
        let found = version(&mut conn).await;
        conn.close().await?;
        Ok(Schema { found: found?, known: schema::known() })
    };
    read.await.map_err(|why| OpenError { path: path.to_owned(), why })
}

/// The same of a database every page of which can be read: a start would look at them, too.
pub async fn whole(path: &Path) -> Result<Schema, OpenError> {
    let read = async {
        let mut conn = connect(path).await?;
        let verdict: Result<String, _> = sqlx::query_scalar(QUICK).fetch_one(&mut conn).await;
        let found = version(&mut conn).await;
        conn.close().await?;
        match verdict?.as_str() {
            "ok" => Ok(Schema { found: found?, known: schema::known() }),
            damage => Err(Trouble::Damaged(damage.to_owned())),
        }
    };
    read.await.map_err(|why| OpenError { path: path.to_owned(), why })
}

/// The schema of a server's database, which stays as it is.
pub async fn schema_on(server: &Server) -> Result<Schema, OpenError> {
    let read = async {
        let found = schema::found_on(server).await?;
        Ok(Schema { found, known: schema::known() })
    };
    read.await.map_err(|why| OpenError { path: server.place().into(), why })
}

/// Looks whether a database is whole in itself and its books balance, and counts what is in it.
pub async fn census(path: &Path) -> Result<Census, OpenError> {
    let taken = async {
        let mut conn = connect(path).await?;
        let taken = count(&mut conn).await;
        conn.close().await?;
        taken
    };
    taken.await.map_err(|why| OpenError { path: path.to_owned(), why })
}

async fn connect(path: &Path) -> Result<BareConn, Trouble> {
    Ok(lite::connection(path, PATIENCE).connect().await?)
}

async fn version(conn: &mut BareConn) -> Result<i64, Trouble> {
    let tables: Vec<String> = sqlx::query_scalar(TABLES).fetch_all(&mut *conn).await?;
    if !tables.iter().any(|name| name == "schema_version") {
        return Ok(0);
    }
    let found: Option<i64> = sqlx::query_scalar(VERSION).fetch_one(conn).await?;
    Ok(found.unwrap_or(0))
}

async fn count(conn: &mut BareConn) -> Result<Census, Trouble> {
    let verdict: String = sqlx::query_scalar(INTEGRITY).fetch_one(&mut *conn).await?;
    if verdict != "ok" {
        return Err(Trouble::Damaged(verdict));
    }
    let orphans: i64 = sqlx::query_scalar(FOREIGN).fetch_one(&mut *conn).await?;
    if orphans > 0 {
        return Err(Trouble::Damaged(format!("{orphans} rows refer to rows that are not there")));
    }
    let schema = version(conn).await?;
    let known = schema::known();
    if schema > known {
        return Err(Trouble::Newer { found: schema, known });
    }
    let ledger = books(conn).await?;
    let rows = rows(conn).await?;
    Ok(Census { schema, rows, ledger, balances: balances(conn).await? })
}

/// The rows of the tables that are there: an older schema has fewer.
async fn rows(conn: &mut BareConn) -> Result<BTreeMap<String, u64>, Trouble> {
    let there: Vec<String> = sqlx::query_scalar(TABLES).fetch_all(&mut *conn).await?;
    let mut rows = BTreeMap::new();
    for (table, ask) in counts::COUNTS {
        if there.iter().any(|name| name == table) {
            rows.insert((*table).to_owned(), one(conn, ask).await?);
        }
    }
    Ok(rows)
}

async fn one(conn: &mut BareConn, ask: &'static str) -> Result<u64, Trouble> {
    let count: i64 = sqlx::query_scalar(ask).fetch_one(conn).await?;
    Ok(count.unsigned_abs())
}

/// The books, added up as the ledger itself does it.
async fn books(conn: &mut BareConn) -> Result<Audit, Trouble> {
    Ok(audited(sqlx::query_as(AUDIT).fetch_one(conn).await?))
}

/// What an audit counted.
pub(crate) fn audited((entries, unbalanced, drifted, negative): (i64, i64, i64, i64)) -> Audit {
    let count = i64::unsigned_abs;
    Audit {
        entries: count(entries),
        unbalanced: count(unbalanced),
        drifted: count(drifted),
        negative: count(negative),
    }
}

async fn balances(conn: &mut BareConn) -> Result<BTreeMap<String, i128>, Trouble> {
    let halves: Vec<(String, i64, i64)> = sqlx::query_as(HALVES).fetch_all(conn).await?;
    Ok(halves.into_iter().map(joined).collect())
}

/// A sum from its halves.
pub(crate) fn joined((asset, high, low): (String, i64, i64)) -> (String, i128) {
    (asset, (i128::from(high) << 32) + i128::from(low))
}

#[cfg(test)]
mod tests;
