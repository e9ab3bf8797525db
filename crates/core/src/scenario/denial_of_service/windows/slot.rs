//! One window: whose it is, when it was counted in last, and seventeen counters.
//!
//! ```text
//! name  28 bits of the keyed hash | is an annex 1 | unit 2
//! part  16
//! body  nothing 4 | counters 5 to 0; nothing 4 | counters 11 to 6; has an annex 1 | nothing 13 | counters 16 to 12
//! ```
//!
//! The part is kept modulo 65,536. That is enough because every set is swept before any of its slots can be so many
//! parts old (see the sets), so an old part is never taken for a new one.

use super::{
    counters::{COUNTERS, Counters},
    tick::{Moment, Tick, Unit},
};

/// Words of a body.
pub(super) const WORDS: usize = 3;

const UNIT_BITS: u32 = 2;
const ANNEX_BIT: u32 = 1 << UNIT_BITS;
const HASH_AT: u32 = UNIT_BITS + 1;
const HASH_MASK: u64 = (1 << 28) - 1;

const HAS_ANNEX: u64 = 1 << 63;

/// Whose slot it is, as far as it is written in the table: 28 bits of the keyed hash, never all nought; one that tells
/// the annex (the counters' upper halves) from the window itself; and the unit, for a window of another length is
/// another window. The highest bit is nought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Name(pub(super) u32);

impl Name {
    /// From the lowest 28 bits of a hash.
    #[inline]
    pub(super) fn of(hash: u64, unit: Unit) -> Self {
        Self(((hash & HASH_MASK).max(1) as u32) << HASH_AT | unit as u32)
    }

    #[inline]
    pub(super) fn annex(self) -> Self {
        Self(self.0 | ANNEX_BIT)
    }

    #[inline]
    pub(super) fn unit(self) -> Unit {
        Unit::from_bits(self.0)
    }

    /// True when a slot of this name, counted in last in this part, still limits somebody. An empty slot has none.
    #[inline]
    pub(super) fn is_live(self, part: u16, now: Moment) -> bool {
        self != Self::default() && behind(part, now.part(self.unit())) < COUNTERS
    }

    /// The same, seen from a moment far later: `then` is one at which the slot was less than 65,536 parts old.
    #[inline]
    pub(super) fn is_live_since(self, part: u16, then: Moment, now: Moment) -> bool {
        let (then, now) = (then.part(self.unit()), now.part(self.unit()));
        self != Self::default() && u64::from(behind(part, then)) + (now - then) < u64::from(COUNTERS)
    }
}

/// What a slot has counted, taken out of the table.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Slot {
    pub(super) part: u16,
    pub(super) body: [u64; WORDS],
}

impl Slot {
    #[inline]
    pub(super) fn new(tick: Tick, counters: Counters, has_annex: bool) -> Self {
        let [first, second, third] = counters.words();
        let flag = if has_annex { HAS_ANNEX } else { 0 };
        Self { part: low(tick.part), body: [first, second, third | flag] }
    }

    /// The counters as they stand now: nothing where the last count is over a window ago.
    #[inline]
    pub(super) fn counters(self, tick: Tick) -> Counters {
        Counters::from_words(self.body).later(behind(self.part, tick.part))
    }

    #[inline]
    pub(super) fn has_annex(self) -> bool {
        self.body[2] & HAS_ANNEX != 0
    }
}

#[inline]
#[expect(clippy::cast_possible_truncation, reason = "kept modulo 65,536")]
fn low(part: u64) -> u16 {
    part as u16
}

/// Parts since the last count, modulo 65,536.
#[inline]
fn behind(last: u16, part: u64) -> u32 {
    u32::from(low(part).wrapping_sub(last))
}
