//! One asset's watch over all its sources: what of what they say is published, held, and believed after all.
//!
//! A tick is judged twice: against its own source's past when it comes, and against the other sources' ticks of the
//! same bar, whoever comes first. So a bar may change its mind while its sources arrive: a verdict names the earlier
//! ticks it sets free and those it takes back. Held is held from publication only: the scale comes from all ticks, so
//! that a lasting move never locks the watch. Deliberately not here: form and order of rows (a tick that is no price
//! or not newer than its source's last changes nothing), what is stored, and who may release.
//!
//! What frees a held tick: another source that agrees on the same bar; where there is no other, several ticks in a row
//! that agree with each other and were received over some time; a person. A slipped decimal waits for a person, whoever
//! repeats it.

mod again;
mod alone;
mod bar;
mod past;
mod people;
mod published;
mod seen;
mod source;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use past::Past;
use seen::{Mark, Seen};
use source::Source;

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
    past: Past,
    /// What the asset stood at by another interval, before the tick that comes next.
    beside: Option<Mark>,
}

impl Watch {
    /// Knows nothing yet.
    pub fn new(rules: Arc<Rules>, daily: bool) -> Self {
        Self { rules, daily, sources: Vec::new(), past: Past::new(daily), beside: None }
    }

    /// Takes accepted history, oldest first; later too, where a person lets in what is no longer remembered.
    pub fn seed(&mut self, source: &str, ticks: &[Tick]) {
        for tick in ticks {
            self.take(source, *tick, None);
        }
    }

    /// Takes a tick that was accepted before a restart; the other sources may still contradict it.
    pub fn recall(&mut self, source: &str, tick: Tick, id: u64) {
        self.take(source, tick, Some(id));
    }

    fn take(&mut self, source: &str, tick: Tick, id: Option<u64>) {
        let Some(place) = self.place(source).filter(|_| is_price(tick.price)) else { return };
        let rules = Arc::clone(&self.rules);
        if self.sources[place].accept(&rules, tick, id) {
            self.past.note(&rules, tick.at, tick.price.ln());
        } else {
            self.past.vouch(tick.at, tick.price.ln());
        }
    }

    /// Tells what the asset stood at by another interval before the tick that comes next. Where that is newer than what
    /// is known here, the tick is measured by it.
    pub fn beside(&mut self, tick: Option<Tick>) {
        self.beside = tick.filter(|tick| is_price(tick.price)).map(Mark::of);
        if let Some(mark) = self.beside.filter(|mark| self.past.ends_before(mark.at)) {
            self.past.vouch(mark.at, mark.log);
        }
    }

    /// Judges one tick; `id` is the caller's name for it, `elsewhere` are the last prices of other assets, and `now` is
    /// when it is received.
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
        let before = self.reference(place, tick.at);
        let rules = Arc::clone(&self.rules);
        let mut seen = self.sources[place].judge(&rules, self.daily, (tick, id, now), before, elsewhere);
        if self.is_rushed(seen.mark, now) {
            seen.doubt(Sign::Jump);
        }
        let limits = seen.limits;
        self.sources[place].keep(seen);
        let changes = self.settle(place, limits, now);
        if let Some(mark) = self.sources[place].accepted().filter(|_| self.sources[place].vote) {
            self.past.note(&rules, now, mark.log);
        }
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
        self.sources.push(Source::new(name, &self.rules, self.daily));
        Some(self.sources.len() - 1)
    }

    /// A price, newer than the source's last, and not from a time to come.
    fn in_order(&self, place: usize, tick: Tick, now: Timestamp) -> bool {
        is_price(tick.price)
            && tick.at <= now.plus(Rules::cadence(self.daily))
            && self.sources[place].newest().is_none_or(|seen| seen.mark.at < tick.at)
    }

    /// What a tick is measured by: the source's own last accepted price, or the asset's where that is much newer. What
    /// was accepted of later bars is no measure for a source that is behind.
    fn reference(&self, place: usize, at: Timestamp) -> Option<Mark> {
        let own = self.sources[place].accepted();
        let voting = self.sources.iter().filter(|source| source.vote);
        let voting = voting.filter_map(|source| source.accepted_before(at));
        let newest = voting.chain(self.beside).max_by_key(|mark| mark.at);
        match (own, newest) {
            (Some(own), Some(newest)) if newest.at > own.at.plus(Rules::cadence(self.daily).mul_f64(1.5)) => {
                Some(newest)
            }
            (own, newest) => own.or(newest),
        }
    }

    /// Further than one source alone may bring the price in so short a time.
    fn is_rushed(&self, mark: Mark, now: Timestamp) -> bool {
        let bars = if self.daily { self.rules.rush_bars_daily } else { self.rules.rush_bars };
        self.past.is_rushed(&self.rules, bars, now, mark.log)
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
