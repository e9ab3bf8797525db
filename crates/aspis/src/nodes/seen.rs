//! Which changes this node has heard of.
//!
//! Numbers are given when a change is made and seen when it is committed, so a smaller one may appear after a larger
//! one. Hence not one number but a floor, below which nothing is awaited, and what was heard above it.

use std::{collections::BTreeSet, time::Duration};

/// How long a number that is missing may still come: longer than a transaction may last.
const AWAITED: Duration = Duration::from_secs(120);

/// Numbers before the newest that may not have been committed yet when a node starts: it hears of them once more.
const OVERLAP: i64 = 1024;

/// What was heard.
#[derive(Debug, Default)]
pub(super) struct Seen {
    floor: i64,
    above: BTreeSet<i64>,
    /// Since when something has been missing above the floor.
    missing: Option<Duration>,
    /// When it last read all there was.
    read: Duration,
    /// Something was read and could not be followed: all of it has to be read again.
    lost: bool,
}

impl Seen {
    /// Begins with what is newest.
    pub(super) fn from(newest: i64, now: Duration) -> Self {
        Self { floor: (newest - OVERLAP).max(0), read: now, ..Self::default() }
    }

    /// Every number up to this was heard, or is awaited no longer.
    pub(super) const fn floor(&self) -> i64 {
        self.floor
    }

    /// Whether it may have missed something: it did not read for longer than changes are kept, or could not do what
    /// followed from one.
    pub(super) fn may_have_missed(&self, now: Duration, kept: Duration) -> bool {
        self.lost || now.saturating_sub(self.read) > kept
    }

    /// What was noted was not followed, or was, with everything else.
    pub(super) const fn lose(&mut self, lost: bool) {
        self.lost = lost;
    }

    /// Notes a change; false where it was heard before.
    pub(super) fn note(&mut self, number: i64) -> bool {
        number > self.floor && self.above.insert(number)
    }

    /// All that is there was read: the floor rises to what is next to come.
    pub(super) fn settle(&mut self, now: Duration) {
        self.read = now;
        self.rise();
        let waited = now.saturating_sub(*self.missing.get_or_insert(now));
        match self.above.first() {
            None => self.missing = None,
            Some(next) if waited > AWAITED => {
                self.floor = next - 1;
                self.missing = None;
                self.rise();
            }
            Some(_) => {}
        }
    }

    fn rise(&mut self) {
        while self.above.first() == Some(&(self.floor + 1)) {
            self.above.pop_first();
            self.floor += 1;
            self.missing = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn what_is_committed_late_is_heard_and_nothing_twice() {
        let mut seen = Seen::from(0, at(0));
        assert!(seen.note(1) && seen.note(3));
        seen.settle(at(1));
        assert_eq!(seen.floor(), 1, "the second may still come");
        assert!(!seen.note(1) && !seen.note(3) && seen.note(2));
        seen.settle(at(2));
        assert_eq!(seen.floor(), 3);
        assert!(!seen.note(2));
    }

    #[test]
    fn what_was_rolled_back_is_not_awaited_for_ever() {
        let mut seen = Seen::from(0, at(0));
        assert!(seen.note(2) && seen.note(33));
        seen.settle(at(0));
        seen.settle(at(120));
        assert_eq!(seen.floor(), 0);
        seen.settle(at(121));
        assert_eq!(seen.floor(), 2, "the next that is missing has its own time");
        seen.settle(at(121));
        seen.settle(at(242));
        assert_eq!(seen.floor(), 33);
    }

    #[test]
    fn a_start_hears_the_last_ones_once_more() {
        let mut seen = Seen::from(5_000, at(0));
        assert_eq!(seen.floor(), 5_000 - OVERLAP);
        assert!(seen.note(4_999) && !seen.note(4_999));
        assert_eq!(Seen::from(3, at(0)).floor(), 0);
    }
}
