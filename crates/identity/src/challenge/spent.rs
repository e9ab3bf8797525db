//! Challenges that were used, each until it has expired by itself and not a moment less.
//!
//! Bounded, and never made room in by force: a challenge that was forgotten early could be used again. When it is full,
//! the answer is no. Ids lie in slices by their expiry, so that forgetting is dropping a slice.

use std::collections::{BTreeMap, HashSet};

use aspis_core::clock::Timestamp;

use super::{ChallengeError, Id};

/// The span of a slice, in seconds.
const SLICE: i64 = 16;

/// A bounded memory of used challenges.
#[derive(Debug)]
pub(super) struct Spent {
    slices: BTreeMap<i64, HashSet<Id>>,
    count: usize,
    most: usize,
    /// Slices before this one were forgotten. A clock that was set back must not open them again.
    floor: i64,
}

impl Spent {
    /// Room for `most`.
    pub(super) fn new(most: usize) -> Self {
        Self { slices: BTreeMap::new(), count: 0, most, floor: i64::MIN }
    }

    /// Whether [`Spent::spend`] would succeed now; asked before work is done for it.
    pub(super) fn room_for(
        &mut self,
        id: Id,
        expires: Timestamp,
        now: Timestamp,
    ) -> Result<(), ChallengeError> {
        self.forget(now);
        let slice = slice(expires);
        if slice < self.floor || self.slices.get(&slice).is_some_and(|ids| ids.contains(&id)) {
            return Err(ChallengeError::Used);
        }
        if self.count < self.most { Ok(()) } else { Err(ChallengeError::Full) }
    }

    /// Notes that the challenge is used; it must be in its time.
    pub(super) fn spend(&mut self, id: Id, expires: Timestamp, now: Timestamp) -> Result<(), ChallengeError> {
        self.room_for(id, expires, now)?;
        self.slices.entry(slice(expires)).or_default().insert(id);
        self.count += 1;
        Ok(())
    }

    fn forget(&mut self, now: Timestamp) {
        while let Some(oldest) = self.slices.first_entry()
            && *oldest.key() < slice(now)
        {
            self.floor = *oldest.key() + 1;
            self.count -= oldest.remove().len();
        }
    }
}

fn slice(moment: Timestamp) -> i64 {
    moment.seconds().div_euclid(SLICE)
}

#[cfg(test)]
mod tests;
