//! What is published of an asset: the median of its sources on the newest bar that has them.

use super::{Watch, source::Source};
use crate::{
    clock::Timestamp,
    scenario::price_manipulation::{detectors::scale::middle, rules::Rules},
};

/// The published price.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Published {
    /// The median of the accepted prices.
    pub price: f64,
    /// The end of their bar.
    pub as_of: Timestamp,
    /// How many they are.
    pub sources: u32,
    /// Too few to check each other.
    pub single_source: bool,
}

impl Watch {
    /// The price now; none where nothing was ever accepted.
    ///
    /// A bar with less than three accepted prices waits a little while others are still to come: whoever is first
    /// decides nothing, and of two the one that is a little off still moves the middle.
    pub fn published(&self, now: Timestamp) -> Option<Published> {
        let mut bars: Vec<Timestamp> = self.accepted_times(now);
        bars.sort_unstable_by(|a, b| b.cmp(a));
        bars.dedup();
        let ready = |at: &Timestamp| self.is_ready(*at, now) && !self.is_torn(*at);
        match bars.into_iter().find(ready).and_then(|at| self.median_of(at)) {
            Some(published) => Some(published),
            None => self.newest_accepted(),
        }
    }

    /// True while every voting source that still speaks repeats itself: nothing can be told from it.
    pub fn frozen(&self) -> bool {
        let voting = || self.sources.iter().filter(|source| source.vote);
        let newest = voting().filter_map(Source::newest).map(|seen| seen.mark.at).max();
        let Some(newest) = newest else { return false };
        voting().filter(|source| self.is_live(source, newest)).all(|source| source.is_frozen(&self.rules))
    }

    /// True while a voting source walks too steadily for chance and no other source confirms it.
    pub fn drifting(&self) -> bool {
        self.sources.iter().any(|source| source.vote && source.drifting > 0)
    }

    /// The bars that live sources have accepted prices on.
    fn accepted_times(&self, now: Timestamp) -> Vec<Timestamp> {
        let live = self.sources.iter().filter(|source| self.is_live(source, now));
        live.flat_map(|source| source.seen.iter().filter(|seen| seen.accepted))
            .map(|seen| seen.mark.at)
            .collect()
    }

    /// Three accepted prices, or fewer that nobody else is about to join.
    fn is_ready(&self, at: Timestamp, now: Timestamp) -> bool {
        let accepted = self.bar(at).iter().filter(|place| self.tick(**place).accepted).count();
        let half = Rules::cadence(self.daily) / 2;
        let waits = |source: &&Source| source.newest().is_some_and(|seen| seen.mark.at.plus(half) < at);
        let mut live = self.sources.iter().filter(|source| self.is_live(source, now));
        accepted > 2 || now >= at.plus(self.rules.wait(self.daily)) || !live.any(|source| waits(&source))
    }

    /// Two accepted prices that contradict each other, however that came about: their middle is nobody's price.
    fn is_torn(&self, at: Timestamp) -> bool {
        let bar = self.bar(at);
        let mut accepted = bar.iter().filter(|place| self.tick(**place).accepted);
        match (accepted.next(), accepted.next(), accepted.next()) {
            (Some(one), Some(other), None) => !self.agree(*one, *other),
            _ => false,
        }
    }

    fn median_of(&self, at: Timestamp) -> Option<Published> {
        let bar = self.bar(at);
        let accepted = || bar.iter().map(|place| self.tick(*place)).filter(|seen| seen.accepted);
        let mut prices: Vec<f64> = accepted().map(|seen| seen.mark.price).collect();
        prices.sort_by(f64::total_cmp);
        let as_of = accepted().map(|seen| seen.mark.at).max()?;
        Some(self.published_as(middle(&prices)?, as_of, prices.len()))
    }

    fn newest_accepted(&self) -> Option<Published> {
        let newest = self.sources.iter().filter_map(Source::accepted).max_by(|a, b| {
            // Of two at the same moment the order of the sources must not choose.
            a.at.cmp(&b.at).then(a.price.total_cmp(&b.price))
        })?;
        Some(self.published_as(newest.price, newest.at, 1))
    }

    fn published_as(&self, price: f64, as_of: Timestamp, sources: usize) -> Published {
        let single_source = sources < self.rules.quorum;
        Published { price, as_of, sources: u32::try_from(sources).unwrap_or(u32::MAX), single_source }
    }
}
