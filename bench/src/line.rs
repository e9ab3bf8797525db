//! The load: connections that each send a request as soon as the last one is answered, on one thread.
//!
//! A closed loop at full speed: it finds what a server can do, and its latencies are those of a server at its limit.

use std::{cell::RefCell, net::Ipv4Addr, net::SocketAddr, rc::Rc, sync::Arc, time::Duration};

use anyhow::{Context, ensure};
use aspis_core::clock::{Clock, SystemClock};
use tokio::{
    task::{JoinHandle, JoinSet, spawn_local, yield_now},
    time::timeout,
};

use crate::{histogram::Histogram, http::Connection};

/// What one client sends, again and again.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    /// Its address.
    pub(crate) from: Ipv4Addr,
    /// Its requests, which take turns. There is at least one.
    pub(crate) requests: Arc<[Vec<u8>]>,
}

impl Call {
    /// A client that always sends the same.
    pub(crate) fn one(from: Ipv4Addr, request: Vec<u8>) -> Self {
        Self { from, requests: Arc::from([request]) }
    }
}

/// What came of a span of load.
#[derive(Debug)]
pub(crate) struct Sample {
    /// How long it really was.
    pub(crate) span: Duration,
    /// Every answer's latency.
    pub(crate) latencies: Histogram,
}

/// Open connections, with what each sends.
#[derive(Debug)]
pub(crate) struct Line(Vec<(Connection, Arc<[Vec<u8>]>)>);

/// How long a server may say nothing before a measurement is given up.
const PATIENCE: Duration = Duration::from_secs(10);

impl Line {
    /// Opens connections, shared out among the callers.
    pub(crate) async fn open(to: SocketAddr, calls: &[Call], connections: usize) -> anyhow::Result<Self> {
        let mut open = Vec::with_capacity(connections);
        for call in calls.iter().cycle().take(connections) {
            let connection = Connection::open(call.from, to).await.context("connecting")?;
            open.push((connection, Arc::clone(&call.requests)));
        }
        Ok(Self(open))
    }

    /// Sends for a span. Every answer has to be 200. Runs inside a `LocalSet`.
    pub(crate) async fn run(&mut self, span: Duration) -> anyhow::Result<Sample> {
        let clock = Rc::new(SystemClock::start());
        let latencies = Rc::new(RefCell::new(Histogram::default()));
        let mut tasks = JoinSet::new();
        let _awake = AbortOnDrop(spawn_local(stay_awake()));
        for (connection, requests) in self.0.drain(..) {
            tasks.spawn_local(drive(connection, requests, span, Rc::clone(&clock), Rc::clone(&latencies)));
        }
        while let Some(ended) = timeout(span + PATIENCE, tasks.join_next()).await.context("no answer")? {
            self.0.push(ended??);
        }
        let span = clock.uptime();
        Ok(Sample { span, latencies: latencies.take() })
    }
}

/// Keeps this thread from sleeping. A load that sleeps has to be woken for its answers, and the server's core pays for
/// that; the slower a server, the more often its load sleeps, and the slower it would look for that alone.
async fn stay_awake() {
    loop {
        yield_now().await;
    }
}

/// A task that ends with its owner.
struct AbortOnDrop(JoinHandle<()>);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn drive(
    mut connection: Connection,
    requests: Arc<[Vec<u8>]>,
    span: Duration,
    clock: Rc<SystemClock>,
    latencies: Rc<RefCell<Histogram>>,
) -> anyhow::Result<(Connection, Arc<[Vec<u8>]>)> {
    let mut sent = clock.uptime();
    for request in requests.iter().cycle() {
        if sent >= span {
            break;
        }
        let answer = connection.exchange(request).await?;
        ensure!(answer.status == 200, "a request under load was answered {}", answer.shown());
        let now = clock.uptime();
        latencies.borrow_mut().add(now.saturating_sub(sent));
        sent = now;
    }
    Ok((connection, requests))
}
