//! The memory of the table: sets of eight slots, all taken at the start.

use super::{
    set::{Set, Spot},
    slot::{Name, WORDS},
    sync::fetch,
    tick::Moment,
};

/// Where a slot is: its set, and in the lowest three bits which of the eight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct At(u32);

impl At {
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "there are eight ways")]
    pub(super) fn new(set: u32, way: usize) -> Self {
        Self(set << 3 | way as u32)
    }

    #[inline]
    pub(super) fn set(self) -> u32 {
        self.0 >> 3
    }

    #[inline]
    fn way(self) -> usize {
        self.0 as usize & 7
    }
}

/// All sets.
pub(super) struct Sets(Box<[Set]>);

impl Sets {
    pub(super) fn new(count: u32) -> Self {
        Self((0..count).map(|_| Set::new()).collect())
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn bytes(&self) -> usize {
        size_of_val(&*self.0)
    }

    #[inline]
    pub(super) fn set(&self, set: u32) -> &Set {
        &self.0[set as usize]
    }

    #[inline]
    pub(super) fn spot(&self, at: At) -> Spot<'_> {
        self.set(at.set()).spot(at.way())
    }

    /// Where in one of two sets the name stands; without their locks, where it seems to.
    #[inline(always)]
    pub(super) fn find(&self, home: u32, other: u32, name: Name) -> Option<At> {
        // All sixteen are compared and the answers gathered: which of them it is cannot be foretold, and a wrong
        // guess of the processor costs more than the comparisons.
        const ALL: u64 = 0xFF00_0000_FF00_0000;
        let others = self.set(home).others(name) | self.set(other).others(name) << 4;
        let found = others ^ ALL;
        if found == 0 {
            return None;
        }
        let bit = found.trailing_zeros();
        let set = if bit & 4 == 0 { home } else { other };
        Some(At(set << 3 | bit >> 5 << 2 | bit & 3))
    }

    /// How many slots of a set are in use, and one that is not.
    pub(super) fn room(&self, set: u32, now: Moment) -> (usize, Option<At>) {
        let (mut live, mut free) = (0, None);
        for spot in self.set(set).spots() {
            if spot.name().is_live(spot.part(), now) {
                live += 1;
            } else {
                free = free.or(Some(At::new(set, spot.way)));
            }
        }
        (live, free)
    }

    /// Asks for the heads of these sets to be brought near, and does not wait.
    #[inline]
    pub(super) fn fetch_heads(&self, sets: [u32; 2]) {
        for set in sets {
            fetch(&self.0, set as usize);
        }
    }

    /// The same for all counters of a set.
    #[inline]
    pub(super) fn fetch_bodies(&self, set: u32) {
        let words = self.set(set).bodies.as_flattened();
        for line in 0..3 {
            fetch(words, line * 8);
        }
    }

    /// The same for the counters of a slot, which may lie across two lines.
    #[inline]
    pub(super) fn fetch_body(&self, at: At) {
        let words = self.set(at.set()).bodies.as_flattened();
        fetch(words, at.way() * WORDS);
        fetch(words, at.way() * WORDS + WORDS - 1);
    }
}
