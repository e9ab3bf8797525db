//! The steady client: a price every two milliseconds, on a thread of its own, so that the flood's work in this process
//! is not taken for the server's.
//!
//! It does not wait for one answer before it asks again, as little as people do: it has several connections, each with
//! its own times.

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
const PACE: Duration = Duration::from_millis(2);
const CONNECTIONS: u32 = 8;
/// How long a price may take before the measurement is given up.
const PATIENCE: Duration = Duration::from_secs(10);

/// Reads prices for a span and gives their latencies. Blocks.
pub(super) fn read(to: SocketAddr, span: Duration) -> anyhow::Result<Histogram> {
    let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
    LocalSet::new().block_on(&runtime, async {
        let (clock, latencies) = (Rc::new(SystemClock::start()), Rc::new(RefCell::default()));
        let mut readers = JoinSet::new();
        for number in 0..CONNECTIONS {
            let connection = Connection::open(FROM, to).await.context("connecting")?;
            let first = clock.uptime() + PACE * number;
            readers.spawn_local(paced(connection, first, span, Rc::clone(&clock), Rc::clone(&latencies)));
        }
        for ended in readers.join_all().await {
            ended?;
        }
        Ok(latencies.take())
    })
}

async fn paced(
    mut connection: Connection,
    first: Duration,
    span: Duration,
    clock: Rc<SystemClock>,
    latencies: Rc<RefCell<Histogram>>,
) -> anyhow::Result<()> {
    let price = request("GET", "/api/v1/price/BTC", &[], None);
    let period = PACE * CONNECTIONS;
    let mut due = first;
    while due < span {
        sleep(due.saturating_sub(clock.uptime())).await;
        let sent = clock.uptime();
        let answer = timeout(PATIENCE, connection.exchange(&price)).await.context("no answer")??;
        ensure!(answer.status == 200, "a price was answered {}", answer.shown());
        let took = clock.uptime().saturating_sub(sent);
        note(&mut latencies.borrow_mut(), took, period);
        due += period * missed(took, period).saturating_add(1);
    }
    Ok(())
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
}
