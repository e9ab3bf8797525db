//! How long a browser session lives: so long without a request, and so long whatever happens (NIST SP 800-63B-4, 5.2).

use std::time::Duration;

use crate::clock::Timestamp;

/// The two bounds of a session's life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lifetime {
    /// From one request to the end, if none follows.
    pub idle: Duration,
    /// From its beginning to its end.
    pub absolute: Duration,
}

impl Default for Lifetime {
    fn default() -> Self {
        Self { idle: Duration::from_secs(1800), absolute: Duration::from_secs(43_200) }
    }
}

impl Lifetime {
    /// When a session is over that began at `created` and was last used at `used`.
    pub fn end(&self, created: Timestamp, used: Timestamp) -> Timestamp {
        used.plus(self.idle).min(created.plus(self.absolute))
    }

    /// True until that moment. A clock that was set back makes no session live longer than its whole life.
    pub fn is_alive(&self, created: Timestamp, used: Timestamp, now: Timestamp) -> bool {
        now < self.end(created, used)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIFE: Lifetime =
        Lifetime { idle: Duration::from_secs(1800), absolute: Duration::from_secs(43_200) };

    fn alive(created: i64, used: i64, now: i64) -> bool {
        let at = Timestamp::from_seconds;
        LIFE.is_alive(at(created), at(used), at(now))
    }

    #[test]
    fn it_ends_after_half_an_hour_without_a_request() {
        assert!(alive(1000, 2000, 3799));
        assert!(!alive(1000, 2000, 3800));
    }

    #[test]
    fn it_ends_after_twelve_hours_whatever_happens() {
        assert!(alive(1000, 44_199, 44_199));
        assert!(!alive(1000, 44_199, 44_200));
        assert!(!alive(1000, 90_000, 44_200), "even where the last use is later than now");
    }

    #[test]
    fn the_ends_of_time_are_no_trap() {
        let end = LIFE.end(Timestamp(i64::MAX), Timestamp(i64::MAX));
        assert_eq!(end, Timestamp(i64::MAX));
        assert!(!LIFE.is_alive(Timestamp(0), Timestamp(0), Timestamp(i64::MAX)));
    }
}
