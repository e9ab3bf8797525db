//! A bounded table of counters that a flood of made-up keys cannot empty.
//!
//! When it is full, the counter that has been free for the longest time makes room. A counter that keeps somebody out
//! at this moment is never free. When none is, newcomers share counters: that may keep a stranger out, and never lets
//! one in.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

/// Who is counted, in 128 bits.
pub(super) type Key = u128;

/// Counters that newcomers share when there is no room for one of their own.
const SHARED: usize = 1024;

/// A counter in the table.
pub(super) trait Counter: Default {
    /// The numbers it is judged by.
    type Rules;

    /// Until when it keeps somebody out; where it does not, the last moment that it counts.
    fn free_at(&self, rules: &Self::Rules) -> Duration;
}

/// Which counter of a key was meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Its own.
    Own,
    /// One that it shares.
    Shared,
}

#[derive(Debug)]
pub(super) struct Table<C> {
    counters: BTreeMap<Key, Kept<C>>,
    /// The same keys by the moment they are free.
    order: BTreeSet<(Duration, Key)>,
    shared: Vec<C>,
    room: usize,
    /// A counter that has been free for so long says nothing any more.
    memory: Duration,
}

#[derive(Debug)]
struct Kept<C> {
    counter: C,
    free_at: Duration,
}

impl<C: Counter> Table<C> {
    pub(super) fn new(room: usize, memory: Duration) -> Self {
        let shared = std::iter::repeat_with(C::default).take(SHARED).collect();
        Self { counters: BTreeMap::new(), order: BTreeSet::new(), shared, room, memory }
    }

    /// The counter that a try of `key` meets, and `None` where that is a new one.
    pub(super) fn look(&self, key: Key, now: Duration) -> Option<&C> {
        match self.counters.get(&key) {
            Some(kept) => Some(&kept.counter),
            None if self.has_room(now) => None,
            None => Some(&self.shared[shared(key)]),
        }
    }

    /// Changes the counter that a try of `key` meets, and says which it was.
    pub(super) fn count(
        &mut self,
        key: Key,
        now: Duration,
        rules: &C::Rules,
        change: impl FnOnce(&mut C),
    ) -> Place {
        let known = self.counters.contains_key(&key);
        if !known && !self.has_room(now) {
            change(&mut self.shared[shared(key)]);
            return Place::Shared;
        }
        if !known {
            self.make_room(now);
            self.counters.insert(key, Kept { counter: C::default(), free_at: Duration::ZERO });
            self.order.insert((Duration::ZERO, key));
        }
        self.change(key, Place::Own, rules, change);
        Place::Own
    }

    /// Changes a counter that was counted in before, where it is still there.
    pub(super) fn change<T>(
        &mut self,
        key: Key,
        place: Place,
        rules: &C::Rules,
        change: impl FnOnce(&mut C) -> T,
    ) -> Option<T> {
        if place == Place::Shared {
            return Some(change(&mut self.shared[shared(key)]));
        }
        let kept = self.counters.get_mut(&key)?;
        let result = change(&mut kept.counter);
        let free_at = kept.counter.free_at(rules);
        if free_at != kept.free_at {
            self.order.remove(&(kept.free_at, key));
            self.order.insert((free_at, key));
            kept.free_at = free_at;
        }
        Some(result)
    }

    /// Every counter that is one key's own.
    pub(super) fn iter(&self) -> impl Iterator<Item = (Key, &C)> {
        self.counters.iter().map(|(key, kept)| (*key, &kept.counter))
    }

    /// How many keys have a counter of their own.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        assert_eq!(self.counters.len(), self.order.len());
        self.counters.len()
    }

    fn has_room(&self, now: Duration) -> bool {
        self.counters.len() < self.room || self.order.first().is_some_and(|(free_at, _)| *free_at <= now)
    }

    /// Forgets one counter where the table is full, and two that say nothing any more.
    fn make_room(&mut self, now: Duration) {
        if self.counters.len() >= self.room {
            self.forget_first();
        }
        for _ in 0..2 {
            if self.order.first().is_some_and(|(free_at, _)| now.saturating_sub(*free_at) >= self.memory) {
                self.forget_first();
            }
        }
    }

    fn forget_first(&mut self) {
        if let Some((_, key)) = self.order.pop_first() {
            self.counters.remove(&key);
        }
    }
}

/// Which shared counter: whoever fills the table could as well fill all of these, so the sum need not be secret.
#[expect(clippy::cast_possible_truncation, reason = "both halves are folded into one")]
fn shared(key: Key) -> usize {
    let folded = (key ^ key >> 64) as u64;
    let mixed = folded.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 54;
    mixed as usize % SHARED
}
