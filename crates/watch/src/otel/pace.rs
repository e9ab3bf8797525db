//! When to send next: at the usual time, or, while it fails, later and later, and never before the collector wants it.
//!
//! Deliberately no IO, no clock and no chance.

use std::time::Duration;

/// The first wait after a failure, doubled with each further one,
const FIRST: Duration = Duration::from_secs(1);
/// up to this one.
const LONGEST: Duration = Duration::from_secs(60);

/// How the sending of one signal fares.
#[derive(Debug, Default)]
pub(super) struct Pace {
    failures: u32,
}

impl Pace {
    /// It was taken: true where that is news.
    pub(super) fn good(&mut self) -> bool {
        std::mem::take(&mut self.failures) > 0
    }

    /// It was not: true where that is news.
    pub(super) fn bad(&mut self) -> bool {
        self.failures = self.failures.saturating_add(1);
        self.failures == 1
    }

    /// True while it is not taken.
    pub(super) const fn fails(&self) -> bool {
        self.failures > 0
    }

    /// How long to wait after a failure. `chance` makes it up to a half shorter, so that many servers do not come back
    /// all at once.
    pub(super) fn wait(&self, after: Option<Duration>, chance: u8) -> Duration {
        let doubled = FIRST.saturating_mul(1 << self.failures.saturating_sub(1).min(16)).min(LONGEST);
        let own = doubled.saturating_sub(doubled * u32::from(chance) / 510);
        own.max(after.unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_fails_waits_longer_and_longer() {
        let mut pace = Pace::default();
        let seconds = |pace: &Pace, chance| pace.wait(None, chance).as_millis();
        for whole in [1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000] {
            assert_eq!(pace.bad(), whole == 1000, "told once");
            assert_eq!((seconds(&pace, 0), seconds(&pace, 255)), (whole, whole / 2));
        }
        assert!(pace.good() && !pace.good(), "told once");
        assert!(pace.bad());
        assert_eq!(seconds(&pace, 0), 1000);
        for _ in 0..100 {
            pace.bad();
        }
        assert_eq!(seconds(&pace, 0), 60_000);
    }

    #[test]
    fn nobody_comes_before_they_are_wanted() {
        let mut pace = Pace::default();
        pace.bad();
        let after = |seconds| pace.wait(Some(Duration::from_secs(seconds)), 255);
        assert_eq!((after(7), after(0)), (Duration::from_secs(7), Duration::from_millis(500)));
    }
}
