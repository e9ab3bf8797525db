//! The threads that compute: of the lowest priority, and apart from those that answer requests.
//!
//! There are twice as many as may compute at once. The second half stands by: a thread that does not come back in time
//! is not waited for, and one of these goes on in its stead. When all of them are stuck nothing more is begun.

use std::{
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, PoisonError},
    thread::{Builder, JoinHandle},
    time::Duration,
};

use super::{Inner, Made, book::Task};
use crate::forecast::{Forecast, ForecastError};

/// As nice as a thread can be (POSIX, `nice`).
const LAST: i32 = 19;

/// The threads.
pub(super) struct Threads {
    inner: Arc<Inner>,
    running: Vec<JoinHandle<()>>,
    /// How long a computation is waited for at the end.
    patience: Duration,
}

impl Threads {
    /// Starts as many as the book says.
    pub(super) fn start(inner: &Arc<Inner>, patience: Duration) -> io::Result<Self> {
        let mut threads = Self { inner: Arc::clone(inner), running: Vec::new(), patience };
        let count = inner.act(|book, _| book.threads());
        for number in 0..count {
            let own = Arc::clone(inner);
            let started = Builder::new().name(format!("predict-{number}")).spawn(move || work(&own))?;
            inner.act(|book, _| book.thread_began());
            threads.running.push(started);
        }
        Ok(threads)
    }
}

fn work(inner: &Inner) {
    // Where that is not allowed, predictions are as important as everything else.
    let _ = rustix::process::nice(LAST);
    while let Some(task) = next(inner) {
        // What a model breaks in itself is its own; what is shared is only read.
        let result = catch_unwind(AssertUnwindSafe(|| compute(inner, &task)));
        inner.act(|book, now| book.finish(&task, result.ok(), now));
    }
    inner.act(|book, _| book.thread_ended());
    inner.ended.notify_all();
}

/// The next piece of work; `None` when the desk closes.
fn next(inner: &Inner) -> Option<Task> {
    let mut book = inner.open();
    loop {
        if book.is_closing() {
            return None;
        }
        let now = inner.clock.uptime();
        book.tidy(now);
        let task = book.take(now);
        if task.is_none() && !book.has_answers() {
            book = inner.work.wait(book).unwrap_or_else(PoisonError::into_inner);
            continue;
        }
        inner.look_up(book);
        if task.is_some() {
            return task;
        }
        book = inner.open();
    }
}

fn compute(inner: &Inner, task: &Task) -> Result<Forecast, ForecastError> {
    let listed = &task.wanted.listed;
    let forecast = inner.model.forecast(&listed.closes, task.wanted.horizon)?;
    if !forecast.is_sound() {
        return Err(ForecastError::Failed("its figures are no numbers"));
    }
    // Also when it comes too late for those who asked: the next one finds it.
    inner.known.put(&listed.asset.id, task.wanted.horizon, Made::of(listed), forecast);
    Ok(forecast)
}

impl Drop for Threads {
    fn drop(&mut self) {
        let mut book = self.inner.open();
        book.close();
        self.inner.work.notify_all();
        let waited = self.inner.ended.wait_timeout_while(book, self.patience, |book| book.is_working());
        let all_ended = waited.unwrap_or_else(PoisonError::into_inner).0.have_all_ended();
        for thread in self.running.drain(..) {
            // A computation that never ends cannot be stopped, and must not stop the end of everything else.
            if all_ended || thread.is_finished() {
                let _ = thread.join();
            }
        }
        if !all_ended {
            tracing::warn!("a prediction is still being computed and is left behind");
        }
    }
}
