//! The steady client: one price every two milliseconds, on a thread of its own, so that the flood's work in this
//! process is not taken for the server's.

use std::{
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

use anyhow::{Context, ensure};
use aspis_core::clock::{Clock, SystemClock};
use tokio::{
    runtime,
    time::{sleep, timeout},
};

use crate::{
    histogram::Histogram,
    http::{Connection, request},
};

const FROM: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 200);
const PACE: Duration = Duration::from_millis(2);
/// How long a price may take before the measurement is given up.
const PATIENCE: Duration = Duration::from_secs(10);

/// Reads prices for a span and gives their latencies. Blocks.
pub(super) fn read(to: SocketAddr, span: Duration) -> anyhow::Result<Histogram> {
    runtime::Builder::new_current_thread().enable_all().build()?.block_on(paced(to, span))
}

async fn paced(to: SocketAddr, span: Duration) -> anyhow::Result<Histogram> {
    let mut connection = Connection::open(FROM, to).await.context("connecting")?;
    let price = request("GET", "/api/v1/price/BTC", &[], None);
    let (clock, mut latencies) = (SystemClock::start(), Histogram::default());
    let mut due = clock.uptime();
    while due < span {
        // A request that its predecessor held up counts from when it should have gone out: it waited too.
        let sent = match due.checked_sub(clock.uptime()) {
            Some(early) => {
                sleep(early).await;
                clock.uptime()
            }
            None => due,
        };
        let answer = timeout(PATIENCE, connection.exchange(&price)).await.context("no answer")??;
        ensure!(answer.status == 200, "a price was answered {}", answer.shown());
        latencies.add(clock.uptime().saturating_sub(sent));
        due += PACE;
    }
    Ok(latencies)
}
