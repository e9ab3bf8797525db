//! The life of one source: asked round by round, later and later while it fails, until the server stops.

use std::time::Duration;

use super::{binance::Binance, fault::Fault, line::Line, yahoo::Yahoo};

/// A source that can be run.
pub struct Feed {
    pub(super) line: Line,
    pub(super) kind: Kind,
}

/// How a source is spoken to.
pub(super) enum Kind {
    Binance(Binance),
    Yahoo(Yahoo),
}

impl Feed {
    /// Its name among the trusted sources.
    pub fn name(&self) -> &'static str {
        self.line.name
    }

    /// Runs until `stop`.
    pub async fn run(mut self, stop: impl Future<Output = ()>) {
        tokio::select! {
            biased;
            () = stop => {}
            () = self.rounds() => {}
        }
    }

    async fn rounds(&mut self) {
        loop {
            self.turn().await;
        }
    }

    /// One round, and the wait behind it.
    pub(super) async fn turn(&mut self) {
        let pause = match self.round().await {
            Ok(pause) => pause,
            Err(fault) => {
                let failures = self.line.health.failed(fault);
                self.line.backoff(failures, fault)
            }
        };
        self.line.health.next_try(self.line.clock.now().plus(pause));
        self.line.waits.wait(pause).await;
    }

    async fn round(&mut self) -> Result<Duration, Fault> {
        match &mut self.kind {
            Kind::Binance(binance) => binance.round(&mut self.line).await,
            Kind::Yahoo(yahoo) => yahoo.round(&mut self.line).await,
        }
    }
}
