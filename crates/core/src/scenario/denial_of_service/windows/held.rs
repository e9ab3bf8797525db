//! The sets of one judgement, behind their locks.
//!
//! # The locks
//!
//! A lock word holds the latest moment at which its set was used, and in the lowest bit whether somebody is in it.
//! It is taken by one compare-and-swap and given back by one store: no list of waiters, nothing that parks, no
//! system call unless the kernel itself has stopped the holder. What is done under it is arithmetic on a few words:
//! some ten nanoseconds and at most one wait for memory, without allocation and without anything that could panic.
//!
//! *Never two at once.* Slots are written between the swap (acquire) and the store (release) of their set's lock word
//! only, so each holder sees all that the one before it wrote. The words are atomics so that a look without the lock
//! is defined; it is only a hint, and checked again under the lock.
//!
//! *Never a ring of waiters.* A judgement takes all its sets in ascending order before it looks into any, takes no
//! other while it holds one, and gives all back before it tries anything else.
//!
//! *All or none.* All sets of a judgement are held from its first look to its last write, so nobody sees one of
//! its windows counted and another not.
//!
//! # The clock
//!
//! Threads read the clock before they come to the lock, so one may bring an older moment than its set has seen.
//! It is then judged at the later one: a set's time never runs backwards, and nothing is counted into the past.
//! Whoever comes first in another eighteen minutes than the set was last used in sweeps it: slots that no longer
//! limit anybody are emptied. Between two sweeps a slot ages by at most 17,180 sixteenths of a second beyond the
//! seventeen that were allowed to stay, so a part number modulo 65,536 is always unambiguous, however long the set
//! lay idle.

use super::{sets::Sets, slot::Name, tick::Moment};

/// Between sweeps: 2^30 microseconds, about eighteen minutes or 17,180 parts of the shortest window.
const SWEEP: u32 = 30;

/// The sets of one judgement, held until it is dropped.
pub(super) struct Held<'a> {
    pub(super) sets: &'a Sets,
    /// In ascending order; a set that stands here twice is held once.
    order: &'a [u32],
    /// The latest moment that any of them has seen, and the judgement's own.
    pub(super) now: Moment,
}

impl<'a> Held<'a> {
    /// Takes these sets; the same one may be named more than once.
    #[expect(clippy::inline_always, reason = "where one is taken, nothing is left of the loops")]
    #[inline(always)]
    pub(super) fn take(sets: &'a Sets, wanted: &'a mut [u32], mut now: Moment) -> Self {
        sort(wanted);
        let (order, mut least): (&[u32], _) = (wanted, now);
        for set in distinct(order) {
            let then = sets.set(set).lock();
            (least, now) = (least.min(then), now.max(then));
        }
        if least.0 >> SWEEP != now.0 >> SWEEP {
            sweep(sets, order, now);
        }
        Self { sets, order, now }
    }
}

/// Empties what has limited nobody for a window.
#[cold]
#[inline(never)]
fn sweep(sets: &Sets, order: &[u32], now: Moment) {
    for set in distinct(order).map(|set| sets.set(set)) {
        let then = set.used();
        for spot in set.spots() {
            if !spot.name().is_live_since(spot.part(), then, now) {
                spot.set_name(Name::default());
            }
        }
    }
}

impl Drop for Held<'_> {
    #[inline]
    fn drop(&mut self) {
        for set in distinct(self.order) {
            self.sets.set(set).unlock(self.now);
        }
    }
}

/// Each of the sorted sets once.
#[inline]
fn distinct(sorted: &[u32]) -> impl Iterator<Item = u32> {
    let again = |nth: usize| nth > 0 && sorted[nth - 1] == sorted[nth];
    (0..sorted.len()).filter(move |nth| !again(*nth)).map(|nth| sorted[nth])
}

/// A few numbers, in ascending order. Without branches, for there is nothing by which to foretell them.
#[inline]
fn sort(numbers: &mut [u32]) {
    for end in 1..numbers.len() {
        for at in (0..end).rev() {
            let (one, other) = (numbers[at], numbers[at + 1]);
            (numbers[at], numbers[at + 1]) = (one.min(other), one.max(other));
        }
    }
}
