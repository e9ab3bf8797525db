//! The one who carries letters: tries each until it is accepted, and knows when to give up.

use std::{pin::pin, sync::Arc};

use aspis_core::{chance::Chance, clock::Clock};
use tokio::{
    sync::{
        mpsc::{UnboundedReceiver, error::TryRecvError},
        watch,
    },
    time::{sleep, timeout},
};

use super::{
    delivery::deliver,
    message::seal,
    queue::{Job, Posted, Queue},
    route::Route,
    tally::Tally,
};

mod settle;

/// Carries the letters of one mailer. Nothing is carried before [`Worker::run`].
pub struct Worker {
    route: Route,
    posted: UnboundedReceiver<Posted>,
    /// No letter will be posted any more.
    closed: bool,
    queue: Queue,
    /// Tries in a row at which the relay was away.
    away: usize,
    /// Letters whose last try, at the end, has failed.
    lapsed: usize,
    tally: Arc<Tally>,
    clock: Arc<dyn Clock>,
    chance: Arc<dyn Chance>,
}

impl Worker {
    pub(super) fn new(
        route: Route,
        posted: UnboundedReceiver<Posted>,
        tally: Arc<Tally>,
        clock: Arc<dyn Clock>,
        chance: Arc<dyn Chance>,
    ) -> Self {
        let queue = Queue::default();
        Self { route, posted, closed: false, queue, away: 0, lapsed: 0, tally, clock, chance }
    }

    /// Carries letters until `stop`, then tries each of those left once within a few seconds. It also ends when the
    /// mailer is gone and no letter is left.
    pub async fn run(mut self, stop: impl Future<Output = ()>) {
        let (end, ending) = watch::channel(false);
        let grace = self.route.timing.grace;
        let cut = {
            let mut work = pin!(self.work(ending));
            tokio::select! {
                biased;
                () = stop => {}
                () = &mut work => return,
            }
            end.send_replace(true);
            timeout(grace, work).await.is_err()
        };
        let left = self.queue.len() + self.posted.len() + self.lapsed + usize::from(cut);
        if left > 0 {
            self.tally.left(left as u64);
            tracing::warn!(letters = left, "the server ends before these letters were accepted");
        }
    }

    async fn work(&mut self, mut ending: watch::Receiver<bool>) {
        while let Some(job) = self.next(&mut ending).await {
            // A try that had begun before the end is not the last one.
            let last = *ending.borrow();
            let done = deliver(&self.route.relay, &job.sealed, self.route.timing.limits).await;
            if !self.settle(job, done, last) {
                return;
            }
        }
    }

    /// The next letter to try, once there is one.
    async fn next(&mut self, ending: &mut watch::Receiver<bool>) -> Option<Job> {
        loop {
            self.take_in();
            if *ending.borrow() {
                return self.queue.any();
            }
            let now = self.clock.uptime();
            if let Some(job) = self.queue.next(now) {
                return Some(job);
            }
            let wait = self.queue.due().map(|due| due.saturating_sub(now));
            if self.closed && wait.is_none() {
                return None;
            }
            tokio::select! {
                posted = self.posted.recv(), if !self.closed => self.take(posted),
                () = sleep(wait.unwrap_or_default()), if wait.is_some() => {}
                _ = ending.changed() => {}
            }
        }
    }

    fn take_in(&mut self) {
        loop {
            match self.posted.try_recv() {
                Ok(posted) => self.take(Some(posted)),
                Err(TryRecvError::Disconnected) => return self.take(None),
                Err(TryRecvError::Empty) => return,
            }
        }
    }

    fn take(&mut self, posted: Option<Posted>) {
        let Some(Posted { letter, at, place }) = posted else {
            self.closed = true;
            return;
        };
        match seal(&letter, &self.route.from, at, self.chance.as_ref()) {
            Ok(sealed) => self.queue.push(Job::new(sealed, place)),
            Err(error) => {
                self.tally.gave_up();
                tracing::warn!(%error, "a letter cannot be sent");
            }
        }
    }
}
