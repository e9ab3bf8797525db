//! The server of a soak: killed without warning, started again on the same data folder, each time at another port.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::Context;
use aspis_core::clock::{Clock, SystemClock};
use aspis_store::{Ledger, ledger::Audit};
use aspis_store_sql::Sql;
use tokio::{sync::watch, task::spawn_blocking, time::sleep};

use crate::{dice::Dice, server::Server};

/// Limits that nobody reaches here, and a token that outlives the run.
const SETTINGS: [&str; 5] = [
    "rate.portfolio=60000/second",
    "rate.prices=60000/second",
    "edge.connections_per_client=1000",
    "auth.access_token=24h",
    "log.level=error",
];

/// Where the server is now; nothing while it is dead.
pub(crate) type Place = Option<SocketAddr>;

/// Starts the server, and ends it.
pub(crate) struct Killer {
    binary: PathBuf,
    data: PathBuf,
    settings: Vec<String>,
    server: Option<Server>,
    place: watch::Sender<Place>,
    clock: SystemClock,
    outages: Vec<Duration>,
}

impl Killer {
    /// A server that has not been started, with more settings than those that every soak has.
    pub(crate) fn new(binary: PathBuf, data: PathBuf, more: &[String]) -> Self {
        let (place, clock) = (watch::Sender::new(None), SystemClock::start());
        let settings = SETTINGS.iter().map(ToString::to_string).chain(more.iter().cloned()).collect();
        Self { binary, data, settings, server: None, place, clock, outages: Vec::new() }
    }

    /// Where to look for the server.
    pub(crate) fn watch(&self) -> watch::Receiver<Place> {
        self.place.subscribe()
    }

    /// Starts it, and says where.
    pub(crate) async fn start(&mut self) -> anyhow::Result<SocketAddr> {
        let (binary, data, settings) = (self.binary.clone(), self.data.clone(), self.settings.clone());
        let start = move || {
            let settings: Vec<_> = settings.iter().map(String::as_str).collect();
            Server::aspis(&binary, &data, &settings)
        };
        let server = spawn_blocking(start).await??;
        let address = server.address;
        self.server = Some(server);
        self.place.send_replace(Some(address));
        Ok(address)
    }

    /// Lets it serve for a span in all, killing it so many times in between, at moments nobody can foresee.
    pub(super) async fn haunt(&mut self, span: Duration, kills: u32) -> anyhow::Result<()> {
        let life = span / (kills + 1);
        let mut dice = Dice::new(self.clock.now().0.unsigned_abs(), 0);
        let mut left = span;
        for number in 1..=kills {
            let this = life.mul_f64(0.5 + 1e-3 * f64::from(u16::try_from(dice.below(1000)).unwrap_or(0)));
            sleep(this).await;
            left = left.saturating_sub(this);
            self.kill_and_restart().await.with_context(|| format!("after kill {number}"))?;
        }
        sleep(left).await;
        Ok(())
    }

    /// Ends it without warning, and starts it again.
    pub(crate) async fn kill_and_restart(&mut self) -> anyhow::Result<()> {
        let before = self.clock.uptime();
        self.place.send_replace(None);
        self.server.take().context("there is no server to kill")?.kill()?;
        self.start().await?;
        self.outages.push(self.clock.uptime().saturating_sub(before));
        Ok(())
    }

    /// How long the server was away, for each kill.
    pub(crate) fn outages(&self) -> Vec<Duration> {
        self.outages.clone()
    }

    /// Stops the server.
    pub(crate) async fn stop(&mut self) -> anyhow::Result<()> {
        let server = self.server.take().context("there is no server to stop")?;
        spawn_blocking(move || server.stop()).await?
    }

    /// Stops the server and adds up its books in its own database.
    pub(super) async fn audit(mut self) -> anyhow::Result<Audit> {
        self.stop().await?;
        audit(&self.data.join("aspis.db")).await
    }
}

async fn audit(database: &Path) -> anyhow::Result<Audit> {
    let sql = Sql::open(database).await?;
    let audit = sql.audit().await?;
    sql.close().await?;
    Ok(audit)
}
