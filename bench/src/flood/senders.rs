//! The flood: connections that each send a request as soon as the last one is answered, whatever the answer.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    net::SocketAddr,
    rc::Rc,
    time::Duration,
};

use anyhow::Context;
use tokio::{task::JoinSet, time::timeout};

use crate::{http::Connection, line::Call};

/// How many answers there were of each status.
pub(super) type Answers = BTreeMap<u16, u64>;

/// How long the last answers may take once the flood ebbs.
const PATIENCE: Duration = Duration::from_secs(30);

/// A flood that runs until it is told to stop. Lives in a `LocalSet`.
pub(super) struct Running {
    stop: Rc<Cell<bool>>,
    answers: Rc<RefCell<Answers>>,
    senders: JoinSet<anyhow::Result<()>>,
}

impl Running {
    /// Lets it loose.
    pub(super) fn start(to: SocketAddr, calls: &[Call]) -> Self {
        let (stop, answers) = (Rc::new(Cell::new(false)), Rc::new(RefCell::new(Answers::new())));
        let mut senders = JoinSet::new();
        for call in calls {
            senders.spawn_local(send(to, call.clone(), Rc::clone(&stop), Rc::clone(&answers)));
        }
        Self { stop, answers, senders }
    }

    /// The answers so far; counting begins anew.
    pub(super) fn take(&self) -> Answers {
        self.answers.take()
    }

    /// Stops it and waits until the last request is answered.
    pub(super) async fn stop(mut self) -> anyhow::Result<()> {
        self.stop.set(true);
        while let Some(ended) =
            timeout(PATIENCE, self.senders.join_next()).await.context("a request has no answer")?
        {
            ended??;
        }
        Ok(())
    }
}

async fn send(
    to: SocketAddr,
    call: Call,
    stop: Rc<Cell<bool>>,
    answers: Rc<RefCell<Answers>>,
) -> anyhow::Result<()> {
    while !stop.get() {
        let mut connection = Connection::open(call.from, to).await.context("connecting")?;
        for request in call.requests.iter().cycle().take_while(|_| !stop.get()) {
            let Ok(answer) = connection.exchange(request).await else { break };
            *answers.borrow_mut().entry(answer.status).or_default() += 1;
        }
    }
    Ok(())
}
