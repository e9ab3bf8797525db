//! The memory of the table: sets of eight slots, each set behind a lock word of its own, all taken at the start.
//!
//! # The locks
//!
//! A lock word holds the latest moment at which its set was used, and in the lowest bit whether somebody is in it.
//! It is taken by one compare-and-swap and given back by one store: no list of waiters, nothing that parks, no
//! system call unless the kernel itself has stopped the holder. What is done under it is arithmetic on a few words
//! that were already fetched: some ten nanoseconds, without allocation and without anything that could panic.
//!
//! *Never two at once.* Slots are read and written between the swap (acquire) and the store (release) of their
//! set's lock word only, so each holder sees all that the one before it wrote. The words are atomics so that a
//! glance without the lock ([`Sets::glance`]) is defined; it is only a hint, and checked again under the lock.
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
//! Whoever comes first in another 32 seconds than the set was last used in sweeps it: slots that no longer limit
//! anybody are emptied. Between two sweeps a slot ages by less than 512 sixteenths of a second beyond the seventeen
//! that were allowed to stay, so a part number modulo 1024 is always unambiguous, however long the set lay idle.

use std::array;

use super::{
    slot::{self, Name, Slot, WORDS},
    sync::{AtomicU64, Ordering, pause},
    tick::Moment,
};

/// Slots of a set: with the lock four cache lines and a word, all fetched at once.
pub(super) const WAYS: usize = 8;

const LOCKED: u64 = 1;
/// Microseconds between sweeps: 512 parts of the shortest window.
const SWEEP: u64 = 32_000_000;

/// Eight slots, and their lock beside them: with it come the first of them, in one cache line of one page.
struct Set {
    lock: AtomicU64,
    slots: [[AtomicU64; WORDS]; WAYS],
}

/// Where a slot is: its set, and in the lowest three bits which of the eight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct At(u32);

impl At {
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "there are eight ways")]
    fn new(set: u32, way: usize) -> Self {
        Self(set << 3 | way as u32)
    }

    #[inline]
    pub(super) fn set(self) -> u32 {
        self.0 >> 3
    }
}

/// All sets.
pub(super) struct Sets(Box<[Set]>);

impl Sets {
    pub(super) fn new(count: u32) -> Self {
        let slot = |_| array::from_fn(|_| AtomicU64::new(0));
        Self((0..count).map(|_| Set { lock: AtomicU64::new(0), slots: array::from_fn(slot) }).collect())
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn bytes(&self) -> usize {
        size_of_val(&*self.0)
    }

    /// Where the name seems to stand, without the lock. Fetches the set into the cache on the way.
    #[inline]
    pub(super) fn glance(&self, set: u32, name: Name) -> Option<At> {
        // All eight are compared and the answers gathered: which of them it is cannot be foretold, and a wrong
        // guess of the processor costs more than the comparisons.
        let mut named = 0_u32;
        for (way, [head, ..]) in self.set(set).slots.iter().enumerate() {
            named |= u32::from(name.is_in(head.load(Ordering::Relaxed))) << way;
        }
        (named != 0).then(|| At(set << 3 | named.trailing_zeros()))
    }

    #[inline]
    fn set(&self, set: u32) -> &Set {
        &self.0[set as usize]
    }

    #[inline]
    fn slot(&self, at: At) -> &[AtomicU64; WORDS] {
        &self.set(at.set()).slots[at.0 as usize % WAYS]
    }

    /// Takes a set; the moment it was used last.
    #[inline]
    fn lock(&self, set: u32) -> Moment {
        let (lock, mut looks) = (&self.set(set).lock, 0);
        loop {
            let seen = lock.load(Ordering::Relaxed);
            let free = seen & LOCKED == 0;
            if free
                && lock
                    .compare_exchange_weak(seen, seen | LOCKED, Ordering::Acquire, Ordering::Relaxed)
                    .is_ok()
            {
                return Moment(seen >> 1);
            }
            pause(&mut looks);
        }
    }
}

/// The sets of one judgement, held until it is dropped.
pub(super) struct Held<'a, const N: usize> {
    sets: &'a Sets,
    /// In ascending order; a set that stands here twice is held once.
    order: [[u32; 2]; N],
    /// The latest moment that any of them has seen, and the judgement's own.
    pub(super) now: Moment,
}

