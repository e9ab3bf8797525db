//! The connection to the server: one for all requests at once, made anew when it breaks.
//!
//! Every request is bounded by a short limit of its own, and a breaker stands before all of them. A connection that is
//! being made is waited for by each request for no longer than its limit, and goes on being made meanwhile: so a slow
//! handshake is not begun again and again. Where the breaker opens, the connection is given up too, for what answers
//! nothing may be a line to nowhere; so it is where the server can only read, for another may have taken its place.
//!
//! The library's own manager of connections is not used: it keeps some failures for ever, and every request that comes
//! while it connects waits for all of its tries.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use aspis_core::{
    clock::Clock,
    scenario::denial_of_service::breaker::{Outcome, Turn},
};
use aspis_store::StoreError;
use futures_util::{
    FutureExt,
    future::{BoxFuture, Shared},
};
use redis::{
    AsyncConnectionConfig, Client, Cmd, ErrorKind, FromRedisValue, RedisError, ServerErrorKind, Value,
    aio::{MultiplexedConnection, PubSub},
};

use crate::gate::Gate;

/// How long a connection may be in the making: some requests long, for it goes on only while one waits for it.
pub(crate) const CONNECTING: Duration = Duration::from_secs(4);
/// Requests that wait to be written to the server; beyond that many, requests wait for each other.
const WAITING: usize = 1024;

/// A connection, or one in the making.
type Dial = Shared<BoxFuture<'static, Result<MultiplexedConnection, RedisError>>>;

/// The connection, what stands before it, and how long it may take.
pub(crate) struct Line {
    client: Client,
    limit: Duration,
    gate: Gate,
    current: Mutex<Current>,
}

/// The connection of now, and how many there have been.
struct Current {
    nth: u64,
    dial: Dial,
    /// What came of the dial, once it was waited for.
    made: Option<MultiplexedConnection>,
}

impl Current {
    fn new(nth: u64, client: &Client) -> Self {
        Self { nth, dial: dial(client), made: None }
    }
}

/// Why the server gave no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LineError {
    /// Not in time.
    #[error("the shared state did not answer within {0:?}")]
    Slow(Duration),
    /// It, or the way to it.
    #[error("the shared state failed: {0}")]
    Failed(RedisError),
}

/// What the server says that is no answer to what was asked.
#[derive(Debug, thiserror::Error)]
#[error("the shared state answered what is no answer")]
pub(crate) struct Nonsense;

impl Line {
    /// A line that is made when it is first asked for.
    pub(crate) fn new(client: Client, limit: Duration, clock: Arc<dyn Clock>) -> Self {
        let current = Mutex::new(Current::new(0, &client));
        Self { client, limit, gate: Gate::new(clock), current }
    }

    /// True while the server is left alone.
    pub(crate) fn is_away(&self) -> bool {
        self.gate.is_shut()
    }

    /// Sends one command.
    pub(crate) async fn send<T: FromRedisValue>(&self, command: &Cmd) -> Result<T, StoreError> {
        read(self.ask(command, || None).await?)
    }

    /// A line of its own to whatever is told to all.
    pub(crate) async fn subscribe(&self) -> Result<PubSub, RedisError> {
        self.client.get_async_pubsub().await
    }

    /// Sends one command, or a second one where the first says that its script is not known there.
    pub(crate) async fn ask(
        &self,
        command: &Cmd,
        unknown: impl FnOnce() -> Option<Cmd>,
    ) -> Result<Value, StoreError> {
        let leave = self.gate.ask().map_err(StoreError::because)?;
        let nth = self.lock().nth;
        let asked = tokio::time::timeout(self.limit, self.sent(command, unknown)).await;
        let answer = match asked {
            Ok(answer) => answer.map_err(LineError::Failed),
            Err(_) => Err(LineError::Slow(self.limit)),
        };
        let outcome = if answer.is_ok() { Outcome::Good } else { Outcome::Fault };
        self.learned(leave.end(outcome), answer.as_ref().err(), nth);
        answer.map_err(StoreError::because)
    }

    /// Says what has changed, and gives a connection up that is worth nothing.
    fn learned(&self, turn: Option<Turn>, error: Option<&LineError>, nth: u64) {
        match (turn, error) {
            (Some(Turn::Opened), Some(error)) => {
                tracing::error!(%error, "the shared state is failing and is left alone for a while");
            }
            (Some(Turn::Closed), _) => tracing::info!("the shared state is back"),
            _ => {}
        }
        let is_broken =
            error.is_some_and(|error| matches!(error, LineError::Failed(cause) if is_worn(cause)));
        let is_given_up = matches!(turn, Some(Turn::Opened | Turn::Reopened));
        let is_made = self.lock().dial.peek().map(Result::is_ok);
        // One that is still in the making is left to its own limit.
        if is_made == Some(false) || is_made == Some(true) && (is_broken || is_given_up) {
            self.renew(nth);
        }
    }

    async fn sent(&self, command: &Cmd, unknown: impl FnOnce() -> Option<Cmd>) -> Result<Value, RedisError> {
        let mut connection = self.connection().await?;
        let answer = connection.send_packed_command(command).await.and_then(Value::extract_error);
        match answer {
            Err(error) if error.kind() == ErrorKind::Server(ServerErrorKind::NoScript) => match unknown() {
                Some(whole) => connection.send_packed_command(&whole).await.and_then(Value::extract_error),
                None => Err(error),
            },
            answer => answer,
        }
    }

    async fn connection(&self) -> Result<MultiplexedConnection, RedisError> {
        let (nth, dial) = {
            let current = self.lock();
            match &current.made {
                Some(made) => return Ok(made.clone()),
                None => (current.nth, current.dial.clone()),
            }
        };
        let made = dial.await?;
        let mut current = self.lock();
        if current.nth == nth {
            current.made = Some(made.clone());
        }
        Ok(made)
    }

    /// Makes another connection, unless somebody has already.
    fn renew(&self, nth: u64) {
        let mut current = self.lock();
        if current.nth == nth {
            *current = Current::new(nth + 1, &self.client);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Current> {
        // Changed in one step.
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An answer as it should be.
pub(crate) fn read<T: FromRedisValue>(answer: Value) -> Result<T, StoreError> {
    T::from_redis_value(answer).map_err(|_| StoreError::because(Nonsense))
}

/// A connection in the making.
fn dial(client: &Client) -> Dial {
    let client = client.clone();
    let config = AsyncConnectionConfig::new()
        .set_connection_timeout(Some(CONNECTING))
        // Each request has a limit of its own.
        .set_response_timeout(None)
        .set_pipeline_buffer_size(WAITING);
    async move { client.get_multiplexed_async_connection_with_config(&config).await }.boxed().shared()
}

/// True when the connection is worth nothing after such an error.
fn is_worn(error: &RedisError) -> bool {
    let kind = error.kind();
    let is_replica =
        matches!(kind, ErrorKind::Server(ServerErrorKind::ReadOnly | ServerErrorKind::MasterDown));
    error.is_io_error() || error.is_unrecoverable_error() || is_replica
}

impl fmt::Debug for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Not the client: its address may hold a password.
        f.debug_struct("Line").field("limit", &self.limit).field("gate", &self.gate).finish_non_exhaustive()
    }
}
