//! Eight slots and their lock, in four cache lines of one page.
//!
//! The first line has the lock, and of each slot its name and the part it was counted in last: all that must be known
//! to find a window, or room for one. The other three have the counters. A judgement of a window that is there reads
//! the first line of its two sets and the one or two lines where its counters are.

use std::array;

use super::{
    slot::{Name, Slot, WORDS},
    sync::{AtomicU16, AtomicU64, Ordering, pause},
    tick::Moment,
};

/// Slots of a set: as many as have their names and parts in one cache line, with the lock.
pub(super) const WAYS: usize = 8;
/// Two names fill a word, that of a way below four the lower half.
const PAIRS: usize = WAYS / 2;

const LOCKED: u64 = 1;

/// A set.
#[repr(align(256))]
pub(super) struct Set {
    head: Head,
    pub(super) bodies: [[AtomicU64; WORDS]; WAYS],
}

#[repr(align(64))]
struct Head {
    lock: AtomicU64,
    names: [AtomicU64; PAIRS],
    parts: [AtomicU16; WAYS],
}

impl Set {
    pub(super) fn new() -> Self {
        let word = |_| AtomicU64::new(0);
        let parts = array::from_fn(|_| AtomicU16::new(0));
        let head = Head { lock: AtomicU64::new(0), names: array::from_fn(word), parts };
        Self { head, bodies: array::from_fn(|_| array::from_fn(word)) }
    }

    /// Takes the set; the moment it was used last.
    #[inline]
    pub(super) fn lock(&self) -> Moment {
        let (lock, mut looks) = (&self.head.lock, 0);
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

    /// Gives it back, used at this moment.
    #[inline]
    pub(super) fn unlock(&self, now: Moment) {
        self.head.lock.store(now.0 << 1, Ordering::Release);
    }

    /// The moment it was used last, for whoever holds it.
    pub(super) fn used(&self) -> Moment {
        Moment(self.head.lock.load(Ordering::Relaxed) >> 1)
    }

    /// A bit for each way that has another name: that of way `n`, and of way `n + 4` 32 above it, `7 - n` below the
    /// highest of its half.
    #[inline]
    pub(super) fn others(&self, name: Name) -> u64 {
        const BELOW: u64 = 0x7FFF_FFFF_7FFF_FFFF;
        let (pair, mut others) = (u64::from(name.0) << 32 | u64::from(name.0), 0);
        for (nth, names) in self.head.names.iter().enumerate() {
            // The highest bit of a name is nought: a difference, whatever it is, carries into it.
            let differs = ((names.load(Ordering::Relaxed) ^ pair) + BELOW) & !BELOW;
            others |= differs >> (7 - nth);
        }
        others
    }

    #[inline]
    pub(super) fn spot(&self, way: usize) -> Spot<'_> {
        Spot { set: self, way: way % WAYS }
    }

    pub(super) fn spots(&self) -> impl Iterator<Item = Spot<'_>> {
        (0..WAYS).map(|way| self.spot(way))
    }
}

/// One slot in its set. Whoever reads what it says without the lock has no more than a hint.
#[derive(Clone, Copy)]
pub(super) struct Spot<'a> {
    set: &'a Set,
    pub(super) way: usize,
}

impl Spot<'_> {
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "one of two halves")]
    pub(super) fn name(self) -> Name {
        Name((self.pair().load(Ordering::Relaxed) >> self.half()) as u32)
    }

    #[inline]
    pub(super) fn set_name(self, name: Name) {
        let beside = self.pair().load(Ordering::Relaxed) & !(u64::from(u32::MAX) << self.half());
        self.pair().store(beside | u64::from(name.0) << self.half(), Ordering::Relaxed);
    }

    #[inline]
    pub(super) fn part(self) -> u16 {
        self.set.head.parts[self.way].load(Ordering::Relaxed)
    }

    #[inline]
    pub(super) fn read(self) -> Slot {
        let [first, second, third] = &self.set.bodies[self.way];
        let body = [first, second, third].map(|word| word.load(Ordering::Relaxed));
        Slot { part: self.part(), body }
    }

    #[inline]
    pub(super) fn write(self, slot: Slot) {
        for (word, value) in self.set.bodies[self.way].iter().zip(slot.body) {
            word.store(value, Ordering::Relaxed);
        }
        self.set.head.parts[self.way].store(slot.part, Ordering::Relaxed);
    }

    #[inline]
    fn pair(&self) -> &AtomicU64 {
        &self.set.head.names[self.way % PAIRS]
    }

    /// Where in its word the name begins.
    #[inline]
    fn half(self) -> usize {
        self.way / PAIRS * 32
    }
}
