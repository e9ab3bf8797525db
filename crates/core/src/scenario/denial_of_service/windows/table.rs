//! The table of windows: sets of eight slots, each set behind its own lock, all memory taken at the start.

use std::{
    fmt,
    hash::{BuildHasher, Hasher},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use super::{
    Ask, Standing, Subject, Verdict,
    slot::{Slot, Tick},
};

/// Slots of a set: one cache line of keys to search, and little chance that a set fills before the table.
const WAYS: usize = 8;

/// Classes there can be; each has one window that everybody left over shares.
const CLASSES: usize = 32;

type Set = [Slot; WAYS];

/// Every window of every key, in a fixed amount of memory.
pub struct Windows<H> {
    /// A power of two of sets for keys, then one for each class.
    sets: Box<[Mutex<Set>]>,
    keyed: usize,
    hasher: H,
}

/// A window found for an ask: which lock, and the key in it.
#[derive(Clone, Copy)]
struct Place {
    set: usize,
    key: u64,
}

impl<H: BuildHasher> Windows<H> {
    /// A table of at least `slots` windows. `hasher` must be keyed with chance, or callers could choose to collide.
    pub fn new(slots: usize, hasher: H) -> Self {
        let keyed = slots.div_ceil(WAYS).next_power_of_two();
        let sets = (0..keyed + CLASSES).map(|_| Mutex::new(Set::default())).collect();
        Self { sets, keyed, hasher }
    }

    /// Judges one window.
    pub fn admit(&self, ask: Ask, now: Duration) -> Verdict {
        self.admit_all([ask], now)
    }

    /// Judges several windows in one step: counted in all of them, or in none.
    pub fn admit_all<const N: usize>(&self, mut asks: [Ask; N], now: Duration) -> Verdict {
        loop {
            match self.try_admit(&asks, now) {
                Ok(verdict) => return verdict,
                Err(full) => asks[full].subject = asks[full].subject.wider(),
            }
        }
    }

    /// One attempt; the index of an ask whose set has no room.
    fn try_admit<const N: usize>(&self, asks: &[Ask; N], now: Duration) -> Result<Verdict, usize> {
        let places = asks.map(|ask| self.place(ask));
        let mut held = Held::lock(self, &places);
        let ticks = asks.map(|ask| Tick::of(ask.rate, now));
        let mut slots = [0; N];
        let mut worst: Option<Standing> = None;
        for (at, ask) in asks.iter().enumerate() {
            let set = held.set(places[at].set);
            // A window that was claimed a moment ago has counted nothing yet, and still is not free.
            let taken =
                |slot| (0..at).any(|other| places[other].set == places[at].set && slots[other] == slot);
            slots[at] = find_or_claim(set, places[at].key, ticks[at], now, taken).ok_or(at)?;
            let slot = &mut set[slots[at]];
            slot.roll(ticks[at]);
            if slot.used() >= ask.rate.limit {
                let standing = slot.standing(ask.rate, ticks[at]);
                worst = worst.filter(|known| known.reset >= standing.reset).or(Some(standing));
            }
        }
        if let Some(worst) = worst {
            return Ok(Verdict::Refused(worst));
        }
        let mut tightest: Option<Standing> = None;
        for (at, ask) in asks.iter().enumerate() {
            let slot = &mut held.set(places[at].set)[slots[at]];
            slot.count();
            let standing = slot.standing(ask.rate, ticks[at]);
            tightest = tightest.filter(|known| known.remaining <= standing.remaining).or(Some(standing));
        }
        Ok(Verdict::Admitted(tightest.expect("at least one window was asked")))
    }

    fn place(&self, ask: Ask) -> Place {
        if ask.subject == Subject::Everybody {
            return Place {
                set: self.keyed + usize::from(ask.class) % CLASSES,
                key: 1 + u64::from(ask.class),
            };
        }
        let mut hasher = self.hasher.build_hasher();
        hasher.write_u8(ask.class);
        hasher.write(&ask.subject.bytes());
        let key = hasher.finish();
        // The lower bits choose the set; all 64 are compared in it.
        Place { set: fold(key) & (self.keyed - 1), key }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "only the lower bits are wanted")]
fn fold(key: u64) -> usize {
    key as usize
}

/// The key's slot, or one that nobody needs any more.
fn find_or_claim(
    set: &mut Set,
    key: u64,
    tick: Tick,
    now: Duration,
    taken: impl Fn(usize) -> bool,
) -> Option<usize> {
    if let Some(at) = set.iter().position(|slot| slot.belongs_to(key)) {
        return Some(at);
    }
    let free = (0..WAYS).find(|slot| set[*slot].is_stale(now) && !taken(*slot))?;
    set[free].claim(key, tick);
    Some(free)
}

/// The locks of one judgement, taken in ascending order so that two judgements never wait for each other.
struct Held<'a, const N: usize>([Option<(usize, MutexGuard<'a, Set>)>; N]);

impl<'a, const N: usize> Held<'a, N> {
    fn lock<H>(windows: &'a Windows<H>, places: &[Place; N]) -> Self {
        let mut order = places.map(|place| place.set);
        order.sort_unstable();
        let mut guards = [const { None }; N];
        for at in 0..N {
            if at == 0 || order[at] != order[at - 1] {
                // Counters have no state that a panic could leave half-made.
                let guard = windows.sets[order[at]].lock().unwrap_or_else(PoisonError::into_inner);
                guards[at] = Some((order[at], guard));
            }
        }
        Self(guards)
    }

    fn set(&mut self, index: usize) -> &mut Set {
        let held = self.0.iter_mut().flatten().find(|(set, _)| *set == index);
        held.map(|(_, guard)| &mut **guard).expect("every set of a judgement is locked before it")
    }
}

impl<H> fmt::Debug for Windows<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Windows({} slots)", self.keyed * WAYS)
    }
}
