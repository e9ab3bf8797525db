//! Where hashing is done: a bounded number of workers and a bounded queue, away from the threads that answer requests.
//!
//! One hash takes 19 MiB and 20 ms. A flood of logins therefore waits here, and price reads never notice.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use aspis_core::{chance::Chance, secret::SecretText};
use tokio::sync::{Semaphore, oneshot};

use super::{Hasher, Verdict, threads::Threads};

/// The queue is full, or the wait in it was too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many passwords are being checked")]
pub struct Busy;

/// The workers and their queue.
#[derive(Debug)]
pub struct Pool {
    hasher: Arc<Hasher>,
    chance: Arc<dyn Chance>,
    threads: Threads,
    workers: Arc<Semaphore>,
    waiting: AtomicUsize,
    queue: usize,
    deadline: Duration,
}

impl Pool {
    /// `workers` hashes at once, `queue` waiting, each for at most `deadline`.
    pub fn new(
        hasher: Hasher,
        chance: Arc<dyn Chance>,
        workers: usize,
        queue: usize,
        deadline: Duration,
    ) -> io::Result<Self> {
        let (threads, places) = (Threads::start(workers.max(1))?, Semaphore::new(workers.max(1)));
        let (hasher, workers) = (Arc::new(hasher), Arc::new(places));
        Ok(Self { hasher, chance, threads, workers, waiting: AtomicUsize::new(0), queue, deadline })
    }

    /// Hashes a new password.
    pub async fn hash(&self, password: SecretText) -> Result<String, Busy> {
        let (hasher, chance) = (Arc::clone(&self.hasher), Arc::clone(&self.chance));
        self.work(move || hasher.hash(password.expose(), chance.as_ref())).await?.ok_or(Busy)
    }

    /// Judges a password by a stored hash, or for as long by none.
    pub async fn verify(&self, stored: Option<String>, password: SecretText) -> Result<Verdict, Busy> {
        let hasher = Arc::clone(&self.hasher);
        self.work(move || hasher.verify(stored.as_deref(), password.expose())).await
    }

    /// Workers without work.
    pub fn idle(&self) -> usize {
        self.workers.available_permits()
    }

    /// Hashes waiting for a worker.
    pub fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
    }

    async fn work<T: Send + 'static>(&self, job: impl FnOnce() -> T + Send + 'static) -> Result<T, Busy> {
        let place = Place::take(&self.waiting, self.queue).ok_or(Busy)?;
        let turn = Arc::clone(&self.workers).acquire_owned();
        let permit = tokio::time::timeout(self.deadline, turn).await.map_err(|_| Busy)?.map_err(|_| Busy)?;
        drop(place);
        // A hash that has begun cannot be stopped. The permit goes with it: callers that hang up free no worker that is
        // still at work, or a flood of them would run as many hashes at once as it likes.
        let (done, answer) = oneshot::channel();
        self.threads.run(move || {
            let result = job();
            drop(permit);
            // Whoever asked may have hung up.
            let _ = done.send(result);
        });
        answer.await.map_err(|_| Busy)
    }
}

/// A place in the queue, given back when dropped.
struct Place<'a>(&'a AtomicUsize);

impl<'a> Place<'a> {
    fn take(waiting: &'a AtomicUsize, most: usize) -> Option<Self> {
        let place = Self(waiting);
        // Counted first: the drop of a place beyond the last one takes it back.
        (waiting.fetch_add(1, Ordering::SeqCst) < most).then_some(place)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}
