//! Spans that are gathered into messages, in the order they came.

use std::time::Duration;

use tokio::{
    sync::mpsc,
    time::{sleep, timeout},
};

use super::{
    encode::Service,
    pace::Pace,
    sender::{Next, Sender},
    spans::Span,
    tally::Signal,
};

/// Spans of one message.
const MOST: usize = 512;
/// How long spans wait for others.
const GATHER: Duration = Duration::from_secs(2);
/// How often the same spans are sent before they are dropped.
const TRIES: u32 = 5;

/// The end of the line, and what was taken from it and is not sent yet.
pub(super) struct Batch {
    line: mpsc::Receiver<Span>,
    spans: Vec<Span>,
    tries: u32,
    pace: Pace,
}

impl Batch {
    pub(super) fn new(line: mpsc::Receiver<Span>) -> Self {
        Self { line, spans: Vec::new(), tries: 0, pace: Pace::default() }
    }

    /// Sends what comes, for as long as anything can come. It may be given up at any point, and begun again.
    pub(super) async fn run(&mut self, service: &Service, sender: &Sender) {
        loop {
            if self.spans.is_empty() && !self.gather().await {
                return;
            }
            sleep(self.send(service, sender).await).await;
        }
    }

    /// Sends what is left, unless the collector takes nothing.
    pub(super) async fn last(&mut self, service: &Service, sender: &Sender) {
        while let Ok(span) = self.line.try_recv() {
            self.spans.push(span);
        }
        if !self.spans.is_empty() && !self.pace.fails() {
            self.send(service, sender).await;
        }
    }

    /// Takes what comes for a moment, or until it is enough; false when nothing can come any more.
    async fn gather(&mut self) -> bool {
        let Some(first) = self.line.recv().await else { return false };
        self.spans.push(first);
        let (line, spans) = (&mut self.line, &mut self.spans);
        let more =
            async { while spans.len() < MOST && line.recv_many(spans, MOST - spans.len()).await > 0 {} };
        // What came until then is kept.
        let _ = timeout(GATHER, more).await;
        true
    }

    /// How long to wait then.
    async fn send(&mut self, service: &Service, sender: &Sender) -> Duration {
        let body = service.traces(&self.spans);
        let next = sender.send(Signal::Traces, &mut self.pace, &body).await;
        self.tries += 1;
        let (wait, keeps) = match next {
            Next::Done => (Duration::ZERO, false),
            Next::Again(wait) => (wait, self.tries < TRIES),
            Next::Drop(wait) => (wait, false),
        };
        if !keeps {
            if next != Next::Done {
                sender.tally.lose_spans(self.spans.len());
            }
            self.spans.clear();
            self.tries = 0;
        }
        wait
    }
}
