//! The memory of proofs that were used: none is forgotten while it could come again.
//!
//! Proofs lie in heaps by when they end. A heap is dropped whole once the clock has passed its end, and from then on
//! nothing that would have lain in it is let in: a clock that is set back brings no proof to life again, at the price
//! that proofs are refused until it has caught up. When there is no room, nothing is let in either.

use std::{
    collections::{BTreeMap, HashSet},
    sync::{Mutex, PoisonError},
};

use aspis_core::clock::Timestamp;

use super::DpopError;

/// A proof's name: a hash of its key's thumbprint and its `jti`.
pub(super) type Name = [u8; 16];

/// Seconds of ends that share a heap.
const SPAN: i64 = 8;

/// A bounded memory of proofs.
#[derive(Debug)]
pub(super) struct Replays {
    most: usize,
    memory: Mutex<Memory>,
}

#[derive(Debug, Default)]
struct Memory {
    /// By the number of the span in which they end.
    heaps: BTreeMap<i64, HashSet<Name>>,
    count: usize,
    /// The first span that was not dropped yet.
    floor: i64,
}

impl Replays {
    /// Room for `most` proofs.
    pub(super) fn new(most: usize) -> Self {
        Self { most, memory: Mutex::new(Memory { floor: i64::MIN, ..Memory::default() }) }
    }

    /// Lets a proof in that ends at `until`, once, while fewer than `share` are remembered.
    pub(super) fn admit(
        &self,
        name: &Name,
        until: Timestamp,
        now: Timestamp,
        share: usize,
    ) -> Result<(), DpopError> {
        let mut memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        memory.forget(span(now));
        let span = span(until);
        if span < memory.floor {
            return Err(DpopError::Stale);
        }
        if memory.heaps.values().any(|heap| heap.contains(name)) {
            return Err(DpopError::Replayed);
        }
        if memory.count >= share.min(self.most) {
            return Err(DpopError::Full);
        }
        memory.heaps.entry(span).or_default().insert(*name);
        memory.count += 1;
        Ok(())
    }
}

impl Memory {
    /// Drops the heaps whose last proof has ended before the span `now`.
    fn forget(&mut self, now: i64) {
        if now <= self.floor {
            return;
        }
        self.floor = now;
        while let Some(heap) = self.heaps.first_entry().filter(|heap| *heap.key() < now) {
            self.count -= heap.remove().len();
        }
    }
}

fn span(moment: Timestamp) -> i64 {
    moment.seconds().div_euclid(SPAN)
}

#[cfg(test)]
mod tests;
