//! The way in for prices: every row of a live source or of a caller is judged here, and nowhere else.
//!
//! A batch is one transaction: accepted bars, held rows, the reviews that open for them and how far the feed has come
//! are written together, and only then does the board change. What looks wrong is held for a person, never dropped.
//! Deliberately not here: the rules themselves (they are in `core`), fetching, and who may send. The shipped history
//! and imports do not come this way: they are the operator's word.

use std::{sync::Arc, time::Duration};

use aspis_core::{
    chance::Chance,
    clock::{Clock, Timestamp},
    event::{Event, Sink},
    ids::AccountId,
    refusal::Rule,
    scenario::price_manipulation::watch,
};
use aspis_store::{
    Durable, Stored,
    prices::{Bar, Interval},
};
use async_trait::async_trait;
use tokio::sync::Mutex;

use crate::{
    offered::{Offered, Taken},
    prices::Board,
    sources::port::Takes,
};

mod batch;
mod book;
mod correct;
mod describe;
mod desk;
pub mod flags;
mod form;
mod hear;
mod lane;
mod open;
mod people;
mod reviews;
mod split;
mod tally;

use batch::Batch;
use desk::Desk;
pub(crate) use form::in_range;
use hear::Told;
pub use tally::Brought;
use tally::Tally;

/// Who sends rows.
#[derive(Debug, Clone, Copy)]
pub struct Sender<'a> {
    /// The source they come from.
    pub source: &'a str,
    /// Whose credential they came with. None where we fetched them from the source ourselves: then a bar counts as
    /// received when it ended, however many years are caught up with at once. Whoever sends dates their rows themselves.
    pub by: Option<AccountId>,
}

/// The numbers of the intake.
#[derive(Debug, Clone)]
pub struct Rules {
    /// The thresholds of the price rules.
    pub watch: Arc<watch::Rules>,
    /// The sources that are heard, the most trusted first.
    pub trusted: Vec<String>,
    /// How soon somebody should look at what is held.
    pub due: Duration,
}

/// What the intake needs of the world around it.
pub struct Parts {
    /// Everything durable.
    pub store: Durable,
    /// The current prices.
    pub board: Arc<Board>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub chance: Arc<dyn Chance>,
    /// Where events go.
    pub events: Arc<dyn Sink>,
}

/// Takes rows in.
pub struct Intake {
    parts: Parts,
    rules: Rules,
    desk: Mutex<Desk>,
    tally: Tally,
    /// Assets that somebody else has changed.
    told: Told,
    opened: Timestamp,
}

/// Which watch: an asset at an interval.
type Name = (String, Interval);

impl Intake {
    /// Over the store and the board. Every lane that rows have come by is opened: what is held or frozen is so again.
    pub async fn open(parts: Parts, rules: Rules) -> Stored<Self> {
        let opened = parts.clock.now();
        let intake = Self {
            parts,
            rules,
            desk: Mutex::default(),
            tally: Tally::default(),
            told: Told::default(),
            opened,
        };
        intake.reopen().await?;
        Ok(intake)
    }

    async fn reopen(&self) -> Stored<()> {
        let now = self.parts.clock.now();
        let mut desk = self.desk.lock().await;
        let feeds = self.parts.store.feeds.feeds().await?;
        for feed in feeds {
            let name = (feed.asset, feed.interval);
            if desk.asset(&self.parts.store, &name.0).await?.is_some() {
                let lane = desk.take_lane(self, &name, None).await?;
                desk.put_lane(lane);
                desk.found(&name);
            }
        }
        desk.waiting = self.waiting().await?;
        self.refresh_all(&desk, now);
        Ok(())
    }

    /// Takes rows in: one verdict a row, in their order. A bad row never costs the good ones.
    pub async fn take(&self, from: Sender<'_>, rows: Vec<Offered>) -> Stored<Vec<Taken>> {
        if !self.rules.trusted.iter().any(|trusted| trusted == from.source) {
            let refused = Taken::Refused { why: "untrusted_source", field: None };
            return Ok(vec![refused; rows.len()]);
        }
        let mut desk = self.desk.lock().await;
        let now = self.parts.clock.now();
        desk.mend(self, now).await?;
        self.bear_out(&mut desk, from, &rows).await?;
        let corrected = self.correct(&mut desk, from, &rows).await?;
        let mut batch = Batch::new(self, from, now, rows.len());
        batch.splits.clone_from(&desk.waiting);
        let mut lanes = Vec::new();
        for (name, of_lane) in batch::by_lane(&rows) {
            if desk.asset(&self.parts.store, &name.0).await?.is_none() {
                batch.refuse(&of_lane, "unknown_asset", "asset_id");
                continue;
            }
            let mut lane = desk.take_lane(self, &name, Some(from.source)).await?;
            let known = lane.known(&self.parts.store, from.source, &of_lane).await?;
            batch.judge(&mut lane, of_lane, known, &mut desk.next);
            lanes.push(lane);
        }
        let mut taken = batch.finish(&mut desk, lanes).await?;
        for (index, verdict) in corrected {
            taken[index] = verdict;
        }
        self.tally.count(from.source, &taken, now);
        Ok(taken)
    }

    /// What a source has brought since the start, and when that was.
    pub fn brought(&self, source: &str) -> (Brought, Timestamp) {
        (self.tally.of(source), self.opened)
    }

    /// Looks again at what is published: a price grows stale, and a source falls silent, without a row that says so.
    pub async fn refresh(&self) -> Stored<()> {
        let mut desk = self.desk.lock().await;
        let now = self.parts.clock.now();
        desk.mend(self, now).await?;
        self.refresh_all(&desk, now);
        Ok(())
    }

    fn trusted(&self) -> Arc<[String]> {
        self.rules.trusted.clone().into()
    }

    fn refresh_all(&self, desk: &Desk, now: Timestamp) {
        for asset in desk.watched() {
            self.parts.board.restand(&asset, &desk.standing(&asset, now));
        }
    }

    fn record(&self, kind: aspis_core::event::Kind, by: Option<AccountId>, rule: Rule) {
        let event = Event::of_server(kind, self.parts.clock.now());
        self.parts.events.record(Event { account: by, rule: Some(rule), ..event });
    }
}

#[async_trait]
impl Takes for Intake {
    async fn take(&self, source: &str, rows: Vec<Offered>) -> Stored<Vec<Taken>> {
        Self::take(self, Sender { source, by: None }, rows).await
    }

    async fn split(
        &self,
        source: &str,
        asset: &str,
        at: Timestamp,
        ratio: (u32, u32),
        bars: &[Bar],
    ) -> Stored<bool> {
        Self::split(self, asset, at, ratio, bars, source).await
    }

    async fn newest(&self, source: &str, asset: &str, interval: Interval) -> Stored<Option<Timestamp>> {
        let feeds = self.parts.store.feeds.feeds().await?;
        let own = feeds
            .into_iter()
            .find(|feed| feed.source == source && feed.asset == asset && feed.interval == interval);
        let newest = || self.parts.board.all().get(asset)?.of(interval)?.newest().map(|bar| bar.start);
        Ok(own.map(|feed| feed.last).or_else(newest))
    }
}

impl std::fmt::Debug for Intake {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Intake")
    }
}

#[cfg(test)]
mod tests;