impl<'a, const N: usize> Held<'a, N> {
    /// Takes these sets; the same one may be named more than once.
    #[inline]
    pub(super) fn take(sets: &'a Sets, mut wanted: [[u32; 2]; N], mut now: Moment) -> Self {
        sort(wanted.as_flattened_mut());
        let mut thens = [[now; 2]; N];
        let mut least = now;
        for (then, set) in thens.as_flattened_mut().iter_mut().zip(distinct(&wanted)) {
            if let Some(set) = set {
                *then = sets.lock(set);
                (least, now) = (least.min(*then), now.max(*then));
            }
        }
        let held = Self { sets, order: wanted, now };
        if least.0 / SWEEP != now.0 / SWEEP {
            held.sweep(&thens);
        }
        held
    }

    /// Empties what has limited nobody for a window.
    #[cold]
    fn sweep(&self, thens: &[[Moment; 2]; N]) {
        for (then, set) in thens.as_flattened().iter().zip(distinct(&self.order)) {
            let heads = set.into_iter().flat_map(|set| &self.sets.set(set).slots);
            for [head, ..] in heads {
                if !slot::is_live_since(head.load(Ordering::Relaxed), *then, self.now) {
                    head.store(0, Ordering::Relaxed);
                }
            }
        }
    }

    #[inline]
    pub(super) fn is_named(&self, at: At, name: Name) -> bool {
        name.is_in(self.sets.slot(at)[0].load(Ordering::Relaxed))
    }

    #[inline]
    pub(super) fn find(&self, set: u32, name: Name) -> Option<At> {
        self.sets.glance(set, name)
    }

    #[inline]
    pub(super) fn read(&self, at: At) -> Slot {
        let [head, first, second, third] = self.sets.slot(at);
        Slot([head, first, second, third].map(|word| word.load(Ordering::Relaxed)))
    }

    #[inline]
    pub(super) fn write(&self, at: At, slot: Slot) {
        for (word, value) in self.sets.slot(at).iter().zip(slot.0) {
            word.store(value, Ordering::Relaxed);
        }
    }

    /// How many slots of a set are in use, and one that is not.
    #[inline]
    pub(super) fn room(&self, set: u32) -> (usize, Option<At>) {
        let (mut live, mut free) = (0, None);
        for (way, [head, ..]) in self.sets.set(set).slots.iter().enumerate() {
            if slot::is_live(head.load(Ordering::Relaxed), self.now) {
                live += 1;
            } else {
                free = free.or(Some(At::new(set, way)));
            }
        }
        (live, free)
    }
}

impl<const N: usize> Drop for Held<'_, N> {
    #[inline]
    fn drop(&mut self) {
        for set in distinct(&self.order).flatten() {
            self.sets.set(set).lock.store(self.now.0 << 1, Ordering::Release);
        }
    }
}

/// Each of the sorted sets the first time it is named, and nothing where it is named again.
#[inline]
fn distinct<const N: usize>(sorted: &[[u32; 2]; N]) -> impl Iterator<Item = Option<u32>> {
    let mut before = None;
    sorted.as_flattened().iter().map(move |set| (before.replace(*set) != Some(*set)).then_some(*set))
}

/// Two or four numbers, in ascending order.
#[inline]
fn sort(numbers: &mut [u32]) {
    for end in 1..numbers.len() {
        for at in (0..end).rev() {
            if numbers[at] <= numbers[at + 1] {
                break;
            }
            numbers.swap(at, at + 1);
        }
    }
}
