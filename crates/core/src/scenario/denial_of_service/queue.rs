//! The line in which work waits that takes longer than a request may: first come, first served, and bounded.
//!
//! Strangers fill the line to four fifths, signed-in callers to the end of it, and operators find a few places behind
//! that: whoever floods a server without a name shuts out those without a name first. Nobody waits longer than the
//! line allows, and who is turned away is told a time that was measured: so many before, each of so long, on so many
//! workers. Deliberately not here: what the work is, who does it, and who waits with whom.

use std::{collections::VecDeque, time::Duration};

use super::shedding::Rank;

/// The numbers of the rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// How many wait.
    pub places: usize,
    /// How long one waits at most.
    pub longest: Duration,
    /// How many are worked on at once.
    pub workers: usize,
}

impl Default for Rules {
    fn default() -> Self {
        Self { places: 100, longest: Duration::from_secs(10), workers: 1 }
    }
}

/// A place in the line; never given twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place(u64);

/// There is no place for this caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Full {
    /// How many wait.
    pub waiting: usize,
    /// When there should be a place again.
    pub retry_after: Duration,
}

/// The line.
#[derive(Debug)]
pub struct Queue {
    rules: Rules,
    /// Who waits, and until when; the oldest first.
    line: VecDeque<(Place, Duration)>,
    given: u64,
    /// What one piece of work takes, by the newest measurements.
    pace: Duration,
}

/// The least and the finest that `Retry-After` can say.
const SECOND: Duration = Duration::from_secs(1);

impl Queue {
    /// Nobody waits.
    pub fn new(rules: Rules) -> Self {
        Self { rules, line: VecDeque::new(), given: 0, pace: Duration::ZERO }
    }

    /// Takes a place at the end.
    pub fn enter(&mut self, rank: Rank, now: Duration) -> Result<Place, Full> {
        if self.line.len() >= self.rules.places_for(rank) {
            return Err(Full { waiting: self.line.len(), retry_after: self.retry_after() });
        }
        let place = Place(self.given);
        self.given += 1;
        self.line.push_back((place, now.saturating_add(self.rules.longest)));
        Ok(place)
    }

    /// Gives a place up. False when it was not waiting any more.
    pub fn leave(&mut self, place: Place) -> bool {
        let found = self.line.binary_search_by_key(&place, |(place, _)| *place);
        found.is_ok_and(|at| self.line.remove(at).is_some())
    }

    /// Whose turn it is.
    pub fn next(&mut self, now: Duration) -> Option<Place> {
        let (place, _) = self.line.pop_front_if(|(_, until)| now < *until)?;
        Some(place)
    }

    /// Sends away one who waited too long. To be called until there is none, before [`Queue::next`].
    pub fn late(&mut self, now: Duration) -> Option<Place> {
        let (place, _) = self.line.pop_front_if(|(_, until)| now >= *until)?;
        Some(place)
    }

    /// Sends everybody away, the oldest first.
    pub fn clear(&mut self) -> Vec<Place> {
        self.line.drain(..).map(|(place, _)| place).collect()
    }

    /// Learns how long one piece of work took.
    pub fn measured(&mut self, took: Duration) {
        // An eighth of what is new: one slow piece is no slow line, eight of them are.
        self.pace = if self.pace.is_zero() { took } else { (self.pace.saturating_mul(7) + took) / 8 };
    }

    /// How many wait.
    pub fn waiting(&self) -> usize {
        self.line.len()
    }

    /// When those who are here now should have been served, or sent away, in whole seconds and at least one.
    pub fn retry_after(&self) -> Duration {
        let ahead = u32::try_from(self.line.len().saturating_add(1)).unwrap_or(u32::MAX);
        let workers = u32::try_from(self.rules.workers.max(1)).unwrap_or(u32::MAX);
        // Nobody stays longer than that, however slow the work: then the line is another.
        let wait = (self.pace.saturating_mul(ahead) / workers).min(self.rules.longest);
        let whole = Duration::from_secs(wait.as_secs() + u64::from(wait.subsec_nanos() > 0));
        whole.max(SECOND)
    }
}

impl Rules {
    /// How many may wait before a caller of this rank finds no place.
    pub fn places_for(&self, rank: Rank) -> usize {
        match rank {
            Rank::StrangersPrediction | Rank::Stranger => (self.places - self.places / 5).max(1),
            Rank::Prediction | Rank::Member => self.places,
            Rank::Operator => self.places + (self.places / 10).max(1),
        }
    }
}

#[cfg(test)]
mod tests;
