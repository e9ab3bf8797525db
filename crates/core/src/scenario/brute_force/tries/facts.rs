//! The same rules over facts that are kept elsewhere: by all nodes together, and not in one table of this one.
//!
//! Whoever keeps them loads the two sides of a try, asks here, and writes back what has changed if nobody has written
//! meanwhile. Times are the keeper's own, counted from any moment that stays. A keeper has room for everybody: nothing
//! is shared here by strangers for want of it.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{
    Attempt, Lane, NameKey, Need, Outcome, Rules, Signs, SiteChange, SiteRules, Stuffing,
    book::{failure, fold, need},
    name::Name,
    site::{Packed, Site},
    source::Source,
};
use crate::client::Client;

/// What is known of both sides of a try: who fails, and on what.
#[derive(Debug, Clone, Default)]
pub struct Sides {
    source: Source,
    name: Name,
}

/// A name of 17 bytes under which a side is kept: the lane, and the side in it.
type Place = [u8; 17];

impl Sides {
    /// Where the sides of an attempt are kept: first who fails, then on what.
    pub fn places(attempt: &Attempt) -> [Place; 2] {
        [attempt.source(), attempt.target()].map(|side| place(matches!(attempt.lane, Lane::Known(_)), side))
    }

    /// Where the failures of a client are kept that are no known device's.
    pub fn place_of_client(client: Client) -> Place {
        place(false, u128::from_be_bytes(client.key()))
    }

    /// Where the failures of strangers on a name are kept.
    pub fn place_of_name(name: NameKey) -> Place {
        place(false, u128::from_be_bytes(name.0))
    }

    /// What was written down, in the order of the places; nothing where there is nothing. None where it is not ours.
    pub fn read(source: Option<&[u8]>, name: Option<&[u8]>) -> Option<Self> {
        Some(Self { source: side(source)?, name: side(name)? })
    }

    /// To be written down: first who fails, then on what.
    pub fn write(&self) -> [Vec<u8>; 2] {
        [bytes(&self.source), bytes(&self.name)]
    }

    /// How long they say anything.
    pub fn kept(rules: &Rules) -> Duration {
        rules.memory.max(rules.lock).saturating_add(rules.wait_most)
    }

    /// The moment it is, for these: time never goes back in them.
    pub fn moment(&self, now: Duration) -> Duration {
        now.max(self.source.last().unwrap_or_default()).max(self.name.last().unwrap_or_default())
    }

    /// What stands in the way of the attempt; see [`Tries::look`](super::Tries::look).
    pub fn need(&self, attempt: &Attempt, attacked: bool, now: Duration, rules: &Rules) -> Need {
        let attacked = attacked && attempt.lane == Lane::Everyone;
        need(Some(&self.name), Some(&self.source), attempt.challenged, attacked, now, rules)
    }

    /// Begins an attempt that nothing stands in the way of. `id` is no other's.
    pub fn begin(&mut self, id: u64, attempt: &Attempt, now: Duration, rules: &Rules) {
        self.source.begin(failure(id, now, attempt.target()), rules);
        self.name.begin(failure(id, now, attempt.source()), now, rules);
    }

    /// Says how an attempt ended. Of the site nothing is said here: see [`SiteFacts`].
    pub fn settle(
        &mut self,
        id: u64,
        attempt: &Attempt,
        outcome: Outcome,
        now: Duration,
        rules: &Rules,
    ) -> Signs {
        match (outcome, attempt.lane) {
            (Outcome::Wrong, _) => return self.wrong(id, now, rules),
            (Outcome::Void, _) => {
                self.source.void(id);
                self.name.void(id, now, rules);
            }
            (Outcome::Right, Lane::Known(_)) => {
                self.source.right(fold(attempt.target()));
                self.name.clear();
            }
            (Outcome::Right, Lane::Everyone) => {
                self.source.right(fold(attempt.target()));
                self.name.void(id, now, rules);
            }
        }
        Signs::default()
    }

    /// For how long the name is locked, if it is.
    pub fn locked(&self, now: Duration, rules: &Rules) -> Option<Duration> {
        self.name.locked(now, rules)
    }

    /// Forgets the failures on the name; true when it was locked.
    pub fn lift(&mut self, now: Duration, rules: &Rules) -> bool {
        let locked = self.locked(now, rules).is_some();
        self.name.clear();
        locked
    }

    /// Failures of the source that count now.
    pub fn failures(&self, now: Duration, rules: &Rules) -> u32 {
        self.source.count(now, rules)
    }

    fn wrong(&mut self, id: u64, now: Duration, rules: &Rules) -> Signs {
        let one_source = self.source.wrong(id, now, rules);
        let (locked, one_name) = self.name.wrong(id, now, rules);
        let one_name = one_name.then_some(Stuffing::OneName);
        Signs { locked, stuffing: if one_source { Some(Stuffing::OneSource) } else { one_name }, site: None }
    }
}

/// What is known of the whole site.
#[derive(Debug)]
pub struct SiteFacts(Site);

impl SiteFacts {
    /// What was written down, moved on to `now`. None where it is not ours.
    pub fn read(bytes: Option<&[u8]>, rules: SiteRules, now: Duration) -> Option<Self> {
        let mut site = match bytes {
            Some(bytes) => Site::unpack(&serde_json::from_slice::<Packed>(bytes).ok()?, rules),
            None => Site::new(rules),
        };
        site.advance(now.max(site.latest()));
        Some(Self(site))
    }

    /// To be written down.
    pub fn write(&self) -> Vec<u8> {
        bytes(&self.0.pack())
    }

    /// How long it says anything: after twice the window all is forgotten and every attack over.
    pub fn kept(rules: &SiteRules) -> Duration {
        rules.window.saturating_mul(3)
    }

    /// True while the site is under attack.
    pub fn is_attacked(&self) -> bool {
        self.0.is_attacked()
    }

    /// Counts how an attempt ended.
    pub fn settle(&mut self, client: Client, outcome: Outcome, now: Duration) {
        match outcome {
            Outcome::Right => self.0.right(),
            Outcome::Wrong => self.0.wrong(client, now),
            Outcome::Void => {}
        }
    }

    /// What has changed and was not told yet; to be written down with it.
    pub fn change(&mut self) -> Option<SiteChange> {
        self.0.change()
    }
}

fn place(known: bool, side: u128) -> Place {
    let mut place = [u8::from(known); 17];
    place[1..].copy_from_slice(&side.to_be_bytes());
    place
}

fn side<T: Default + for<'a> Deserialize<'a>>(bytes: Option<&[u8]>) -> Option<T> {
    bytes.map_or_else(|| Some(T::default()), |bytes| serde_json::from_slice(bytes).ok())
}

fn bytes(fact: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(fact).expect("lists of numbers have a form in JSON")
}

#[cfg(test)]
mod tests;
