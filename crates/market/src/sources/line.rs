//! The line to one source: asks at its pace, hands on what it brings, and tells how it is.

use std::{sync::Arc, time::Duration};

use aspis_core::{
    chance::Chance,
    clock::{Clock, Timestamp},
};
use aspis_store::prices::Bar;

use super::{
    address::Address,
    client::{Answer, Client, Limits},
    fault::Fault,
    health::Health,
    pace::{Pace, Waits, backoff},
    port::Takes,
    socket::Socket,
    track::Track,
    wire::Wire,
};
use crate::offered::Offered;

/// What every source needs.
pub(super) struct Line {
    pub(super) name: &'static str,
    pub(super) address: Address,
    pub(super) client: Client,
    pub(super) wire: Wire,
    pub(super) limits: Limits,
    pub(super) pace: Pace,
    pub(super) takes: Arc<dyn Takes>,
    pub(super) health: Arc<Health>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) chance: Arc<dyn Chance>,
    pub(super) waits: Arc<dyn Waits>,
}

/// What came of the questions of a round.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Caught {
    /// Answers that held something of use.
    pub(super) useful: u32,
    /// What was wrong with the last that did not.
    pub(super) useless: Option<Fault>,
}

impl Caught {
    /// Takes one answer in: what was wrong with it, where it is of no use.
    pub(super) fn add(&mut self, answer: Result<(), Fault>) {
        match answer {
            Ok(()) => self.useful += 1,
            Err(fault) => self.useless = Some(fault),
        }
    }
}

/// Rows handed on at once.
const BATCH: usize = 1000;

impl Line {
    /// Asks, once its turn has come. An answer of any status.
    pub(super) async fn ask(&mut self, path: &str) -> Result<Answer, Fault> {
        let wait = self.pace.place(self.clock.uptime());
        if wait > Duration::ZERO {
            self.waits.wait(wait).await;
        }
        self.client.get(&self.address, path).await
    }

    /// Opens a stream at another address of the source.
    pub(super) async fn stream(&self, address: &Address, path: &str) -> Result<Socket, Fault> {
        Socket::open(&self.wire, address, path, self.limits, Arc::clone(&self.clock)).await
    }

    /// The time as far as both sides agree on it: what is over for one of them alone may yet change.
    pub(super) fn agreed(&self, answer: &Answer) -> Timestamp {
        let now = self.clock.now();
        answer.date.map_or(now, |date| date.min(now))
    }

    /// Where a track goes on; at first that is asked of who takes the rows.
    pub(super) async fn next(&self, track: &mut Track, back: Duration) -> Result<Timestamp, Fault> {
        if let Some(next) = track.next {
            return Ok(next);
        }
        let newest = self.takes.newest(self.name, &track.of.asset, track.of.interval).await;
        Ok(track.begin(newest.map_err(|_| Fault::Store)?, self.clock.now(), back))
    }

    /// Hands on bars, oldest first, and remembers how far they reach.
    pub(super) async fn bring(&self, track: &mut Track, bars: Vec<Bar>) -> Result<(), Fault> {
        let mut bars = bars.into_iter().peekable();
        while bars.peek().is_some() {
            let of = &track.of;
            let offered = |bar| Offered { asset: of.asset.clone(), interval: of.interval, bar };
            let rows: Vec<_> = bars.by_ref().take(BATCH).map(offered).collect();
            let last = rows.last().map(|row| row.bar.start);
            let taken = self.takes.take(self.name, rows).await.map_err(|_| Fault::Store)?;
            self.health.count(&taken, 0);
            if let Some(last) = last {
                track.brought(last);
            }
        }
        Ok(())
    }

    /// Tells how a round went of which so many questions were answered with something of use, or none of those asked.
    pub(super) fn judge(&self, caught: Caught) {
        match caught {
            Caught { useful: 0, useless: Some(fault) } => drop(self.health.failed(fault)),
            Caught { useful: 0, useless: None } => {}
            Caught { useless, .. } => {
                self.health.worked();
                if let Some(fault) = useless {
                    self.health.note(fault);
                }
            }
        }
    }

    /// How long to wait after so many failures in a row, the last of which was this.
    pub(super) fn backoff(&self, failures: u32, fault: Fault) -> Duration {
        backoff(failures, self.chance.as_ref()).max(fault.after() + self.jitter())
    }

    /// Up to a second, so that not everybody comes back at the same one.
    fn jitter(&self) -> Duration {
        let [byte] = aspis_core::chance::bytes(self.chance.as_ref());
        Duration::from_millis(u64::from(byte) * 4)
    }
}
