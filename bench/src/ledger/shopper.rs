//! One connection's orders: each is sent until it is answered, whatever happens to the server.

use std::{io, rc::Rc, time::Duration};

use anyhow::{bail, ensure};
use tokio::time::sleep;

use super::{
    market::{Market, Tally},
    order::{Order, Traded},
};
use crate::{
    dice::Dice,
    http::{Answer, Connection},
};

/// One of many on the same account.
pub(crate) struct Shopper {
    market: Rc<Market>,
    name: String,
    dice: Dice,
    /// Where its next connection goes, where there are several servers.
    turn: usize,
    connection: Option<Connection>,
    /// How often nobody knew whether an order was carried out.
    unsure: u64,
    tally: Tally,
}

/// How an order ended.
#[derive(Debug, PartialEq, Eq)]
enum Settled {
    /// In the books.
    Traded(Traded),
    /// Not in the books: too little cash, or too little of the asset.
    Refused,
}

/// An answer, as far as it matters here.
enum Heard {
    Settled(Settled, Replayed),
    /// Busy, or the same key is still at work.
    Later,
}

type Replayed = bool;

/// One answered order in so many is sent again.
const AGAIN: u64 = 16;
/// Before an order is sent again.
const PAUSE: Duration = Duration::from_millis(20);

impl Shopper {
    /// A shopper with dice of its own.
    pub(crate) fn new(market: Rc<Market>, seed: u64, number: u16) -> Self {
        let (name, dice) = (format!("soak-{seed}-{number}"), Dice::new(seed, u32::from(number)));
        Self {
            market,
            name,
            dice,
            turn: usize::from(number),
            connection: None,
            unsure: 0,
            tally: Tally::default(),
        }
    }

    /// Trades until the market closes; the order in hand is always settled.
    pub(crate) async fn run(mut self) -> anyhow::Result<Tally> {
        let mut number = 0_u64;
        while self.market.is_open() {
            let key = format!("{}-{number}", self.name);
            let order = Order::choose(&self.market, &mut self.dice, &key);
            let unsure = self.unsure;
            let (settled, replayed) = self.settle(&order).await?;
            ensure!(!replayed || self.unsure > unsure, "{key} was new, and answered as a replay");
            self.tally.replayed += u64::from(replayed);
            if self.dice.once_in(AGAIN) {
                self.repeat(&order, &settled, &key).await?;
            }
            self.book(settled);
            number += 1;
        }
        Ok(self.tally)
    }

    /// Sends an answered order once more: it has to get the same answer, and say so.
    async fn repeat(&mut self, order: &Order, settled: &Settled, key: &str) -> anyhow::Result<()> {
        let (again, replayed) = self.settle(order).await?;
        ensure!(again == *settled, "{key} was answered {settled:?} and then {again:?}");
        let told = replayed || *settled == Settled::Refused;
        ensure!(told, "{key} was answered before, and the answer does not say that it is a replay");
        self.tally.repeated += 1;
        Ok(())
    }

    /// Sends an order until it is answered.
    async fn settle(&mut self, order: &Order) -> anyhow::Result<(Settled, Replayed)> {
        loop {
            match self.attempt(order).await {
                Ok(Ok(Heard::Settled(settled, replayed))) => return Ok((settled, replayed)),
                Ok(Ok(Heard::Later)) => self.move_on(),
                Ok(Err(wrong)) => return Err(wrong),
                Err(_) => self.lose(),
            }
            sleep(PAUSE).await;
        }
    }

    /// The outer failure is the connection's, the inner one an answer that must never come.
    async fn attempt(&mut self, order: &Order) -> io::Result<anyhow::Result<Heard>> {
        let connection = match &mut self.connection {
            Some(connection) => connection,
            empty => empty.insert(self.market.connect(self.turn).await?),
        };
        let answer = connection.exchange(&order.bytes).await?;
        Ok(heard(order, &answer))
    }

    fn lose(&mut self) {
        // A connection that was never made has lost no answer.
        if self.connection.take().is_some() {
            self.tally.lost += 1;
            self.unsure += 1;
        }
        self.turn += 1;
    }

    /// The same order goes to the next server, where there is one. There the database may have died at its commit.
    fn move_on(&mut self) {
        if self.market.has_several() {
            self.connection = None;
            self.unsure += 1;
            self.turn += 1;
        }
    }

    fn book(&mut self, settled: Settled) {
        match settled {
            Settled::Traded(trade) => self.tally.traded.push(trade),
            Settled::Refused => self.tally.refused += 1,
        }
    }
}

fn heard(order: &Order, answer: &Answer<'_>) -> anyhow::Result<Heard> {
    let replayed = answer.field("idempotent-replayed") == Some("true");
    match answer.status {
        201 => {
            let trade: Traded = answer.json()?;
            ensure!(order.is_met_by(&trade), "{order:?} was answered {trade:?}");
            Ok(Heard::Settled(Settled::Traded(trade), replayed))
        }
        422 => Ok(Heard::Settled(refused(answer)?, replayed)),
        409 => Ok(Heard::Later),
        503 => {
            ensure!(answer.field("retry-after").is_some(), "no Retry-After in {}", answer.shown());
            Ok(Heard::Later)
        }
        _ => bail!("{order:?} was answered {}", answer.shown()),
    }
}

fn refused(answer: &Answer<'_>) -> anyhow::Result<Settled> {
    let problem: serde_json::Value = answer.json()?;
    let known = matches!(problem["code"].as_str(), Some("insufficient_funds" | "insufficient_holdings"));
    ensure!(known, "an order was answered {}", answer.shown());
    Ok(Settled::Refused)
}
