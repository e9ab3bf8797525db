//! The lanes that are open. One batch at a time is at work on them.
//!
//! A lane is taken out while a batch is at work on it and put back once that is written. If the store fails in between,
//! or the caller goes away, what the lane has learned is not true: it is opened anew from the store.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use aspis_core::clock::Timestamp;
use aspis_store::{Durable, Stored, prices::Asset};

use super::{Intake, Name, lane::Lane, open, split::Waiting};
use crate::prices::Standing;

#[derive(Debug, Default)]
pub(super) struct Desk {
    lanes: HashMap<Name, Lane>,
    assets: BTreeMap<String, Asset>,
    /// Lanes that were taken out and did not come back yet.
    lost: BTreeSet<Name>,
    /// Splits that wait, by their assets.
    pub(super) waiting: BTreeMap<String, Waiting>,
    /// The last name of a row.
    pub(super) next: u64,
}

impl Desk {
    /// An asset of the store.
    pub(super) async fn asset(&mut self, store: &Durable, id: &str) -> Stored<Option<&Asset>> {
        if !self.assets.contains_key(id) {
            let assets = store.prices.assets().await?;
            self.assets = assets.into_iter().map(|asset| (asset.id.clone(), asset)).collect();
        }
        Ok(self.assets.get(id))
    }

    /// Takes a lane out, opened if it is not. `sender` is about to bring rows to it.
    pub(super) async fn take_lane(
        &mut self,
        intake: &Intake,
        name: &Name,
        sender: Option<&str>,
    ) -> Stored<Lane> {
        self.lost.insert(name.clone());
        match self.lanes.remove(name) {
            Some(lane) => Ok(lane),
            None => open::lane(intake, name, sender, &mut self.next).await,
        }
    }

    /// Puts a lane back whose news is written. It counts as lost until what is served is true again.
    pub(super) fn put_lane(&mut self, lane: Lane) {
        self.lanes.insert((lane.asset.clone(), lane.interval), lane);
    }

    /// What is served of an asset may be untrue until it is found again.
    pub(super) fn doubt(&mut self, name: &Name) {
        self.lost.insert(name.clone());
    }

    /// What is served of a lane is true again.
    pub(super) fn found(&mut self, name: &Name) {
        self.lost.remove(name);
    }

    /// Forgets the lanes of an asset: the store knows better.
    pub(super) fn forget(&mut self, asset: &str) {
        let names: Vec<Name> = self.lanes.keys().filter(|name| name.0 == asset).cloned().collect();
        for name in names {
            self.lanes.remove(&name);
            self.lost.insert(name);
        }
    }

    /// Opens the lanes again that did not come back, and reads what is served of their assets anew. So it does with what
    /// somebody else has changed: nobody judges a row by what was known before.
    pub(super) async fn mend(&mut self, intake: &Intake, now: Timestamp) -> Stored<()> {
        self.follow(intake, now).await?;
        for name in self.lost.clone() {
            let lane = open::lane(intake, &name, None, &mut self.next).await?;
            if !lane.feeds.is_empty() {
                self.lanes.insert(name.clone(), lane);
            }
            let standing = self.standing(&name.0, now);
            intake.parts.board.reload(&intake.parts.store, &name.0, &standing, now).await?;
            self.lost.remove(&name);
        }
        Ok(())
    }

    /// The lanes that rows have come by, here or at another node.
    pub(super) async fn names_of(&self, store: &Durable, asset: &str) -> Stored<BTreeSet<Name>> {
        let open = self.lanes.keys().filter(|name| name.0 == asset).cloned();
        let feeds = store.feeds.feeds().await?.into_iter().map(|feed| (feed.asset, feed.interval));
        Ok(open.chain(feeds.filter(|name| name.0 == asset)).collect())
    }

    /// The asset may be described otherwise by now.
    pub(super) fn forget_asset(&mut self, asset: &str) {
        self.assets.remove(asset);
    }

    /// Puts a lane in place of what was known, as the store has it.
    pub(super) fn replace(&mut self, name: Name, lane: Lane) {
        if lane.feeds.is_empty() {
            self.lanes.remove(&name);
        } else {
            self.lanes.insert(name, lane);
        }
    }

    /// The assets of the lanes.
    pub(super) fn watched(&self) -> BTreeSet<String> {
        self.lanes.keys().map(|(asset, _)| asset.clone()).collect()
    }

    /// A lane, where it is open.
    pub(super) fn lane(&self, name: &Name) -> Option<&Lane> {
        self.lanes.get(name)
    }

    /// The lanes of one.
    pub(super) fn lanes_of(&self, asset: &str) -> impl Iterator<Item = &Lane> {
        self.lanes.values().filter(move |lane| lane.asset == asset)
    }

    pub(super) fn all(&mut self) -> impl Iterator<Item = &mut Lane> {
        self.lanes.values_mut()
    }

    /// What the watches say of an asset; of two prices the newer one, and of two as new the finer interval's.
    pub(super) fn standing(&self, asset: &str, now: Timestamp) -> Standing {
        let own = || self.lanes.values().filter(|lane| lane.asset == asset);
        let published = own().filter_map(|lane| Some((lane.interval, lane.watch.published(now)?)));
        Standing {
            published: published
                .max_by_key(|(interval, published)| (published.as_of, std::cmp::Reverse(*interval))),
            frozen: own().any(|lane| lane.watch.frozen()),
            held: own().any(Lane::holds_newest),
        }
    }
}
