//! What a restart must not forget: ticks that are held, and who was contradicted how often.

use super::{Tick, Watch, is_price};
use crate::{
    clock::Timestamp,
    scenario::price_manipulation::signs::{Sign, Signs},
};

impl Watch {
    /// True where two prices of a source's bar, its own and another one's, say the same.
    pub fn says_the_same(&self, source: &str, own: f64, other: f64) -> bool {
        let known = self.sources.iter().find(|known| *known.name == *source);
        let limit = known.map_or(self.rules.cross_least, |known| known.tolerance(&self.rules));
        is_price(own) && is_price(other) && (own.ln() - other.ln()).abs() <= limit
    }

    /// True while a tick of this name is among those that are weighed.
    pub fn remembers(&self, id: u64) -> bool {
        self.sources.iter().any(|source| source.seen.iter().any(|seen| seen.id == id))
    }

    /// Sets a held tick free that another source has seconded, which is no longer remembered.
    pub fn second(&mut self, id: u64) {
        let mut all = self.sources.iter_mut().flat_map(|source| &mut source.seen);
        if let Some(tick) = all.find(|tick| tick.id == id) {
            tick.accepted = true;
            tick.signs.remove(Sign::CrossSource);
        }
    }

    /// Holds a tick again, for the reasons that it was held for before; `came` is when it was received. What was accepted
    /// on the same bar has to be known by then: a tick that a majority contradicted speaks against its source's vote.
    ///
    /// Who was wrong often enough has lost the vote then. If it is there now, a person has given it back: with a clean
    /// sheet, and so it is here.
    pub fn hold_again(&mut self, source: &str, tick: Tick, id: u64, why: Signs, came: Timestamp) {
        let Some(place) = self.place(source).filter(|place| self.in_order(*place, tick, came)) else {
            return;
        };
        let accepted = self.bar(tick.at).into_iter().filter(|other| self.tick(*other).accepted).count();
        let wrong = why.has(Sign::CrossSource) && accepted > 1;
        let rules = std::sync::Arc::clone(&self.rules);
        self.sources[place].hold(&rules, self.daily, (tick, id, came), why, wrong);
        if self.sources[place].is_wrong_too_often(&rules) {
            self.sources[place].seen.iter_mut().for_each(|seen| seen.wrong = false);
        }
    }
}
