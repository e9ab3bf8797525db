//! The soak of the ledger over two nodes: connections that trade on one account go to either, and take an order that was
//! not answered to the other, while one node after the other is killed.

use std::{fmt, rc::Rc, time::Duration};

use anyhow::Context;
use serde::Serialize;
use tokio::{task::JoinSet, time::sleep, time::timeout};

use super::ground::{Ground, Place};
use crate::{
    dice::Dice,
    ledger::{
        books,
        killer::Killer,
        market::{Market, Tally},
        report,
        shopper::Shopper,
    },
};

/// Connections, all on one account.
const SHOPPERS: u16 = 64;
const SEED: u64 = 1;
/// A node lives from one to three seconds after the last kill.
const LEAST: u64 = 1000;
const MORE: u64 = 2000;
const PATIENCE: Duration = Duration::from_secs(120);

/// What the books said.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(super) struct Report(report::Report);

/// Trades until so many nodes were killed.
pub(super) async fn run(place: &Place, kills: u32) -> anyhow::Result<Report> {
    let ground = Ground::new(&[]).await?;
    let killer = |node| Killer::new(place.binary().to_owned(), ground.data(node), ground.settings());
    let mut killers = [killer(0), killer(1)];
    let address = killers[0].start().await?;
    killers[1].start().await?;
    let places = killers.iter().map(Killer::watch).collect();
    let market = Rc::new(Market::open(address, places).await?);
    let opening = market.portfolio().await?;
    let mut shoppers = JoinSet::new();
    for number in 0..SHOPPERS {
        shoppers.spawn_local(Shopper::new(Rc::clone(&market), SEED, number).run());
    }
    let span = haunt(&mut killers, kills).await?;
    market.close();
    let mut tally = Tally::default();
    while let Some(ended) = timeout(PATIENCE, shoppers.join_next()).await.context("an order has no answer")? {
        tally.add(ended??);
    }
    let (closing, transactions) = (market.portfolio().await?, market.transactions().await?);
    let faults = books::check(&opening, &closing, &transactions, &tally.traded);
    let outages: Vec<_> = killers.iter().flat_map(Killer::outages).collect();
    for killer in &mut killers {
        killer.stop().await?;
    }
    let audit = ground.audit().await?;
    Ok(Report(report::Report::of(span, &tally, transactions.len(), faults, &outages, audit)))
}

/// Kills either node, at moments that nobody can foresee; how long they served in all.
async fn haunt(killers: &mut [Killer; 2], kills: u32) -> anyhow::Result<Duration> {
    let (mut dice, mut served) = (Dice::new(SEED, kills), Duration::ZERO);
    for number in 0..=kills {
        let life = Duration::from_millis(LEAST + dice.below(MORE));
        sleep(life).await;
        served += life;
        if number < kills {
            killers[usize::from(dice.once_in(2))].kill_and_restart().await?;
        }
    }
    Ok(served)
}

impl Report {
    /// True when nothing is wrong and something was done.
    pub(super) fn holds(&self) -> bool {
        self.0.holds()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Over two nodes: {}", self.0)
    }
}
