//! How often a channel is used: a few messages at once, then one after another; a storm becomes one message.
//!
//! Deliberately no IO and no clock: `now` is the uptime that is passed in.

use std::time::Duration;

use super::Rules;

/// What to do now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    /// Nothing for so long.
    Wait(Duration),
    /// One message.
    One,
    /// All that is due, as one message.
    All,
}

/// Tokens that come back with time; a message takes one.
#[derive(Debug)]
pub(super) struct Pace {
    tokens: f64,
    counted: Duration,
    /// Nothing before.
    rest: Duration,
    most: f64,
    a_second: f64,
    digest: Duration,
}

impl Pace {
    pub(super) fn new(rules: &Rules) -> Self {
        let most = f64::from(rules.burst.max(1));
        let a_second = f64::from(rules.rate.limit) / rules.rate.window.as_secs_f64();
        Self {
            tokens: most,
            counted: Duration::ZERO,
            rest: Duration::ZERO,
            most,
            a_second,
            digest: rules.digest,
        }
    }

    /// What to do about so many that are due; where it is to send, that is counted.
    pub(super) fn turn(&mut self, due: u64, now: Duration) -> Turn {
        let passed = now.saturating_sub(self.counted);
        self.tokens = self.most.min(self.tokens + passed.as_secs_f64() * self.a_second);
        self.counted = now;
        if due == 0 {
            return Turn::Wait(Duration::MAX);
        }
        if now < self.rest {
            return Turn::Wait(self.rest.saturating_sub(now));
        }
        if self.tokens < 1.0 {
            return Turn::Wait(Duration::from_secs_f64((1.0 - self.tokens) / self.a_second).max(TICK));
        }
        if due == 1 || u32::try_from(due).is_ok_and(|due| f64::from(due) <= self.tokens) {
            self.tokens -= 1.0;
            return Turn::One;
        }
        self.tokens = 0.0;
        self.leave_alone(now + self.digest);
        Turn::All
    }

    /// Nothing is sent before.
    pub(super) fn leave_alone(&mut self, until: Duration) {
        self.rest = self.rest.max(until);
    }
}

/// The shortest wait: never a loop that only looks.
const TICK: Duration = Duration::from_millis(5);

#[cfg(test)]
mod tests {
    use super::*;

    fn pace() -> Pace {
        let rate = "1/second".parse().unwrap();
        let seconds = Duration::from_secs;
        Pace::new(&Rules {
            same: seconds(0),
            rate,
            burst: 5,
            digest: seconds(15),
            dead_after: seconds(600),
            waiting: 9,
        })
    }

    fn at(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    #[test]
    fn a_few_go_at_once_and_then_one_after_another() {
        let mut pace = pace();
        for due in [5, 4, 3, 2, 1] {
            assert_eq!(pace.turn(due, at(0)), Turn::One);
        }
        assert_eq!(pace.turn(1, at(0)), Turn::Wait(at(1000)));
        assert_eq!((pace.turn(1, at(1000)), pace.turn(1, at(1200))), (Turn::One, Turn::Wait(at(800))));
        assert_eq!(pace.turn(0, at(1200)), Turn::Wait(Duration::MAX));
    }

    #[test]
    fn a_storm_is_one_message_and_then_a_rest() {
        let mut pace = pace();
        assert_eq!(pace.turn(6, at(0)), Turn::All);
        assert_eq!(pace.turn(1, at(100)), Turn::Wait(at(14_900)));
        assert_eq!(pace.turn(50, at(15_000)), Turn::All);
        // A thousand in a minute, each told of as it comes.
        let (mut sent, mut waiting) = (0, 0);
        let mut pace = self::pace();
        for step in 0..1000 {
            waiting += 1;
            match pace.turn(waiting, at(60 * step)) {
                Turn::Wait(_) => {}
                Turn::One => (sent, waiting) = (sent + 1, waiting - 1),
                Turn::All => (sent, waiting) = (sent + 1, 0),
            }
        }
        assert!((6..=12).contains(&sent), "{sent}");
    }

    #[test]
    fn whoever_wants_to_be_left_alone_is() {
        let mut pace = pace();
        pace.leave_alone(at(60_000));
        assert_eq!(pace.turn(1, at(0)), Turn::Wait(at(60_000)));
        pace.leave_alone(at(5));
        assert_eq!((pace.turn(1, at(59_999)), pace.turn(1, at(60_000))), (Turn::Wait(at(1)), Turn::One));
    }
}
