//! What happens in the time that is gone through: five windows, cut into moments.

use std::ops::Range;

use serde::Serialize;

/// Moments of a window. No sixteenth of it begins with one, but for every third.
pub(super) const MOMENTS: u32 = 50;
/// When the trouble begins: in the middle of the second window.
pub(super) const TROUBLE: u32 = MOMENTS * 3 / 2;
/// When it is over, two windows later.
pub(super) const HEALED: u32 = TROUBLE + 2 * MOMENTS;
/// When nothing of a cut counts any more.
const CALM: u32 = HEALED + MOMENTS + MOMENTS / 5;
/// The end.
pub(super) const END: u32 = MOMENTS * 5;

/// Between two restarts of a node.
const RESTART: u32 = MOMENTS / 2;

/// What becomes of the network and of the shared home.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Shape {
    /// Nothing; everybody stays within their budget.
    Within,
    /// Nothing; but some send far more than they may.
    Floods,
    /// Some nodes do not reach the shared home for two windows.
    Cut,
    /// The same, and it comes back with nothing in it.
    CutAndEmpty,
    /// The shared home loses everything, and is there again before anybody has missed it.
    Emptied,
    /// Cut, and each of these nodes starts anew every half window.
    CutAndRestarted,
}

/// One thing that happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Event {
    /// The network between some nodes and the shared home is cut.
    Cut,
    /// And is whole again.
    Heal,
    /// The shared home has nothing in it any more.
    Empty,
    /// The nodes that are cut off start anew.
    Restart,
}

impl Shape {
    /// Its name in the table.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Within => "all within",
            Self::Floods => "floods",
            Self::Cut => "cut",
            Self::CutAndEmpty => "cut, back empty",
            Self::Emptied => "emptied",
            Self::CutAndRestarted => "cut, restarts",
        }
    }

    /// True where the shared home is there all the time, and knows everything.
    pub(super) fn is_calm(self) -> bool {
        matches!(self, Self::Within | Self::Floods)
    }

    /// True where nodes are cut off.
    pub(super) fn cuts(self) -> bool {
        matches!(self, Self::Cut | Self::CutAndEmpty | Self::CutAndRestarted)
    }

    /// When the trouble counts. A node learns that the home has forgotten when it is next asked for something, and goes by
    /// its share for a window from then on: where few come to a node, that has no end here.
    pub(super) fn trouble(self) -> Range<u32> {
        match self {
            Self::Within | Self::Floods => 0..0,
            Self::Cut | Self::CutAndRestarted => TROUBLE..CALM,
            Self::CutAndEmpty | Self::Emptied => TROUBLE..END,
        }
    }

    /// How often a node may have had windows with nothing in them within one window: once, and once more after each
    /// restart that may lie in it.
    pub(super) fn lives(self) -> u32 {
        if self == Self::CutAndRestarted { 1 + MOMENTS / RESTART } else { 1 }
    }

    /// What happens at this moment, in order.
    pub(super) fn events(self, moment: u32) -> &'static [Event] {
        match (self, moment) {
            (Self::Emptied, TROUBLE) => &[Event::Empty],
            (Self::CutAndEmpty, HEALED) => &[Event::Empty, Event::Heal],
            (_, TROUBLE) if self.cuts() => &[Event::Cut],
            (_, HEALED) if self.cuts() => &[Event::Heal],
            (Self::CutAndRestarted, _) if is_restart(moment) => &[Event::Restart],
            _ => &[],
        }
    }
}

fn is_restart(moment: u32) -> bool {
    (TROUBLE + 1..HEALED).contains(&moment) && (moment - TROUBLE).is_multiple_of(RESTART)
}
