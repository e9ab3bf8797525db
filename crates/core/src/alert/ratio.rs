//! A share of what happened in the last five minutes, from counts that only grow.

use std::{collections::VecDeque, time::Duration};

/// What was answered so far, and how much of it was an error of the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Totals {
    /// All.
    pub all: u64,
    /// Of them failed.
    pub failed: u64,
}

/// How far a share looks back.
pub const RATIO_WINDOW: Duration = Duration::from_secs(300);
/// Samples are at least so far apart, so that they are bounded however often is looked.
const APART: Duration = Duration::from_millis(500);

/// The totals of the last five minutes, as they were from time to time.
#[derive(Debug, Default)]
pub(super) struct Ratio(VecDeque<(Duration, Totals)>);

/// A share, and of how many.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Share {
    pub(super) of: u64,
    pub(super) failed: f64,
}

impl Ratio {
    /// Takes the totals as they are now; the share since the sample that is five minutes old.
    pub(super) fn look(&mut self, totals: Totals, now: Duration) -> Share {
        while self.0.get(1).is_some_and(|(at, _)| now.saturating_sub(*at) >= RATIO_WINDOW) {
            self.0.pop_front();
        }
        if self.0.back().is_none_or(|(at, _)| now.saturating_sub(*at) >= APART) {
            self.0.push_back((now, totals));
        }
        let before = self.0.front().map_or(totals, |(_, totals)| *totals);
        let all = totals.all.saturating_sub(before.all);
        share_of(Totals { all, failed: totals.failed.saturating_sub(before.failed) })
    }
}

/// How much of it failed.
pub(super) fn share_of(Totals { all, failed }: Totals) -> Share {
    #[expect(clippy::cast_precision_loss, reason = "a share needs no more digits")]
    let failed = if all == 0 { 0.0 } else { failed as f64 / all as f64 };
    Share { of: all, failed }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn it_is_the_share_of_the_last_five_minutes() {
        let mut ratio = Ratio::default();
        let mut share = |second, all, failed| ratio.look(Totals { all, failed }, at(second));
        assert_eq!(share(0, 1000, 1000), Share { of: 0, failed: 0.0 }, "what was before is not known");
        assert_eq!(share(60, 1100, 1050), Share { of: 100, failed: 0.5 });
        assert_eq!(share(299, 1200, 1050), Share { of: 200, failed: 0.25 });
        assert_eq!(share(360, 1200, 1050), Share { of: 100, failed: 0.0 });
        assert_eq!(share(10_000, 1200, 1050), Share { of: 0, failed: 0.0 });
    }

    #[test]
    fn looking_often_does_not_grow_it() {
        let mut ratio = Ratio::default();
        for millis in 0..1_000_000 {
            ratio.look(Totals::default(), Duration::from_millis(millis));
        }
        assert!(ratio.0.len() <= 602, "{}", ratio.0.len());
    }
}
