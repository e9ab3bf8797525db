//! The work on the streams of one connection: handed over by hyper, run in the connection's own task, ended when a
//! client is too slow.

use std::{
    collections::VecDeque,
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll},
};

use tokio::time::{Sleep, sleep};

use super::{
    super::{desk::Desk, line::Line},
    Stream,
};

type Work = Pin<Box<dyn Future<Output = ()> + Send>>;

/// The streams that were begun and do not run yet.
#[derive(Clone)]
pub(super) struct Streams {
    desk: Arc<Desk>,
    line: Arc<Line>,
    begun: Arc<Mutex<Begun>>,
}

#[derive(Default)]
struct Begun {
    next: Option<Arc<Stream>>,
    works: VecDeque<Watched>,
}

impl Streams {
    pub(super) fn new(desk: &Arc<Desk>, line: &Arc<Line>) -> Self {
        Self { desk: Arc::clone(desk), line: Arc::clone(line), begun: Arc::default() }
    }

    fn lock(&self) -> MutexGuard<'_, Begun> {
        self.begun.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What hyper will execute next is the work on this stream.
    pub(super) fn begin(&self) -> Arc<Stream> {
        let (desk, line) = (Arc::clone(&self.desk), Arc::clone(&self.line));
        let stream = Arc::new(Stream::new(desk, line));
        self.lock().next = Some(Arc::clone(&stream));
        stream
    }

    pub(super) fn begun(&self) -> VecDeque<Watched> {
        std::mem::take(&mut self.lock().works)
    }
}

impl<F: Future<Output = ()> + Send + 'static> hyper::rt::Executor<F> for Streams {
    fn execute(&self, work: F) {
        let mut begun = self.lock();
        // Only the work on a stream is ever executed here: there are no tunnels.
        if let Some(stream) = begun.next.take() {
            begun.works.push_back(Watched { work: Box::pin(work), stream, nap: None });
        }
    }
}

/// The work on one stream, which ends when the client takes its answer too slowly: being dropped, it resets the
/// stream. A handler that waits for a body is woken in time to find that it waits too long.
pub(super) struct Watched {
    work: Work,
    stream: Arc<Stream>,
    nap: Option<Pin<Box<Sleep>>>,
}

impl Future for Watched {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        loop {
            if self.work.as_mut().poll(cx).is_ready() || self.stream.is_late() {
                return Poll::Ready(());
            }
            if self.nap.is_none() {
                let Some(time) = self.stream.nap() else { return Poll::Pending };
                self.nap = Some(Box::pin(sleep(time)));
            }
            let over = self.nap.as_mut().is_none_or(|nap| nap.as_mut().poll(cx).is_ready());
            if !over {
                return Poll::Pending;
            }
            self.nap = None;
        }
    }
}
