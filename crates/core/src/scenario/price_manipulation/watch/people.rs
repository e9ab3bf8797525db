//! What people do: set a held tick free, give and take votes, tell of a split.

use super::{Watch, bar::Place};
use crate::scenario::price_manipulation::{rules::Rules, signs::Sign};

/// How one source stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vote {
    /// Its name.
    pub source: String,
    /// Ticks in a row, up to now, that a majority of the sources contradicted.
    pub wrong_in_a_row: u32,
    /// Whether it counts.
    pub has_vote: bool,
}

impl Watch {
    /// Sets a held tick free; false where it is not remembered or not held (then [`Watch::seed`] takes it).
    ///
    /// Where two sources stood against each other this also says who of them is wrong: that one loses its vote, or
    /// they would stand there for ever.
    pub fn release(&mut self, id: u64) -> bool {
        let Some(place) = self.held(id) else { return false };
        let rivals = self.rivals(place);
        let tick = &mut self.sources[place.source].seen[place.tick];
        (tick.accepted, tick.vouched, tick.wrong) = (true, true, false);
        self.past.vouch(tick.came, tick.mark.log);
        for rival in rivals {
            self.sources[rival].vote = false;
        }
        true
    }

    /// Prices are from now on `1 / ratio` of what they were: 2 for a two-for-one split.
    pub fn split(&mut self, ratio: f64) {
        if (1e-6..=1e6).contains(&ratio) {
            self.sources.iter_mut().for_each(|source| source.split(ratio));
            self.past.shift(-ratio.ln());
        }
    }

    /// How each source stands, in the order in which they were met.
    pub fn votes(&self) -> Vec<Vote> {
        let vote = |source: &super::Source| {
            let wrong = source.seen.iter().rev().take_while(|seen| seen.wrong).count();
            Vote {
                source: source.name.to_string(),
                wrong_in_a_row: u32::try_from(wrong).unwrap_or(u32::MAX),
                has_vote: source.vote,
            }
        };
        self.sources.iter().map(vote).collect()
    }

    /// Gives a vote back, with a clean sheet.
    pub fn restore_vote(&mut self, source: &str) {
        if let Some(source) = self.sources.iter_mut().find(|known| *known.name == *source) {
            source.vote = true;
            source.seen.iter_mut().for_each(|seen| seen.wrong = false);
        }
    }

    /// Takes a vote, as an operator's word or from before a restart.
    pub fn take_vote(&mut self, source: &str) {
        if let Some(place) = self.place(source) {
            self.sources[place].vote = false;
        }
    }

    fn held(&self, id: u64) -> Option<Place> {
        let mut places = self.sources.iter().enumerate().flat_map(|(source, state)| {
            let held = state.seen.iter().enumerate().filter(|(_, seen)| !seen.accepted);
            held.map(move |(tick, seen)| (Place { source, tick }, seen.id))
        });
        places.find(|(_, name)| *name == id).map(|(place, _)| place)
    }

    /// Who said otherwise on the same bar, and was held for it as well.
    fn rivals(&self, place: Place) -> Vec<usize> {
        let tick = self.tick(place);
        if !tick.signs.has(Sign::CrossSource) || tick.wrong {
            return Vec::new();
        }
        let limit = self.sources[place.source].tolerance(&self.rules);
        let stands_against = |other: &&Place| {
            let seen = self.tick(**other);
            **other != place && !seen.accepted && (seen.mark.log - tick.mark.log).abs() > limit
        };
        self.bar(tick.mark.at).iter().filter(stands_against).map(|other| other.source).collect()
    }
}
const _: () = assert!(Rules::REMEMBERED >= 20, "the votes of twenty ticks are counted");
