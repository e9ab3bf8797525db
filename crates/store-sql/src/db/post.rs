//! PostgreSQL: a pool of connections for each side, with limits on how long anything may take.

use std::{future::Future, io, net::IpAddr, time::Duration};

use aspis_core::secret::SecretText;
use sqlx::{
    ConnectOptions, Connection, PgConnection, PgPool, Postgres, Transaction,
    postgres::{PgConnectOptions, PgPoolOptions, PgSslMode},
};

use super::{BarePool, Pool, Turn, Worn};

/// A PostgreSQL server, and how it is asked.
#[derive(Debug, Clone)]
pub struct Server {
    /// `postgres://user:password@host:port/database`, with `sslmode` and the other parameters that the server's own
    /// clients take.
    pub url: SecretText,
    /// How many connections each side (one that reads, one that writes) has at most.
    pub connections: u32,
    /// How long to wait for a connection, for a lock, or for a server to be there at all.
    pub patience: Duration,
    /// How long one statement may take.
    pub statement: Duration,
}

impl Server {
    /// Where it is, without who asks and by which word.
    pub fn place(&self) -> String {
        place(self)
    }

    /// How long to wait for an answer at most: for a connection, and then for the statement's own end.
    fn limit(&self) -> Duration {
        self.patience + self.patience.max(self.statement) + Duration::from_secs(1)
    }
}

/// Who might listen on the way to a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wire {
    /// Nobody: it is on this machine.
    Inside,
    /// Nobody: it proves who it is, and all is encrypted.
    Proved,
    /// Whoever is on the way: it is in clear, or might be with somebody else.
    Open,
}

impl Wire {
    /// Of an address; none where it names no server with a database.
    pub fn of(url: &str) -> Option<Self> {
        let is_ours = ["postgres://", "postgresql://"].iter().any(|scheme| url.starts_with(scheme));
        let options = Some(url).filter(|_| is_ours)?.parse::<PgConnectOptions>().ok()?;
        options.get_database().filter(|name| !name.is_empty())?;
        let host = options.get_host().trim_matches(['[', ']']);
        let is_loopback = host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
        Some(match options.get_ssl_mode() {
            _ if is_loopback || host == "localhost" || options.get_socket().is_some() => Self::Inside,
            PgSslMode::VerifyFull => Self::Proved,
            _ => Self::Open,
        })
    }
}

/// The note that a copy leaves while it is not whole: see [`crate::copy`].
pub(crate) const COPYING: &str = "SELECT CAST(tablename AS TEXT) FROM pg_tables \
    WHERE schemaname = current_schema() AND tablename = 'copying'";
/// What that note says the copy is of.
pub(crate) const COPIED: &str = "SELECT source FROM copying WHERE name = ''";
/// What it begins with where it is of a backup.
pub(crate) const RESTORED: &str = "restored: ";

/// The turn of all, until the transaction ends. The numbers here are arbitrary, and ours.
const ALL: &str = "SELECT pg_advisory_xact_lock(418632495475)";
/// The turn of one account's books. Whoever has the turn of all shuts it out, and the other way round.
const BOOKS: &str =
    "SELECT pg_advisory_xact_lock_shared(418632495475), pg_advisory_xact_lock(CAST(41863 AS INTEGER), $1)";

/// `on` of a standby, and of a server that an operator keeps from writing.
pub(crate) const READ_ONLY: &str = "SELECT current_setting('transaction_read_only')";

/// How long a server is asked once more that a pool has waited for.
const SHORT: Duration = Duration::from_secs(1);
const ENCODING: &str = "SELECT current_setting('server_encoding')";

/// A database whose encoding holds only some scripts, or any bytes.
#[derive(Debug, thiserror::Error)]
#[error(
    "is kept in {0}, and has to be in UTF8; make one by CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0"
)]
pub struct Encoding(String);

/// How long a connection may have been idle and still be taken for alive.
const FRESH: Duration = Duration::from_secs(1);

pub(crate) async fn begin(writer: &PgPool, turn: Turn) -> sqlx::Result<Transaction<'static, Postgres>> {
    let mut tx = writer.begin().await?;
    let wait = match turn {
        Turn::All => sqlx::query(ALL),
        Turn::Books(number) => sqlx::query(BOOKS).bind(number),
    };
    wait.execute(&mut *tx).await?;
    Ok(tx)
}

