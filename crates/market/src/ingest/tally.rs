//! What each source has brought since the start, whichever way its rows came.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use aspis_core::clock::Timestamp;

use crate::offered::Taken;

/// What a source has brought since the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Brought {
    /// Rows that were accepted.
    pub rows: u64,
    /// Rows that were held.
    pub quarantined: u64,
    /// Rows that were none.
    pub refused: u64,
    /// When the first came, and the last.
    pub came: Option<(Timestamp, Timestamp)>,
}

/// All of them; there are no more than trusted sources.
#[derive(Debug, Default)]
pub(super) struct Tally(Mutex<BTreeMap<String, Brought>>);

impl Tally {
    pub(super) fn count(&self, source: &str, taken: &[Taken], now: Timestamp) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let brought = all.entry(source.to_owned()).or_default();
        for one in taken {
            match one {
                Taken::Accepted { .. } => brought.rows += 1,
                Taken::Quarantined { .. } => brought.quarantined += 1,
                Taken::Refused { .. } => brought.refused += 1,
                Taken::Known => {}
            }
        }
        if !taken.is_empty() {
            let first = brought.came.map_or(now, |(first, _)| first);
            brought.came = Some((first, now));
        }
    }

    pub(super) fn of(&self, source: &str) -> Brought {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.get(source).copied().unwrap_or_default()
    }
}
