//! Held rows, and how far the feeds have come.

use aspis_core::{clock::Timestamp, ids::ReviewId};
use async_trait::async_trait;

use super::{Memory, State};
use crate::{
    Feeds, Quarantine, Stored,
    feeds::Feed,
    quarantine::{Fate, Harvest, Held, HeldName},
};

impl State {
    fn follow(&mut self, feed: &Feed) {
        let same = |known: &&mut Feed| {
            (&known.source, &known.asset, known.interval) == (&feed.source, &feed.asset, feed.interval)
        };
        match self.feeds.iter_mut().find(same) {
            Some(known) => *known = feed.clone(),
            None => self.feeds.push(feed.clone()),
        }
    }

    fn settle(&mut self, (name, fate, at): &(HeldName, Fate, Timestamp)) {
        if let Some(held) = self.held.iter_mut().find(|held| held.name() == *name) {
            held.fate = (*fate, Some(*at));
        }
    }

    fn take_in(&mut self, harvest: &Harvest) {
        for (series, bars) in &harvest.bars {
            self.series_mut(series).extend(bars.iter().map(|bar| (bar.start, bar.clone())));
        }
        for (series, start) in &harvest.withdrawn {
            self.series_mut(series).remove(start);
        }
        for held in &harvest.held {
            self.held.retain(|known| known.name() != held.name());
            self.held.push(held.clone());
        }
        self.reviews.extend(harvest.opened.iter().map(|review| (review.id, review.clone())));
        harvest.settled.iter().for_each(|settled| self.settle(settled));
        harvest.feeds.iter().for_each(|feed| self.follow(feed));
    }
}

fn oldest_first(mut held: Vec<Held>) -> Vec<Held> {
    held.sort_by_key(|held| (held.bar.start, held.came));
    held
}

#[async_trait]
impl Quarantine for Memory {
    async fn keep(&self, harvest: &Harvest) -> Stored<bool> {
        let mut state = self.state();
        let is_open = |id: &ReviewId| state.reviews.get(id).is_some_and(|review| review.decided.is_none());
        if !harvest.decided.iter().all(|(id, _)| is_open(id)) {
            return Ok(false);
        }
        state.take_in(harvest);
        for (id, decided) in &harvest.decided {
            state.decide(*id, decided);
        }
        Ok(true)
    }

    async fn held(&self) -> Stored<Vec<Held>> {
        let state = self.state();
        Ok(oldest_first(state.held.iter().filter(|held| held.fate.0 == Fate::Held).cloned().collect()))
    }

    async fn of_review(&self, review: ReviewId) -> Stored<Vec<Held>> {
        let state = self.state();
        Ok(oldest_first(state.held.iter().filter(|held| held.review == review).cloned().collect()))
    }

    async fn between(&self, of: &HeldName, last: Timestamp) -> Stored<Vec<Held>> {
        let within = |held: &&Held| {
            held.name() == HeldName { start: held.bar.start, ..of.clone() }
                && (of.start..=last).contains(&held.bar.start)
        };
        Ok(oldest_first(self.state().held.iter().filter(within).cloned().collect()))
    }
}

#[async_trait]
impl Feeds for Memory {
    async fn feeds(&self) -> Stored<Vec<Feed>> {
        let mut feeds = self.state().feeds.clone();
        feeds.sort_by(|a, b| (&a.source, &a.asset, a.interval).cmp(&(&b.source, &b.asset, b.interval)));
        Ok(feeds)
    }

    async fn trust(&self, source: &str) -> Stored<u64> {
        let mut state = self.state();
        let lost = |feed: &&mut Feed| feed.source == source && feed.distrusted.is_some();
        Ok(state.feeds.iter_mut().filter(lost).map(|feed| feed.distrusted = None).count() as u64)
    }
}
