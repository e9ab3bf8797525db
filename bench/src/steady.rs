//! The steady client: a price every so many milliseconds, on a thread of its own, so that the work of a flood in this
//! process is not taken for the server's.
//!
//! It does not wait for one answer before it asks again, as little as people do: it has several lanes, each with its
//! own times. A request that could not go out because the one before it had no answer yet counts from when it was due.

use std::{
    cell::RefCell,
    net::{Ipv4Addr, SocketAddr},
    rc::Rc,
    time::Duration,
};

use anyhow::{Context, ensure};
use aspis_core::clock::{Clock, SystemClock};
use tokio::{
    runtime,
    task::{JoinSet, LocalSet},
    time::{sleep, timeout},
};

use crate::{
    histogram::Histogram,
    http::{Connection, request},
};

const FROM: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 200);
const LANES: u32 = 8;
/// How long a price may take before it counts as unanswered.
const PATIENCE: Duration = Duration::from_secs(10);

/// How the prices are read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pace {
    /// From one request to the next.
    pub(crate) period: Duration,
    /// Each on a connection of its own: its latency is then that of a newcomer, connecting included.
    pub(crate) fresh: bool,
}

/// What came of it.
#[derive(Debug, Default)]
pub(crate) struct Prices {
    /// Of every price that was answered.
    pub(crate) latencies: Histogram,
    /// Prices that were not.
    pub(crate) unanswered: u64,
    /// What happened to the first of them.
    pub(crate) fault: Option<String>,
}

impl Prices {
    /// The latencies, where none was left without an answer.
    pub(crate) fn all_answered(self) -> anyhow::Result<Histogram> {
        let fault = self.fault.unwrap_or_default();
        ensure!(self.unanswered == 0, "{} prices were not answered; the first: {fault}", self.unanswered);
        Ok(self.latencies)
    }
}

/// Reads prices for a span. Blocks.
pub(crate) fn read(to: SocketAddr, pace: Pace, span: Duration) -> anyhow::Result<Prices> {
    let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
    LocalSet::new().block_on(&runtime, async {
        let (clock, prices) = (Rc::new(SystemClock::start()), Rc::new(RefCell::default()));
        let mut readers = JoinSet::new();
        for number in 0..LANES {
            let (clock, prices) = (Rc::clone(&clock), Rc::clone(&prices));
            let lane = Lane { to, pace, connection: None, clock, prices };
            readers.spawn_local(lane.run(pace.period * number, span));
        }
        readers.join_all().await;
        Ok(prices.take())
    })
}

/// One of the lanes.
struct Lane {
    to: SocketAddr,
    pace: Pace,
    connection: Option<Connection>,
    clock: Rc<SystemClock>,
    prices: Rc<RefCell<Prices>>,
}

impl Lane {
    async fn run(mut self, first: Duration, span: Duration) {
        let price = request("GET", "/api/v1/price/BTC", &[], None);
        let period = self.pace.period * LANES;
        let mut due = first;
        while due < span {
            sleep(due.saturating_sub(self.clock.uptime())).await;
            let sent = self.clock.uptime();
            let read = timeout(PATIENCE, self.ask(&price)).await.context("no answer").flatten();
            let took = self.clock.uptime().saturating_sub(sent);
            self.note(read, took, period);
            due += period * missed(took, period).saturating_add(1);
        }
    }

    async fn ask(&mut self, price: &[u8]) -> anyhow::Result<()> {
        let mut connection = match self.connection.take() {
            Some(open) => open,
            None => Connection::open(FROM, self.to).await.context("connecting")?,
        };
        let answer = connection.exchange(price).await?;
        ensure!(answer.status == 200, "a price was answered {}", answer.shown());
        if !self.pace.fresh {
            self.connection = Some(connection);
        }
        Ok(())
    }

    fn note(&self, read: anyhow::Result<()>, took: Duration, period: Duration) {
        let mut prices = self.prices.borrow_mut();
        match read {
            Ok(()) => note(&mut prices.latencies, took, period),
            Err(error) => {
                prices.unanswered += 1;
                prices.fault.get_or_insert_with(|| format!("{error:#}"));
            }
        }
    }
}

/// Counts a latency, and those of the requests that should have gone out meanwhile: a server that stalls would otherwise
/// be asked less often just then, and look fast.
fn note(latencies: &mut Histogram, took: Duration, period: Duration) {
    for number in 0..=missed(took, period) {
        latencies.add(took.saturating_sub(period * number));
    }
}

/// How many whole periods an answer took.
fn missed(took: Duration, period: Duration) -> u32 {
    u32::try_from(took.as_nanos() / period.as_nanos().max(1)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stall_counts_for_every_request_that_it_held_up() {
        let (mut latencies, period) = (Histogram::default(), Duration::from_millis(10));
        note(&mut latencies, Duration::from_millis(3), period);
        assert_eq!(latencies.total(), 1);
        note(&mut latencies, Duration::from_millis(95), period);
        assert_eq!(latencies.total(), 11, "95, 85, ... 5");
        let slowest = latencies.quantile(1.0).as_millis();
        assert!((92..=98).contains(&slowest), "{slowest}");
    }

    #[test]
    fn one_price_without_an_answer_is_one_too_many() {
        assert!(Prices::default().all_answered().is_ok());
        let prices = Prices { unanswered: 1, fault: Some("no answer".to_owned()), ..Prices::default() };
        assert!(prices.all_answered().unwrap_err().to_string().ends_with("the first: no answer"));
    }
}
