//! One window in four words: whose it is, when it was counted in last, and seventeen counters.
//!
//! ```text
//! word 0     name 28 | unit 2 | part 10 | counters 16 and 15
//! word 1     has an annex 1 | nothing 3 | counters 4 to 0
//! word 2, 3  nothing 4              | counters 9 to 5, 14 to 10
//! ```
//!
//! The part is kept modulo 1024. That is enough because every set is swept before any of its slots can be 1024
//! parts old (see the sets), so an old part is never taken for a new one.

use super::{
    counters::{COUNTERS, Counters},
    tick::{Moment, Tick, Unit},
};

/// Words of a slot.
pub(super) const WORDS: usize = 4;

const REST: u32 = 24;
const PART: u32 = 10;
const UNIT_AT: u32 = REST + PART;
const NAME_AT: u32 = UNIT_AT + 2;
const PART_MASK: u64 = (1 << PART) - 1;
const ANNEX: u64 = 1 << 63;

/// Whose slot it is, as far as it is written in the slot: 27 bits of the keyed hash, never all nought, and one that
/// tells the annex (the counters' upper halves) from the window itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Name(u64);

impl Name {
    /// From the lowest 27 bits.
    #[inline]
    pub(super) fn of(bits: u64) -> Self {
        Self((bits & ((1 << 27) - 1)).max(1) << 1)
    }

    #[inline]
    pub(super) fn annex(self) -> Self {
        Self(self.0 | 1)
    }

    #[inline]
    pub(super) fn is_in(self, head: u64) -> bool {
        head >> NAME_AT == self.0
    }
}

/// A slot's words, taken out of the table.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Slot(pub(super) [u64; WORDS]);

impl Slot {
    #[inline]
    pub(super) fn new(name: Name, tick: Tick, counters: Counters, has_annex: bool) -> Self {
        let ([first, second, third], rest) = counters.words();
        let head = name.0 << NAME_AT | (tick.unit as u64) << UNIT_AT | (tick.part & PART_MASK) << REST | rest;
        Self([head, first | if has_annex { ANNEX } else { 0 }, second, third])
    }

    /// The counters as they stand now: nothing where the last count is over a window ago, or was in another unit.
    #[inline]
    pub(super) fn counters(self, tick: Tick) -> Counters {
        let [head, first, second, third] = self.0;
        if unit(head) != tick.unit {
            return Counters::default();
        }
        let age = u32::try_from(behind(head, tick.part)).unwrap_or(COUNTERS);
        Counters::from_words([first, second, third], head & ((1 << REST) - 1)).later(age)
    }

    #[inline]
    pub(super) fn has_annex(self) -> bool {
        self.0[1] & ANNEX != 0
    }
}

/// True when a slot with this head still limits somebody. The head of an empty slot is 0.
#[inline]
pub(super) fn is_live(head: u64, now: Moment) -> bool {
    head != 0 && behind(head, now.part(unit(head))) < u64::from(COUNTERS)
}

/// The same, seen from a moment far later: `then` is one at which the slot was less than 1024 parts old.
#[inline]
pub(super) fn is_live_since(head: u64, then: Moment, now: Moment) -> bool {
    let (then, now) = (then.part(unit(head)), now.part(unit(head)));
    head != 0 && behind(head, then) + (now - then) < u64::from(COUNTERS)
}

#[inline]
fn unit(head: u64) -> Unit {
    Unit::from_bits(head >> UNIT_AT)
}

/// Parts since the last count, modulo 1024.
#[inline]
fn behind(head: u64, part: u64) -> u64 {
    part.wrapping_sub(head >> REST) & PART_MASK
}
