//! The tries: pairs of a known and an unknown name, one after the other on one connection.

use std::{
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

use anyhow::{Context, ensure};
use aspis_core::{
    chance::{self, SeededChance},
    clock::{Clock, SystemClock},
};
use tokio::time::timeout;

use super::Case;
use crate::{
    accounts,
    http::{Connection, request},
};

/// Names of each kind, so that no count of failures grows long.
const NAMES: usize = 20;
/// Clients that take turns, for the same reason.
const CLIENTS: u8 = 16;
/// Pairs before each run that are not counted: caches, and the clock of the core.
const WARM_UP: u16 = 20;
/// How long one answer may take.
const PATIENCE: Duration = Duration::from_secs(10);
const WRONG: &str = "several unrelated words 43";

/// The latencies of one run in milliseconds.
#[derive(Debug, Default)]
pub(super) struct Run {
    pub(super) known: Vec<f64>,
    pub(super) unknown: Vec<f64>,
}

/// Whoever sends the tries.
pub(super) struct Asker {
    case: Case,
    clients: Vec<Connection>,
    known: Vec<Vec<u8>>,
    unknown: Vec<Vec<u8>>,
    clock: SystemClock,
    coin: SeededChance,
}

impl Asker {
    /// Makes the accounts, and locks all names where they are to be locked.
    pub(super) async fn open(to: SocketAddr, case: Case) -> anyhow::Result<Self> {
        let mut clients = Vec::new();
        for client in 1..=CLIENTS {
            let address = Ipv4Addr::new(127, 0, 1, client);
            clients.push(Connection::open(address, to).await.context("connecting")?);
        }
        // Both kinds of name are as long, and so are the requests.
        let named = |kind: &str| (0..NAMES).map(|number| format!("{kind}{number:02}")).collect::<Vec<_>>();
        let (known, unknown) = (named("known"), named("blank"));
        for (number, name) in known.iter().enumerate() {
            accounts::register(&mut clients[number % usize::from(CLIENTS)], name).await?;
        }
        let tries = |names: &[String]| names.iter().map(|name| accounts::login(name, WRONG)).collect();
        let (known, unknown) = (tries(&known), tries(&unknown));
        let (clock, coin) = (SystemClock::start(), SeededChance::new(1));
        let mut asker = Self { case, clients, known, unknown, clock, coin };
        if case == Case::Locked {
            asker.lock().await?;
        }
        Ok(asker)
    }

    /// Tries each name until it is locked.
    async fn lock(&mut self) -> anyhow::Result<()> {
        for (number, name) in self.known.iter().chain(&self.unknown).enumerate() {
            let client = &mut self.clients[number % usize::from(CLIENTS)];
            let mut status = 0;
            for _ in 0..10 {
                status = client.exchange(name).await?.status;
            }
            ensure!(status == self.case.status(), "after ten wrong passwords a name is answered {status}");
        }
        Ok(())
    }

    /// So many tries of each kind.
    pub(super) async fn run(&mut self, samples: u16) -> anyhow::Result<Run> {
        let mut run = Run::default();
        self.wake().await?;
        for number in 0..WARM_UP + samples {
            let [coin] = chance::bytes(&self.coin);
            let (known, unknown) = if coin.is_multiple_of(2) {
                let known = self.time(number, true).await?;
                (known, self.time(number, false).await?)
            } else {
                let unknown = self.time(number, false).await?;
                (self.time(number, true).await?, unknown)
            };
            if number >= WARM_UP {
                run.known.push(known);
                run.unknown.push(unknown);
            }
        }
        Ok(run)
    }

    /// Shows every connection to be alive before one of them is timed.
    async fn wake(&mut self) -> anyhow::Result<()> {
        let price = request("GET", "/api/v1/price/BTC", &[], None);
        for client in &mut self.clients {
            client.exchange(&price).await.context("a connection is gone")?;
        }
        Ok(())
    }

    async fn time(&mut self, number: u16, known: bool) -> anyhow::Result<f64> {
        let number = usize::from(number);
        let names = if known { &self.known } else { &self.unknown };
        let client = &mut self.clients[number % usize::from(CLIENTS)];
        let sent = self.clock.uptime();
        let asked = client.exchange(&names[number % NAMES]);
        let answer = timeout(PATIENCE, asked).await.context("no answer")??;
        let took = self.clock.uptime().saturating_sub(sent);
        let expected = self.case.status();
        ensure!(answer.status == expected, "a try was answered {}, not {expected}", answer.shown());
        Ok(took.as_secs_f64() * 1e3)
    }
}
