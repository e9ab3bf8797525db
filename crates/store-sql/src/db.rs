//! The pools: the one place that knows which database answers.
//!
//! One connection writes, a few read. Writers queue for their connection in the order they came instead of fighting
//! for the file's lock; readers see the last committed state and never wait for the writer.

use std::{path::Path, time::Duration};

use aspis_core::scenario::denial_of_service::breaker::Stance;
use sqlx::{
    ConnectOptions, Connection, Sqlite, SqliteConnection, SqlitePool, Transaction,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use crate::{fault::Fault, gate::Guard};

mod pool;
mod tx;
mod worn;

pub(crate) use pool::Pool;
pub(crate) use tx::{Conn, Tx};
pub(crate) use worn::Worn;

/// How long to wait for another process that holds the file's lock.
pub(crate) const PATIENCE: Duration = Duration::from_secs(5);
/// How many patiences to wait for a connection: whoever has it may spend one, and then comes the next.
const QUEUE: u32 = 2;
const READERS: u32 = 4;
const WRITERS: u32 = 1;

const READING: &str = "reading";
const WRITING: &str = "writing";

/// The database that answers.
pub(crate) type Base = Sqlite;
/// Connections to it that nobody guards.
pub(crate) type BarePool = SqlitePool;
/// A row of an answer.
pub(crate) type Row = <Base as sqlx::Database>::Row;
/// A connection that nobody guards.
pub(crate) type BareConn = SqliteConnection;
/// A transaction that nobody guards: rolled back when it is dropped before its commit.
pub(crate) type BareTx = Transaction<'static, Base>;

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
        let worn = Worn::none_of(READERS);
        let reader = pool(&worn, READERS, patience).connect_with(options).await?;
        Ok(Self { reader: Pool::new(reader, worn), writer })
    }

    /// Puts a breaker before each side. Each has its own: of a locked or full database the reading side goes on, and
    /// its good answers say nothing about writing.
    pub(crate) fn guarded(self, guard: &Guard) -> Self {
        Self { reader: self.reader.guarded(guard, READING), writer: self.writer.guarded(guard, WRITING) }
    }

    pub(crate) fn stances(&self) -> [(&'static str, Stance); 2] {
        [(READING, self.reader.stance()), (WRITING, self.writer.stance())]
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
        self.writer.begin().await
    }

    pub(crate) async fn healthy(&self) -> Result<(), Fault> {
        sqlx::query(PROBE).fetch_one(self.reader.bare()).await?;
        sqlx::query(PROBE).fetch_one(self.writer.bare()).await?;
        Ok(())
    }

    pub(crate) async fn close(&self) -> Result<(), Fault> {
        self.reader.bare().close().await;
        let checkpoint = sqlx::query(CHECKPOINT).execute(self.writer.bare()).await;
        self.writer.bare().close().await;
        checkpoint?;
        Ok(())
    }
}

pub(crate) async fn begin(writer: &BarePool) -> sqlx::Result<BareTx> {
    writer.begin_with("BEGIN IMMEDIATE").await
}

/// Connects the writing side: a commit is on the disk before it is answered.
pub(crate) async fn writer(path: &Path, patience: Duration) -> sqlx::Result<Pool> {
    let options =
        connection(path, patience).journal_mode(SqliteJournalMode::Wal).synchronous(SqliteSynchronous::Full);
    let worn = Worn::none_of(WRITERS);
    let pool = pool(&worn, WRITERS, patience).after_release(|conn, _| Box::pin(is_reusable(conn)));
    Ok(Pool::new(pool.connect_with(options).await?, worn))
}

/// On a full disk or a failed write, `SQLite` rolls back by itself and the driver's own rollback then fails, leaving
/// it convinced that a transaction is open: such a connection would refuse every later one, so it is replaced.
async fn is_reusable(conn: &mut BareConn) -> sqlx::Result<bool> {
    if conn.is_in_transaction() {
        // The rollback of a dropped transaction waits in the connection's queue; this comes after it.
        conn.ping().await?;
    }
    Ok(!conn.is_in_transaction())
}

pub(crate) fn connection(path: &Path, patience: Duration) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(false)
        .foreign_keys(true)
        .busy_timeout(patience)
        .disable_statement_logging()
}

fn pool(worn: &Worn, connections: u32, patience: Duration) -> SqlitePoolOptions {
    let worn = worn.clone();
    SqlitePoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(patience * QUEUE)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .before_acquire(move |_, _| {
            let is_good = !worn.take();
            Box::pin(async move { Ok(is_good) })
        })
}
