//! Where in the table a window belongs: two sets that it may stand in, and its name there.

use super::{Ask, Subject, sets::At, sip::Sip, slot::Name, tick::Unit};

/// Classes there can be; each has a set of its own for the window that everybody left over shares.
pub(super) const CLASSES: u32 = 32;

/// An odd number without pattern (the golden ratio's fraction), to make a second choice of a hash.
const SPREAD: u64 = 0x9E37_79B9_7F4A_7C15;

/// A window's name and the sets it may stand in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) home: u32,
    pub(super) other: u32,
    pub(super) name: Name,
    /// Where the window was seen, without the lock.
    pub(super) seen: Option<At>,
}

/// An ask whose place in the table is known.
#[derive(Debug, Clone, Copy)]
pub struct Placed {
    pub(super) ask: Ask,
    pub(super) place: Place,
}

impl Placed {
    /// What was asked for.
    #[inline]
    pub fn ask(&self) -> &Ask {
        &self.ask
    }
}

impl Place {
    /// The place of an ask in a table of so many `keyed` sets, and one more for each class.
    #[expect(clippy::inline_always, reason = "a place handed over by memory is waited for")]
    #[inline(always)]
    pub(super) fn of(ask: &Ask, keyed: u32, sip: Sip) -> Self {
        let unit = Unit::of(ask.rate);
        if ask.subject == Subject::Everybody {
            let set = keyed + u32::from(ask.class) % CLASSES;
            let name = Name::of(1 + u64::from(ask.class), unit);
            return Self { home: set, other: set, name, seen: None };
        }
        let hash = ask.subject.hash(ask.class, sip);
        // The upper half chooses the sets, the lower bits name the slot.
        Self {
            home: reduce(hash, keyed),
            other: reduce(hash.wrapping_mul(SPREAD), keyed),
            name: Name::of(hash, unit),
            seen: None,
        }
    }
}

/// One of `count`, by the upper half of a hash: a multiplication where a remainder would be a division.
#[inline]
fn reduce(hash: u64, count: u32) -> u32 {
    (((hash >> 32) * u64::from(count)) >> 32) as u32
}
