//! The file: held so that nobody else works on it, and read in the order in which it was written.

use std::{fs, os::unix::fs::MetadataExt, path::Path};

use serde_json::{Map, Value};
use sqlx::{
    Column, ConnectOptions, Connection, Row, SqliteConnection, TypeInfo, ValueRef, sqlite::SqliteRow,
};

use super::{CopyError, failed_to_read, tables::Table};
use crate::{Trouble, codes, db::lite, schema};

/// With this the file is one again, and it is refused while anybody else has it open.
const ONE_FILE: &str = "PRAGMA journal_mode = DELETE";
const HOLD: &str = "BEGIN EXCLUSIVE";

/// What no two databases have in common.
pub(super) const KEYS: &str = "SELECT name, value FROM vault ORDER BY name LIMIT 100";

/// Rows as JSON.
#[derive(Debug)]
pub(super) struct Rows {
    pub(super) json: String,
    pub(super) count: u64,
    /// The number of the last of them.
    pub(super) last: i64,
}

/// Opens the file for ourselves alone: it, and by which it is known again.
pub(super) async fn open(path: &Path) -> Result<(SqliteConnection, String), CopyError> {
    let options = lite::connection(path, std::time::Duration::ZERO);
    let opened = async {
        let mut file = options.connect().await?;
        match hold(&mut file).await {
            Ok(()) => Ok(file),
            Err(error) => {
                let _ = file.close().await;
                Err(error)
            }
        }
    };
    let file: SqliteConnection = opened.await.map_err(|error| {
        if codes::is_locked(&error) {
            CopyError::Live(path.to_owned())
        } else {
            failed_to_read(path, error.into())
        }
    })?;
    let state = fs::metadata(path).map_err(|error| failed_to_read(path, error.into()))?;
    let print = format!("{} bytes, {}.{:09}", state.len(), state.mtime(), state.mtime_nsec());
    Ok((file, print))
}

async fn hold(file: &mut SqliteConnection) -> sqlx::Result<()> {
    for statement in [ONE_FILE, HOLD] {
        sqlx::query(statement).execute(&mut *file).await?;
    }
    Ok(())
}

/// Keys that nodes share, as they stand there.
pub(super) async fn keys(file: &mut SqliteConnection) -> sqlx::Result<Vec<(String, String)>> {
    sqlx::query_as(KEYS).fetch_all(file).await
}

/// What the schema has to be.
pub(super) fn is_of_this_release(found: i64) -> Result<(), Trouble> {
    let known = schema::known();
    if found < known { Err(Trouble::Older { found, known }) } else { Ok(()) }
}

/// The next rows of a table; none at its end.
pub(super) async fn rows(
    file: &mut SqliteConnection,
    table: &Table,
    after: i64,
    most: i64,
) -> Result<Option<Rows>, Trouble> {
    let rows = sqlx::query(table.read).bind(after).bind(most).fetch_all(file).await?;
    let Some(end) = rows.last() else { return Ok(None) };
    let (last, count) = (end.try_get(0)?, rows.len() as u64);
    let all: Vec<Value> = rows.iter().map(read).collect::<sqlx::Result<_>>()?;
    Ok(Some(Rows { json: Value::Array(all).to_string(), count, last }))
}

/// A row without its number.
fn read(row: &SqliteRow) -> sqlx::Result<Value> {
    let mut map = Map::new();
    for column in row.columns().iter().skip(1) {
        map.insert(column.name().to_owned(), value(row, column.ordinal(), column.type_info().name())?);
    }
    Ok(Value::Object(map))
}

/// A value by the type of its column: the schema knows three.
fn value(row: &SqliteRow, at: usize, type_name: &str) -> sqlx::Result<Value> {
    if row.try_get_raw(at)?.is_null() {
        return Ok(Value::Null);
    }
    Ok(match type_name {
        "TEXT" => Value::from(row.try_get::<String, _>(at)?),
        "BOOLEAN" => Value::from(row.try_get::<bool, _>(at)?),
        _ => Value::from(row.try_get::<i64, _>(at)?),
    })
}
