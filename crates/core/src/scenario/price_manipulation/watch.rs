//! One asset's watch over all its sources: what of what they say is published, held, and believed after all.
//!
//! A tick is judged twice: against its own source's past when it comes, and against the other sources' ticks of the
//! same bar, whoever comes first. So a bar may change its mind while its sources arrive: a verdict names the earlier
//! ticks it sets free and those it takes back. Held is held from publication only: the scale comes from all ticks, so
//! that a lasting move never locks the watch. Deliberately not here: form and order of rows (a tick that is no price
//! or not newer than its source's last changes nothing), what is stored, and who may release.
//!
//! What frees a held tick: another source that agrees on the same bar; where there is no other, several ticks in a row
//! that agree with each other; a person. A slipped decimal waits for a person, whoever repeats it.

mod bar;
mod people;
mod published;
mod source;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use source::{Mark, Seen, Source};

pub use super::{
    rules::Rules,
    signs::{Sign, Signs},
};
pub use people::Vote;
pub use published::Published;

use super::detectors::step::Limits;
use crate::clock::Timestamp;

/// One closed bar's close.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tick {
    /// The end of the bar.
    pub at: Timestamp,
    /// The price.
    pub price: f64,
}

/// What happens to a tick.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// It counts.
    Publish,
    /// It is kept from publication.
    Hold,
}

/// What the watch makes of a tick.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// Published or held.
    pub decision: Decision,
    /// What was noticed, also where it is published. None at all on a held tick: it was no price or out of order.
    pub signs: Signs,
    /// What is published instead of a held one.
    pub served: Option<f64>,
    /// Held ticks that this one set free.
    pub released: Vec<u64>,
    /// Ticks let through before that this one puts in doubt: they are to be held now.
    pub withdrawn: Vec<u64>,
}

/// The watch over one asset at one interval.
#[derive(Debug, Clone)]
pub struct Watch {
    rules: Arc<Rules>,
    daily: bool,
    sources: Vec<Source>,
}

impl Watch {
    /// Knows nothing yet.
    pub fn new(rules: Arc<Rules>, daily: bool) -> Self {
        Self { rules, daily, sources: Vec::new() }
    }

    /// Takes accepted history, oldest first; later too, where a person lets in what is no longer remembered.
    pub fn seed(&mut self, source: &str, ticks: &[Tick]) {
        let Some(place) = self.place(source) else { return };
        let rules = Arc::clone(&self.rules);
        for tick in ticks.iter().filter(|tick| is_price(tick.price)) {
            self.sources[place].accept(&rules, *tick);
        }
    }

    /// Judges one tick; `id` is the caller's name for it, `elsewhere` are the last prices of other assets.
    pub fn look(
        &mut self,
        source: &str,
        tick: Tick,
        id: u64,
        elsewhere: &[(&str, f64)],
        now: Timestamp,
    ) -> Verdict {
        let Some(place) = self.place(source).filter(|place| self.in_order(*place, tick, now)) else {
            return self.verdict(Decision::Hold, Signs::NONE, now);
        };
        let before = self.reference(place);
        let rules = Arc::clone(&self.rules);
        let seen = self.sources[place].judge(&rules, self.daily, tick, id, before, elsewhere);
        let limits = seen.limits;
        self.sources[place].keep(seen);
        let changes = self.settle(place, limits, now);
        let own = self.sources[place].newest().map(|seen| (seen.accepted, seen.signs));
        let (accepted, signs) = own.unwrap_or_default();
        let decision = if accepted { Decision::Publish } else { Decision::Hold };
        let verdict = self.verdict(decision, signs, now);
        Verdict { released: changes.released, withdrawn: changes.withdrawn, ..verdict }
    }

    fn verdict(&self, decision: Decision, signs: Signs, now: Timestamp) -> Verdict {
        let served = match decision {
            Decision::Publish => None,
            Decision::Hold => self.published(now).map(|published| published.price),
        };
        Verdict { decision, signs, served, released: Vec::new(), withdrawn: Vec::new() }
    }

    /// Where a source stands; none for a new one when there are too many.
    fn place(&mut self, name: &str) -> Option<usize> {
        let known = self.sources.iter().position(|source| *source.name == *name);
        if known.is_some() || self.sources.len() >= Rules::SOURCES {
            return known;
        }
        self.sources.push(Source::new(name, &self.rules));
        Some(self.sources.len() - 1)
    }

    /// A price, newer than the source's last, and not from a time to come.
    fn in_order(&self, place: usize, tick: Tick, now: Timestamp) -> bool {
        is_price(tick.price)
            && tick.at <= now.plus(Rules::cadence(self.daily))
            && self.sources[place].newest().is_none_or(|seen| seen.mark.at < tick.at)
    }

    /// What a tick is measured by: the source's own last accepted price, or the asset's where that is much newer.
    fn reference(&self, place: usize) -> Option<Mark> {
        let own = self.sources[place].accepted();
        let voting = self.sources.iter().filter(|source| source.vote).filter_map(Source::accepted);
        let newest = voting.max_by_key(|mark| mark.at);
        match (own, newest) {
            (Some(own), Some(newest)) if newest.at > own.at.plus(Rules::cadence(self.daily).mul_f64(1.5)) => {
                Some(newest)
            }
            (own, newest) => own.or(newest),
        }
    }

    /// A source with a vote that has spoken lately.
    fn is_live(&self, source: &Source, now: Timestamp) -> bool {
        let fresh = |seen: &Seen| now.since(seen.mark.at) <= self.rules.freshness(self.daily);
        source.vote && source.newest().is_some_and(fresh)
    }
}

/// How far two ticks in a row may lie apart and still say the same.
fn accord(limits: Limits) -> f64 {
    limits.step.min((1.0 + limits.review).ln())
}

fn is_price(price: f64) -> bool {
    price.is_finite() && price > 0.0
}
