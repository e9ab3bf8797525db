//! Requests of many kinds over both nodes, while Redis and PostgreSQL die, are silent, refuse and forget in turn.
//!
//! No answer may be a fault of the server's: what cannot be done is refused with a time to come back. No limit may be
//! exceeded by more than each node's share, no answered order may be lost or doubled, and afterwards everything has to
//! be back by itself.

use std::{cell::Cell, rc::Rc, time::Duration};

use anyhow::{Context, ensure};
use aspis_core::clock::{Clock, SystemClock};
use tokio::{
    sync::watch,
    task::JoinSet,
    time::{sleep, timeout},
};

use super::{
    caller::Caller,
    ground::{Ground, Place},
    member::{self, Member},
    pair::Pair,
};
use crate::ledger::{
    books,
    market::{Market, Portfolio, Tally as Traded},
    shopper::Shopper,
};

mod errand;
mod kind;
mod people;
mod report;
mod seen;
mod windows;

use kind::Kind;
pub(super) use report::Report;
use seen::Seen;

/// How many of a client's prices are let in within a minute.
const PRICES: u32 = 60;
/// How many of its key sets within a second.
const FILES: u32 = 30;
/// The part of a limit that a node lets in alone.
const SHARE: f64 = 0.5;
/// Connections that order on one account.
const SHOPPERS: u16 = 16;
const SEED: u64 = 2;
/// Until everything is back, and until the last order is answered.
const PATIENCE: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_millis(20);
/// Everything is well for so long before the first trouble.
const CALM: Duration = Duration::from_secs(3);

/// Goes through all troubles within a span.
pub(super) async fn run(place: &Place, span: Duration) -> anyhow::Result<Report> {
    let settings = [
        format!("rate.prices={PRICES}/minute"),
        format!("rate.static={FILES}/second"),
        format!("store.share={SHARE}"),
    ];
    let settings: Vec<_> = settings.iter().map(String::as_str).collect();
    let mut ground = Ground::new(&settings).await?;
    let pair = Pair::start(&ground, place).await?;
    let report = Stage::set(&pair).await?.play(&mut ground, &pair, span).await?;
    if !report.holds() {
        eprintln!("the folders of the nodes are kept for a look: {}", ground.keep().display());
    }
    Ok(report)
}

/// What became of the orders.
struct Books {
    listed: usize,
    /// Those that were in the books already when they were sent again.
    replayed: u64,
    wrong: Vec<String>,
}

/// How everything came back after a trouble.
struct Back {
    took: Duration,
    /// What was amiss when it was looked for the last time before.
    last: String,
}

/// Everybody who takes part.
struct Stage {
    seen: Rc<Seen>,
    is_open: Rc<Cell<bool>>,
    people: JoinSet<()>,
    market: Rc<Market>,
    opening: Portfolio,
    shoppers: JoinSet<anyhow::Result<Traded>>,
    prober: Member,
    probe: Caller,
    /// How often it was looked whether all is well.
    looks: u32,
    /// What was not well when it was looked last.
    amiss: String,
    clock: Rc<SystemClock>,
}

impl Stage {
    /// Accounts are made while all is well; then everybody begins.
    async fn set(pair: &Pair) -> anyhow::Result<Self> {
        let to = pair.addresses();
        let places = to.map(|address| watch::Sender::new(Some(address)).subscribe()).to_vec();
        let market = Rc::new(Market::open(to[0], places).await?);
        let opening = market.portfolio().await?;
        let mut probe = Caller::new(to);
        let prober = Member::join(&mut probe, 0, people::PROBER).await?;
        let clock = Rc::new(SystemClock::start());
        let (seen, is_open) = (Rc::new(Seen::default()), Rc::new(Cell::new(true)));
        let people = people::begin(to, &seen, &is_open, &clock).await?;
        let mut shoppers = JoinSet::new();
        for number in 0..SHOPPERS {
            shoppers.spawn_local(Shopper::new(Rc::clone(&market), SEED, number).run());
        }
        Ok(Self {
            seen,
            is_open,
            people,
            market,
            opening,
            shoppers,
            prober,
            probe,
            looks: 0,
            amiss: String::new(),
            clock,
        })
    }

    async fn play(mut self, ground: &mut Ground, pair: &Pair, span: Duration) -> anyhow::Result<Report> {
        sleep(CALM).await;
        let each = span / u32::try_from(Kind::ALL.len())?;
        let mut back = Vec::new();
        for kind in Kind::ALL {
            back.push(self.trouble(ground, pair, kind, each).await.context(kind.word())?);
        }
        let wrong = self.settle().await?;
        let audit = ground.audit().await?;
        Ok(Report::of(&self.seen, &back, wrong, audit))
    }

    /// One trouble for half of its time; how long it took afterwards until everything was back.
    async fn trouble(
        &mut self,
        ground: &mut Ground,
        pair: &Pair,
        kind: Kind,
        each: Duration,
    ) -> anyhow::Result<Back> {
        let begun = self.clock.uptime();
        self.seen.turn_to(kind);
        kind.begin(ground).await?;
        sleep(each / 2).await;
        kind.end(ground).await?;
        self.amiss.clear();
        let over = self.clock.uptime();
        if timeout(PATIENCE, self.until_well(pair)).await.is_err() {
            eprintln!("{} is over, and this is not back: {}", kind.word(), self.amiss);
        }
        let back = Back { took: self.clock.uptime().saturating_sub(over), last: self.amiss.clone() };
        sleep((begun + each).saturating_sub(self.clock.uptime())).await;
        Ok(back)
    }

    /// Both nodes say that all is well, and do what needs both backends.
    async fn until_well(&mut self, pair: &Pair) {
        while let Err(amiss) = self.is_well(pair).await {
            self.amiss = format!("{amiss:#}");
            sleep(PAUSE).await;
        }
    }

    async fn is_well(&mut self, pair: &Pair) -> anyhow::Result<()> {
        pair.are_well().await?;
        for node in [0, 1] {
            self.looks += 1;
            let from = member::address(people::PROBER + self.looks);
            let said = self.probe.ask(node, &self.prober.signs_in_from(&from)).await?;
            ensure!(said.status == 200, "signing in was answered {}", said.shown());
        }
        Ok(())
    }

    /// Everybody ends; what is wrong with the books.
    async fn settle(&mut self) -> anyhow::Result<Books> {
        self.is_open.set(false);
        self.market.close();
        let (mut traded, mut wrong) = (Traded::default(), Vec::new());
        while let Some(ended) =
            timeout(PATIENCE, self.shoppers.join_next()).await.context("an order is open")?
        {
            match ended? {
                Ok(tally) => traded.add(tally),
                Err(error) => wrong.push(format!("{error:#}")),
            }
        }
        while timeout(PATIENCE, self.people.join_next()).await.context("a request is open")?.is_some() {}
        let (closing, listed) = (self.market.portfolio().await?, self.market.transactions().await?);
        wrong.extend(books::check(&self.opening, &closing, &listed, &traded.traded));
        Ok(Books { listed: listed.len(), replayed: traded.replayed, wrong })
    }
}
