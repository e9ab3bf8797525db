//! The one who sends: numbers at a fixed interval, spans as they come, each by itself.
//!
//! Sums go on from the start, so numbers that were not taken are in the next ones, and nothing of them is kept. Spans
//! wait in a bounded line. A collector that is not there is spoken of once, and once more when it is back.

use std::{sync::Arc, time::Duration};

use aspis_core::{
    chance::Chance,
    clock::{Clock, Timestamp},
};
use tokio::time::{sleep, timeout};

use super::{
    Collector,
    batch::Batch,
    encode::{Service, Since},
    pace::Pace,
    sender::{Next, Sender},
    spans::Spans,
    tally::{Signal, Tally},
};
use crate::{channels::Client, metrics::Metrics};

/// What is left of the time when the server ends.
const GRACE: Duration = Duration::from_secs(2);

/// What an exporter is made of.
pub struct Parts {
    /// Where to.
    pub collector: Collector,
    /// By what.
    pub client: Client,
    /// Who sends.
    pub service: Service,
    /// How often numbers are sent.
    pub interval: Duration,
    /// What is sent.
    pub metrics: Arc<Metrics>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub chance: Arc<dyn Chance>,
}

/// Sends telemetry. Nothing is sent before [`Exporter::run`].
pub struct Exporter {
    sender: Sender,
    service: Service,
    numbers: Numbers,
    batch: Batch,
}

/// What is sent again and again.
struct Numbers {
    metrics: Arc<Metrics>,
    clock: Arc<dyn Clock>,
    start: Timestamp,
    interval: Duration,
    pace: Pace,
}

impl Exporter {
    /// An exporter, and where spans are put for it.
    pub fn open(parts: Parts) -> (Self, Spans) {
        let tally = Arc::<Tally>::default();
        parts.metrics.ask_exports(&tally);
        let (spans, line) = Spans::line(&tally);
        let Parts { collector, client, service, interval, metrics, clock, chance } = parts;
        let sender = Sender { collector, client, chance, tally };
        let numbers = Numbers { metrics, start: clock.now(), clock, interval, pace: Pace::default() };
        (Self { sender, service, numbers, batch: Batch::new(line) }, spans)
    }

    /// Sends until `stop`, and once more then, if the collector takes it at once.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        let Self { sender, service, mut numbers, mut batch } = self;
        tokio::select! {
            () = stop => {}
            _ = async { tokio::join!(numbers.run(&service, &sender), batch.run(&service, &sender)) } => {}
        }
        let last = async {
            tokio::join!(numbers.last(&service, &sender), batch.last(&service, &sender));
        };
        if timeout(GRACE, last).await.is_err() {
            tracing::info!("the collector did not take the last telemetry in time");
        }
    }
}

impl Numbers {
    async fn run(&mut self, service: &Service, sender: &Sender) {
        let mut wait = self.interval;
        loop {
            sleep(wait).await;
            wait = match self.send(service, sender).await {
                Next::Done => self.interval,
                Next::Again(wait) | Next::Drop(wait) => wait,
            };
        }
    }

    /// How it stands at the end, unless the collector takes nothing.
    async fn last(&mut self, service: &Service, sender: &Sender) {
        if !self.pace.fails() {
            self.send(service, sender).await;
        }
    }

    async fn send(&mut self, service: &Service, sender: &Sender) -> Next {
        let since = Since { start: self.start, now: self.clock.now() };
        let body = service.metrics(&self.metrics, since);
        sender.send(Signal::Metrics, &mut self.pace, &body).await
    }
}

impl std::fmt::Debug for Exporter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Exporter")
    }
}
