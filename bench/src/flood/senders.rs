//! The flood: connections that each send a request as soon as the last one is answered, whatever the answer.
//!
//! They have a thread of their own, which leaves its core to the steady client: the queue there would else be taken
//! for the server's.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread::{Builder, JoinHandle},
    time::Duration,
};

use anyhow::Context;
use tokio::{
    runtime,
    task::{JoinSet, LocalSet, spawn_blocking},
    time::timeout,
};

use crate::{cores, http::Connection, line::Call};

/// How many answers there were of each status.
pub(super) type Answers = BTreeMap<u16, u64>;

/// How long the last answers may take once the flood ebbs.
const PATIENCE: Duration = Duration::from_secs(30);

/// A flood that runs until it is told to stop.
pub(super) struct Running {
    shared: Arc<Shared>,
    thread: JoinHandle<anyhow::Result<()>>,
}

#[derive(Default)]
struct Shared {
    stop: AtomicBool,
    answers: Mutex<Answers>,
}

impl Shared {
    fn is_over(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    fn note(&self, status: u16) {
        *self.answers.lock().unwrap_or_else(PoisonError::into_inner).entry(status).or_default() += 1;
    }
}

impl Running {
    /// Lets it loose.
    pub(super) fn start(to: SocketAddr, calls: &[Call]) -> anyhow::Result<Self> {
        let (shared, calls) = (Arc::new(Shared::default()), calls.to_vec());
        let own = Arc::clone(&shared);
        let thread = Builder::new().name("flood".to_owned()).spawn(move || {
            cores::step_back();
            let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
            LocalSet::new().block_on(&runtime, flood(to, calls, own))
        })?;
        Ok(Self { shared, thread })
    }

    /// The answers so far; counting begins anew.
    pub(super) fn take(&self) -> Answers {
        std::mem::take(&mut *self.shared.answers.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Stops it and waits until the last request is answered.
    pub(super) async fn stop(self) -> anyhow::Result<()> {
        self.shared.stop.store(true, Ordering::Relaxed);
        let ended = spawn_blocking(move || self.thread.join()).await?;
        ended.map_err(|_| anyhow::anyhow!("the flood broke down"))?
    }
}

async fn flood(to: SocketAddr, calls: Vec<Call>, shared: Arc<Shared>) -> anyhow::Result<()> {
    let mut senders = JoinSet::new();
    for call in calls {
        senders.spawn_local(send(to, call, Arc::clone(&shared)));
    }
    while let Some(ended) = next(&mut senders, &shared).await? {
        ended?;
    }
    Ok(())
}

/// The next sender that ends; once the flood is over none may take long.
async fn next(
    senders: &mut JoinSet<anyhow::Result<()>>,
    shared: &Shared,
) -> anyhow::Result<Option<anyhow::Result<()>>> {
    loop {
        match timeout(PATIENCE, senders.join_next()).await {
            Ok(ended) => return Ok(ended.transpose()?),
            Err(late) if shared.is_over() => return Err(late).context("a request has no answer"),
            Err(_) => {}
        }
    }
}

async fn send(to: SocketAddr, call: Call, shared: Arc<Shared>) -> anyhow::Result<()> {
    while !shared.is_over() {
        let mut connection = Connection::open(call.from, to).await.context("connecting")?;
        for request in call.requests.iter().cycle().take_while(|_| !shared.is_over()) {
            let Ok(answer) = connection.exchange(request).await else { break };
            shared.note(answer.status);
        }
    }
    Ok(())
}
