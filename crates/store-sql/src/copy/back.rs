//! From a server to a file, as of one moment, beside whoever reads and writes: what a backup of a server is.
//!
//! A file is what a restore proves and a machine without a server opens; and from a file there is a way to any server.
//! Deliberately not here: the server's own copies (`pg_dump`, a standby), which are its operator's and know nothing of ours.

use std::path::Path;

use futures_util::TryStreamExt;
use serde_json::Value;
use sqlx::{
    Column, ConnectOptions, Connection, PgConnection, Row, SqliteConnection, TypeInfo, ValueRef,
    postgres::PgRow,
};

use super::tables::{TABLES, Table};
use crate::{
    OpenError, Server, Sql, Trouble,
    db::{PATIENCE, lite, post},
    schema,
};

/// One moment for everything that is read.
const ONE_MOMENT: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
/// What refers to what is looked at when all is in.
const ALL_AT_ONCE: [&str; 2] = ["PRAGMA foreign_keys = OFF", "BEGIN IMMEDIATE"];
const ONE_FILE: &str = "PRAGMA journal_mode = DELETE";
/// Rows that are written at once.
const BATCH: usize = 2_000;

/// Copies a server's database into a file that is empty or not there yet.
pub async fn fetch(from: &Server, to: &Path) -> Result<(), OpenError> {
    let sql = Sql::open(to).await?;
    let at_file = |why| OpenError { path: to.to_owned(), why };
    sql.db.close().await.map_err(|fault| at_file(Trouble::Damaged(fault.to_string())))?;
    let mut file =
        lite::connection(to, PATIENCE).connect().await.map_err(|error| at_file(Trouble::from(error)))?;
    let copied = all(from, &mut file).await;
    let closed = file.close().await;
    copied.map_err(|why| OpenError { path: from.place().into(), why })?;
    closed.map_err(|error| at_file(error.into()))
}

async fn all(from: &Server, file: &mut SqliteConnection) -> Result<(), Trouble> {
    let (found, known) = (schema::found_on(from).await?, schema::known());
    if found > known {
        return Err(Trouble::Newer { found, known });
    }
    if found < known {
        return Err(Trouble::Older { found, known });
    }
    let mut server = post::alone(from).await?;
    sqlx::query(ONE_MOMENT).execute(&mut server).await?;
    for statement in ALL_AT_ONCE {
        sqlx::query(statement).execute(&mut *file).await?;
    }
    for table in TABLES {
        take(&mut server, table, file).await?;
    }
    for statement in ["COMMIT", ONE_FILE] {
        sqlx::query(statement).execute(&mut *file).await?;
    }
    Ok(server.close().await?)
}

async fn take(server: &mut PgConnection, table: &Table, file: &mut SqliteConnection) -> Result<(), Trouble> {
    let mut rows = sqlx::query(table.read_back).fetch(server);
    let mut batch = Vec::new();
    while let Some(row) = rows.try_next().await? {
        batch.push(read(&row)?);
        if batch.len() == BATCH {
            put(file, table, std::mem::take(&mut batch)).await?;
        }
    }
    if batch.is_empty() { Ok(()) } else { put(file, table, batch).await }
}

async fn put(file: &mut SqliteConnection, table: &Table, rows: Vec<Value>) -> Result<(), Trouble> {
    let rows = Value::Array(rows).to_string();
    sqlx::query(table.write_back).bind(rows).execute(file).await?;
    Ok(())
}

/// A row's values, in the order of its columns.
fn read(row: &PgRow) -> sqlx::Result<Value> {
    row.columns().iter().map(|column| value(row, column.ordinal(), column.type_info().name())).collect()
}

/// A value by the type of its column: the schema knows three.
fn value(row: &PgRow, at: usize, type_name: &str) -> sqlx::Result<Value> {
    if row.try_get_raw(at)?.is_null() {
        return Ok(Value::Null);
    }
    Ok(match type_name {
        "TEXT" => Value::from(row.try_get::<String, _>(at)?),
        "BOOL" => Value::from(row.try_get::<bool, _>(at)?),
        _ => Value::from(row.try_get::<i64, _>(at)?),
    })
}
