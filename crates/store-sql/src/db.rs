//! The pools: the one place that knows which database answers.
//!
//! One connection writes, a few read. Writers queue for their connection in the order they came instead of fighting
//! for the file's lock; readers see the last committed state and never wait for the writer.

use std::{path::Path, time::Duration};

use sqlx::{
    ConnectOptions, Connection, Sqlite, SqliteConnection, SqlitePool, Transaction,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use crate::fault::Fault;

/// How long to wait for another process that holds the file's lock.
pub(crate) const PATIENCE: Duration = Duration::from_secs(5);
const QUEUE_PATIENCE: Duration = Duration::from_secs(10);
const READERS: u32 = 4;

/// The database that answers.
pub(crate) type Base = Sqlite;
/// Connections to it.
pub(crate) type Pool = SqlitePool;
/// A row of an answer.
pub(crate) type Row = <Base as sqlx::Database>::Row;
/// A connection, inside a transaction or not.
pub(crate) type Conn = SqliteConnection;
/// A transaction: rolled back when it is dropped before its commit.
pub(crate) type Tx = Transaction<'static, Base>;

const PROBE: &str = "SELECT version FROM schema_version LIMIT 1";
const CHECKPOINT: &str = "PRAGMA wal_checkpoint(TRUNCATE)";

/// The reading and the writing side.
#[derive(Debug)]
pub(crate) struct Db {
    reader: Pool,
    writer: Pool,
}

impl Db {
    /// Connects the reading side to a file that the writer has brought up to date.
    pub(crate) async fn with_readers(writer: Pool, path: &Path, patience: Duration) -> sqlx::Result<Self> {
        let options = connection(path, patience).pragma("query_only", "ON");
        let reader = pool(READERS).connect_with(options).await?;
        Ok(Self { reader, writer })
    }

    /// Where to read outside a transaction.
    pub(crate) fn reader(&self) -> &Pool {
        &self.reader
    }

    /// Where to write a single statement.
    pub(crate) fn writer(&self) -> &Pool {
        &self.writer
    }

    /// Begins a transaction that holds the write lock from its first moment, so that what it reads stays true.
    pub(crate) async fn begin(&self) -> Result<Tx, Fault> {
        Ok(begin(&self.writer).await?)
    }

    pub(crate) async fn healthy(&self) -> Result<(), Fault> {
        sqlx::query(PROBE).fetch_one(&self.reader).await?;
        sqlx::query(PROBE).fetch_one(&self.writer).await?;
        Ok(())
    }

    pub(crate) async fn close(&self) -> Result<(), Fault> {
        self.reader.close().await;
        let checkpoint = sqlx::query(CHECKPOINT).execute(&self.writer).await;
        self.writer.close().await;
        checkpoint?;
        Ok(())
    }
}

pub(crate) async fn begin(writer: &Pool) -> sqlx::Result<Tx> {
    writer.begin_with("BEGIN IMMEDIATE").await
}

/// Connects the writing side: a commit is on the disk before it is answered.
pub(crate) async fn writer(path: &Path, patience: Duration) -> sqlx::Result<Pool> {
    let options =
        connection(path, patience).journal_mode(SqliteJournalMode::Wal).synchronous(SqliteSynchronous::Full);
    pool(1).after_release(|conn, _| Box::pin(is_reusable(conn))).connect_with(options).await
}

/// On a full disk or a failed write, `SQLite` rolls back by itself and the driver's own rollback then fails, leaving
/// it convinced that a transaction is open: such a connection would refuse every later one, so it is replaced.
async fn is_reusable(conn: &mut Conn) -> sqlx::Result<bool> {
    if conn.is_in_transaction() {
        // The rollback of a dropped transaction waits in the connection's queue; this comes after it.
        conn.ping().await?;
    }
    Ok(!conn.is_in_transaction())
}

fn connection(path: &Path, patience: Duration) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(false)
        .foreign_keys(true)
        .busy_timeout(patience)
        .disable_statement_logging()
}

fn pool(connections: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(QUEUE_PATIENCE)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
}
