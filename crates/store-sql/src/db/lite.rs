//! `SQLite`: one connection writes, a few read.
//!
//! Writers queue for their connection in the order they came instead of fighting for the file's lock; readers see the
//! last committed state and never wait for the writer.

use std::{path::Path, time::Duration};

use sqlx::{
    Connection, Sqlite, SqliteConnection, SqlitePool, Transaction,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use super::{BarePool, Pool, Worn};

/// How long to wait for another process that holds the file's lock.
pub(crate) const PATIENCE: Duration = Duration::from_secs(5);
/// How many patiences to wait for a connection: whoever has it may spend one, and then comes the next.
const QUEUE: u32 = 2;
const READERS: u32 = 4;
const WRITERS: u32 = 1;

const CHECKPOINT: &str = "PRAGMA wal_checkpoint(TRUNCATE)";

/// A connection that nobody guards.
pub(crate) type BareConn = SqliteConnection;

/// The write lock is held from the first moment, so that what is read stays true.
pub(crate) async fn begin(writer: &SqlitePool) -> sqlx::Result<Transaction<'static, Sqlite>> {
    writer.begin_with("BEGIN IMMEDIATE").await
}

/// Connects the writing side: a commit is on the disk before it is answered.
pub(crate) async fn writer(path: &Path, patience: Duration) -> sqlx::Result<Pool> {
    let options =
        connection(path, patience).journal_mode(SqliteJournalMode::Wal).synchronous(SqliteSynchronous::Full);
    let worn = Worn::none_of(WRITERS);
    let pool = pool(&worn, WRITERS, patience).after_release(|conn, _| Box::pin(is_reusable(conn)));
    Ok(Pool::new(BarePool::Lite(pool.connect_with(options).await?), worn))
}

/// Connects the reading side to a file that the writer has brought up to date.
pub(crate) async fn reader(path: &Path, patience: Duration) -> sqlx::Result<Pool> {
    let options = connection(path, patience).pragma("query_only", "ON");
    let worn = Worn::none_of(READERS);
    let reader = pool(&worn, READERS, patience).connect_with(options).await?;
    Ok(Pool::new(BarePool::Lite(reader), worn))
}

/// Writes everything back into the one file.
pub(crate) async fn checkpoint(writer: &SqlitePool) -> sqlx::Result<()> {
    sqlx::query(CHECKPOINT).execute(writer).await.map(drop)
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
    use sqlx::ConnectOptions as _;
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
