//! A moment, measured in the sixteenths of a window.

use std::time::Duration;

use crate::rate::Rate;

/// Parts that a window is cut into.
const PARTS: u64 = 16;

/// A moment in whole microseconds since the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Moment(pub(super) u64);

impl Moment {
    #[inline]
    pub(super) fn of(uptime: Duration) -> Self {
        Self(uptime.as_secs() * 1_000_000 + u64::from(uptime.subsec_micros()))
    }

    /// The part in progress, counted from the start, of windows of this unit.
    #[inline]
    pub(super) fn part(self, unit: Unit) -> u64 {
        // Divisors that the compiler knows are multiplications; one looked up in a table would be a division.
        match unit {
            Unit::Second => self.0 / Unit::Second.micros(),
            Unit::Minute => self.0 / Unit::Minute.micros(),
            Unit::Hour => self.0 / Unit::Hour.micros(),
            Unit::Day => self.0 / Unit::Day.micros(),
        }
    }
}

/// How long the window is, in the two bits that a slot has for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    Second,
    Minute,
    Hour,
    Day,
}

impl Unit {
    #[inline]
    pub(super) fn of(rate: Rate) -> Self {
        match rate.window.as_secs() {
            0..=1 => Self::Second,
            2..=60 => Self::Minute,
            61..=3600 => Self::Hour,
            _ => Self::Day,
        }
    }

    #[inline]
    pub(super) fn from_bits(bits: u32) -> Self {
        match bits & 3 {
            0 => Self::Second,
            1 => Self::Minute,
            2 => Self::Hour,
            _ => Self::Day,
        }
    }

    /// Microseconds of one part.
    #[inline]
    pub(super) const fn micros(self) -> u64 {
        let seconds = match self {
            Self::Second => 1,
            Self::Minute => 60,
            Self::Hour => 3600,
            Self::Day => 86_400,
        };
        seconds * 1_000_000 / PARTS
    }
}

/// A moment in the parts of one window.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tick {
    pub(super) unit: Unit,
    /// The part in progress, counted from the start.
    pub(super) part: u64,
    /// Microseconds since it began.
    into: u64,
}

impl Tick {
    #[inline]
    pub(super) fn of(rate: Rate, now: Moment) -> Self {
        let unit = Unit::of(rate);
        let part = now.part(unit);
        Self { unit, part, into: now.0 - part * unit.micros() }
    }

    /// Microseconds until so many parts from now have begun.
    #[inline]
    pub(super) fn until(self, parts: u32) -> u64 {
        (u64::from(parts) * self.unit.micros()).saturating_sub(self.into)
    }
}
