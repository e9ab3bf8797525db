//! Work on files that may never end, aside on a thread of its own, and given up after a while.
//!
//! A mount whose server is gone keeps whoever touches it for as long as it likes, and nobody can call them back. Such a
//! thread is left where it is: neither who asked nor the end of the server waits for it. The threads of the runtime are not
//! for that, since its end waits for each of them. Deliberately not here: what is a file at all (`watch::file`).

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use tokio::{sync::oneshot, time::timeout};

/// How long such work may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// How many that were given up may be left before no more is begun: each is a thread.
const LEFT: usize = 4;

/// Where such work is done.
#[derive(Debug, Default)]
pub(crate) struct Aside {
    at_work: Arc<AtomicUsize>,
}

/// Nothing came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum GivenUp {
    #[error(
        "the files were not read within {} s, and it was given up: is one of them on a mount that does not answer?",
        PATIENCE.as_secs()
    )]
    Late,
    #[error(
        "the files were not read, because {LEFT} readings before have not ended: is one on a dead mount?"
    )]
    Crowded,
    #[error("the files were not read: the reading did not end well")]
    Failed,
}

/// One who is at work, also when nobody waits any more.
struct Seat(Arc<AtomicUsize>);

impl Drop for Seat {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Aside {
    /// Does it, or gives it up. What comes of it later is dropped: it must have no effect but its answer.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, GivenUp> {
        self.run_for(PATIENCE, work).await
    }

    async fn run_for<T: Send + 'static>(
        &self,
        patience: Duration,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, GivenUp> {
        let seat = self.seat().ok_or(GivenUp::Crowded)?;
        let (done, answer) = oneshot::channel();
        let thread = thread::Builder::new().name("files".to_owned()).spawn(move || {
            let outcome = work();
            drop(seat);
            // Whoever has given up does not want it any more.
            let _ = done.send(outcome);
        });
        thread.map_err(|_| GivenUp::Failed)?;
        match timeout(patience, answer).await {
            Ok(answer) => answer.map_err(|_| GivenUp::Failed),
            Err(_) => Err(GivenUp::Late),
        }
    }

    fn seat(&self) -> Option<Seat> {
        let taken = self
            .at_work
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |taken| (taken < LEFT).then_some(taken + 1));
        taken.is_ok().then(|| Seat(Arc::clone(&self.at_work)))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;

    const SHORT: Duration = Duration::from_millis(50);
    const LONG: Duration = Duration::from_secs(60);

    #[tokio::test]
    async fn what_does_not_end_is_left_and_only_so_many() {
        let aside = Aside::default();
        assert_eq!(aside.run_for(LONG, || 7).await, Ok(7));
        let mut held = Vec::new();
        for _ in 0..LEFT {
            let (end, ended) = channel::<()>();
            let waits = move || ended.recv().is_err();
            assert_eq!(aside.run_for(SHORT, waits).await, Err(GivenUp::Late));
            held.push(end);
        }
        assert_eq!(aside.run_for(LONG, || true).await, Err(GivenUp::Crowded));
        held.pop();
        for _ in 0..600 {
            match aside.run_for(LONG, || 7).await {
                Err(GivenUp::Crowded) => tokio::time::sleep(SHORT).await,
                outcome => return assert_eq!(outcome, Ok(7), "one has ended"),
            }
        }
        panic!("its seat was never free again");
    }

    #[tokio::test]
    async fn a_failure_is_no_wait() {
        let aside = Aside::default();
        for _ in 0..=LEFT {
            let outcome: Result<(), GivenUp> = aside.run_for(LONG, || panic!("on purpose")).await;
            assert_eq!(outcome, Err(GivenUp::Failed));
        }
    }
}