/// One connection without limits, for work that takes as long as it takes.
pub(crate) async fn alone(server: &Server) -> sqlx::Result<PgConnection> {
    let options: PgConnectOptions = server.url.expose().parse()?;
    let mut conn =
        knock(server.patience, &options.application_name("aspis").disable_statement_logging()).await?;
    let encoding = sqlx::query_scalar(ENCODING).fetch_one(&mut conn);
    is_understood(within(server.limit(), encoding).await?)?;
    Ok(conn)
}

/// Connects the writing side.
pub(crate) async fn writer(server: &Server) -> sqlx::Result<Pool> {
    side(server, options(server)?).await
}

/// Connects the reading side, which the server holds to reading.
pub(crate) async fn reader(server: &Server) -> sqlx::Result<Pool> {
    let options = options(server)?.options([("default_transaction_read_only", "on")]);
    side(server, options).await
}

async fn side(server: &Server, options: PgConnectOptions) -> sqlx::Result<Pool> {
    let worn = Worn::none_of(server.connections);
    let pool = match pool(&worn, server).connect_with(options.clone()).await {
        Ok(pool) => pool,
        // A pool knows only that time was up: the server itself says more.
        Err(sqlx::Error::PoolTimedOut) => {
            knock(SHORT, &options).await?.close().await?;
            return Err(sqlx::Error::PoolTimedOut);
        }
        Err(error) => return Err(error),
    };
    is_understood(within(server.limit(), sqlx::query_scalar(ENCODING).fetch_one(&pool)).await?)?;
    Ok(Pool::new(BarePool::Post(pool, server.limit()), worn))
}

/// One connection, or why there is none.
async fn knock(limit: Duration, options: &PgConnectOptions) -> sqlx::Result<PgConnection> {
    within(limit, options.connect()).await
}

/// What is asked of a server that may say nothing.
async fn within<T>(limit: Duration, asked: impl Future<Output = sqlx::Result<T>>) -> sqlx::Result<T> {
    let silent = |_| {
        sqlx::Error::Io(io::Error::new(io::ErrorKind::TimedOut, "there is no answer of a PostgreSQL server"))
    };
    tokio::time::timeout(limit, asked).await.map_err(silent)?
}

/// Names and notes are in all scripts.
fn is_understood(encoding: String) -> sqlx::Result<()> {
    if encoding == "UTF8" { Ok(()) } else { Err(sqlx::Error::Configuration(Box::new(Encoding(encoding)))) }
}

fn options(server: &Server) -> sqlx::Result<PgConnectOptions> {
    let limit = |time: Duration| format!("{}ms", time.as_millis());
    let options: PgConnectOptions = server.url.expose().parse()?;
    let options = options.application_name("aspis").disable_statement_logging();
    Ok(options.options([
        ("statement_timeout", limit(server.statement)),
        ("lock_timeout", limit(server.patience)),
        ("idle_in_transaction_session_timeout", limit(server.patience + server.statement)),
    ]))
}

fn pool(worn: &Worn, server: &Server) -> PgPoolOptions {
    let (worn, patience) = (worn.clone(), server.patience);
    PgPoolOptions::new()
        .max_connections(server.connections)
        .acquire_timeout(server.patience)
        .test_before_acquire(false)
        .after_release(move |conn, _| Box::pin(answers(conn, patience)))
        .before_acquire(move |conn, past| {
            let is_worn = worn.take();
            // A server that was restarted has closed what lay idle: that is found out here, and not by a caller.
            Box::pin(async move { Ok(!is_worn && (past.idle_for < FRESH || conn.ping().await.is_ok())) })
        })
}

/// A connection is put back only when it is at rest. One whose server does not answer is let go, or it would take up
/// its place for as long as the wire is cut.
async fn answers(conn: &mut PgConnection, patience: Duration) -> sqlx::Result<bool> {
    let pinged = tokio::time::timeout(patience, conn.ping()).await;
    pinged.unwrap_or(Err(sqlx::Error::PoolTimedOut)).map(|()| true)
}

/// Where a server is, without who asks it and by which word.
pub(crate) fn place(server: &Server) -> String {
    let Ok(options) = server.url.expose().parse::<PgConnectOptions>() else {
        return "postgres://?".to_owned();
    };
    let database = options.get_database().unwrap_or("?");
    format!("postgres://{}:{}/{database}", options.get_host(), options.get_port())
}
