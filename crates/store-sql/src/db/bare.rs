//! Connections that nobody guards: the one place that speaks to a driver.

use std::{future::Future, io, time::Duration};

use sqlx::{
    PgPool, Postgres, Sqlite, SqlitePool, Transaction, postgres::PgArguments, query::Query,
    sqlite::SqliteArguments,
};

use super::{Turn, lite, post};
use crate::sql::{Answer, Answering, Row, Statement, Value, Want};

/// Connections to either database.
#[derive(Debug, Clone)]
pub(crate) enum BarePool {
    /// To an `SQLite` file.
    Lite(SqlitePool),
    /// To a PostgreSQL server, and how long to wait for whatever it is asked: one that is paused, or behind a cut wire,
    /// does not answer at all, and its own limits do not help.
    Post(PgPool, Duration),
}

/// A transaction on either: rolled back when it is dropped before its commit.
#[derive(Debug)]
pub(crate) enum BareTx {
    /// On an `SQLite` file.
    Lite(Transaction<'static, Sqlite>),
    /// On a PostgreSQL server, and how long to wait for it.
    Post(Transaction<'static, Postgres>, Duration),
}

/// Runs a driver's statement on a driver's connection.
macro_rules! run {
    ($query:expr, $on:expr, $want:expr, $row:path) => {
        match $want {
            Want::Count => {
                let done = $query.execute($on).await?;
                Ok(Answer { rows: Vec::new(), touched: done.rows_affected() })
            }
            Want::First => {
                let row = $query.fetch_optional($on).await?;
                Ok(Answer { rows: row.map($row).into_iter().collect(), touched: 0 })
            }
            Want::All => {
                let rows = $query.fetch_all($on).await?;
                Ok(Answer { rows: rows.into_iter().map($row).collect(), touched: 0 })
            }
        }
    };
}

impl BarePool {
    /// Begins a transaction in which what is read of its turn's stays true. A file has one turn for all.
    pub(crate) async fn begin(&self, turn: Turn) -> sqlx::Result<BareTx> {
        Ok(match self {
            Self::Lite(pool) => BareTx::Lite(lite::begin(pool).await?),
            Self::Post(pool, limit) => BareTx::Post(within(*limit, post::begin(pool, turn)).await?, *limit),
        })
    }

    /// True where two statements may run at the same time, and one be taken back for the other.
    pub(crate) const fn is_shared(&self) -> bool {
        matches!(self, Self::Post(..))
    }

    pub(crate) fn run<'a>(&'a self, statement: Statement<'a>, want: Want) -> Answering<'a> {
        Box::pin(async move {
            match self {
                Self::Lite(pool) => run!(to_lite(statement), pool, want, Row::Lite),
                Self::Post(pool, limit) => {
                    within(*limit, async { run!(to_post(statement), pool, want, Row::Post) }).await
                }
            }
        })
    }

    /// The pool of a file.
    #[cfg(test)]
    pub(crate) fn lite(&self) -> &SqlitePool {
        match self {
            Self::Lite(pool) => pool,
            Self::Post(..) => panic!("it is no file"),
        }
    }

    pub(crate) async fn close(&self) {
        match self {
            Self::Lite(pool) => pool.close().await,
            Self::Post(pool, limit) => drop(tokio::time::timeout(*limit, pool.close()).await),
        }
    }
}

impl BareTx {
    pub(crate) fn run<'a>(&'a mut self, statement: Statement<'a>, want: Want) -> Answering<'a> {
        Box::pin(async move {
            match self {
                Self::Lite(tx) => run!(to_lite(statement), &mut **tx, want, Row::Lite),
                Self::Post(tx, limit) => {
                    within(*limit, async { run!(to_post(statement), &mut **tx, want, Row::Post) }).await
                }
            }
        })
    }

    /// Runs a text of several statements that takes no values.
    pub(crate) async fn run_text(&mut self, text: &'static str) -> sqlx::Result<()> {
        match self {
            Self::Lite(tx) => sqlx::raw_sql(text).execute(&mut **tx).await.map(drop),
            Self::Post(tx, _) => sqlx::raw_sql(text).execute(&mut **tx).await.map(drop),
        }
    }

    pub(crate) async fn commit(self) -> sqlx::Result<()> {
        match self {
            Self::Lite(tx) => tx.commit().await,
            Self::Post(tx, limit) => within(limit, tx.commit()).await,
        }
    }
}

/// What a server answers in time.
async fn within<T>(limit: Duration, asked: impl Future<Output = sqlx::Result<T>>) -> sqlx::Result<T> {
    let answer = tokio::time::timeout(limit, asked).await;
    answer.unwrap_or_else(|_| Err(sqlx::Error::Io(io::ErrorKind::TimedOut.into())))
}

fn to_lite(statement: Statement<'_>) -> Query<'_, Sqlite, SqliteArguments> {
    statement.values.into_iter().fold(sqlx::query(statement.text), |query, value| match value {
        Value::Whole(value) => query.bind(value),
        Value::Text(value) => query.bind(value),
        Value::Truth(value) => query.bind(value),
    })
}

fn to_post(statement: Statement<'_>) -> Query<'_, Postgres, PgArguments> {
    let text = statement.there.unwrap_or(statement.text);
    statement.values.into_iter().fold(sqlx::query(text), |query, value| match value {
        Value::Whole(value) => query.bind(value),
        Value::Text(value) => query.bind(value),
        Value::Truth(value) => query.bind(value),
    })
}
