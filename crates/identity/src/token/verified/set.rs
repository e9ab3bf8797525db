//! Eight tokens that are found at one place, and which of them goes when a ninth comes.

use std::sync::atomic::{
    AtomicU8, AtomicU32,
    Ordering::{Acquire, Relaxed, Release},
};

use aspis_core::clock::Timestamp;
use prefetch_index::prefetch_index;

use super::{END, Remembered, entry::Entry};

/// Tokens of one place.
const WAYS: usize = 8;

/// Writers take turns; whoever reads may see a name before what it stands for, and then finds nothing.
#[derive(Default)]
#[repr(align(64))]
pub(super) struct Set {
    /// Which token stands where, by a part of its hash; nothing where there is none.
    names: [AtomicU32; WAYS],
    /// A bit for each that was asked for since somebody last looked for room.
    asked: AtomicU8,
    entries: [Entry; WAYS],
}

/// The lower half of a hash, never 0.
#[expect(clippy::cast_possible_truncation, reason = "the lower half is meant")]
const fn name(hash: u64) -> u32 {
    hash as u32 | 1
}

/// Where a token stands in its set if nobody else does.
const fn home(hash: u64) -> usize {
    (hash >> 1) as usize % WAYS
}

/// Asks for the names and the usual place of a token to be brought near.
pub(super) fn fetch(sets: &[Set], nth: usize, hash: u64) {
    prefetch_index(sets, nth);
    sets[nth].entries[home(hash)].fetch();
}

impl Set {
    /// What is known of a token.
    pub(super) fn find(&self, hash: u64, end: &[u8; END], whole: impl Fn() -> u64) -> Option<Remembered> {
        self.ways(hash).find_map(|way| {
            let known = self.entries[way].read(end, &whole)?;
            let bit = 1 << way;
            // Of a token that is asked for often, this line is then only read.
            if self.asked.load(Relaxed) & bit == 0 {
                self.asked.fetch_or(bit, Relaxed);
            }
            Some(known)
        })
    }

    pub(super) fn put(
        &self,
        hash: u64,
        end: &[u8; END],
        whole: u64,
        remembered: &Remembered,
        now: Timestamp,
    ) {
        let known = self.ways(hash).find(|way| self.entries[*way].ends_with(end));
        let way = known.unwrap_or_else(|| self.room(home(hash), now));
        self.entries[way].write(end, whole, remembered);
        self.names[way].store(name(hash), Release);
        self.asked.fetch_or(1 << way, Relaxed);
    }

    pub(super) fn forget(&self, hash: u64, end: &[u8; END]) {
        if let Some(way) = self.ways(hash).find(|way| self.entries[*way].ends_with(end)) {
            self.empty(way);
        }
    }

    pub(super) fn clear(&self) {
        (0..WAYS).for_each(|way| self.empty(way));
    }

    fn empty(&self, way: usize) {
        self.names[way].store(0, Release);
        self.entries[way].wipe();
    }

    /// Where a token of this hash may stand.
    fn ways(&self, hash: u64) -> impl Iterator<Item = usize> {
        let sought = name(hash);
        let order = (0..WAYS).map(move |step| (home(hash) + step) % WAYS);
        order.filter(move |way| self.names[*way].load(Acquire) == sought)
    }

    /// The first from `home` on that is free or over; else the first that nobody asked for since this was last looked
    /// for; and else the last.
    fn room(&self, home: usize, now: Timestamp) -> usize {
        let order = || (0..WAYS).map(|step| (home + step) % WAYS);
        let free = |way: &usize| self.names[*way].load(Relaxed) == 0 || self.entries[*way].is_over(now);
        if let Some(way) = order().find(free) {
            return way;
        }
        let asked = self.asked.swap(0, Relaxed);
        order().find(|way| asked & (1 << way) == 0).unwrap_or((home + WAYS - 1) % WAYS)
    }
}
