//! What an operator has made harder for everybody, and how it goes back: limits down to one a minute, then step by step
//! to what the settings say.

use std::time::Duration;

use crate::{clock::Timestamp, rate::Rate};

/// What is left of a limit at the hardest.
pub const LEAST: Rate = Rate { limit: 1, window: Duration::from_secs(60) };
/// In how many steps a limit goes back.
pub const STEPS: u32 = 10;

/// How a limit goes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Easing {
    /// Since when.
    pub from: Timestamp,
    /// When all is as it was.
    pub until: Timestamp,
}

impl Easing {
    /// How many of [`STEPS`] are done.
    pub fn step(&self, now: Timestamp) -> u32 {
        let (whole, done) = (self.until.since(self.from), now.since(self.from));
        if now >= self.until || whole.is_zero() {
            return STEPS;
        }
        let steps = done.as_micros() * u128::from(STEPS) / whole.as_micros();
        u32::try_from(steps).unwrap_or(STEPS).min(STEPS)
    }
}

/// What is left of a rate after some of the steps back. A rate that is lower than the least already stays as it is.
pub fn rate_at(base: Rate, step: u32) -> Rate {
    let tight = if is_lower(base, LEAST) { base } else { LEAST };
    match step {
        0 => tight,
        STEPS.. => base,
        step => {
            let limit = (u64::from(base.limit) * u64::from(step) / u64::from(STEPS)).max(1);
            let part = Rate { limit: u32::try_from(limit).unwrap_or(base.limit), ..base };
            if is_lower(part, tight) { tight } else { part }
        }
    }
}

fn is_lower(one: Rate, other: Rate) -> bool {
    let speed = |rate: Rate, by: Rate| u128::from(rate.limit) * by.window.as_micros();
    speed(one, other) < speed(other, one)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_goes_back_in_steps() {
        let rate =
            |base, easing: Option<Easing>, now| rate_at(base, easing.map_or(0, |easing| easing.step(now)));
        let base: Rate = "60/minute".parse().unwrap();
        let at = |seconds| Timestamp::from_seconds(seconds);
        let easing = Some(Easing { from: at(100), until: at(200) });
        assert_eq!(rate(base, None, at(5)), LEAST);
        for (second, limit) in [(100, 1), (109, 1), (110, 6), (155, 30), (199, 54), (200, 60), (900, 60)] {
            assert_eq!(rate(base, easing, at(second)).limit, limit, "{second}");
        }
        let slow: Rate = "5/hour".parse().unwrap();
        assert_eq!(rate(slow, None, at(0)), slow);
        assert_eq!(rate(slow, easing, at(150)), slow);
        let once: Rate = "1/minute".parse().unwrap();
        for second in 100..200 {
            assert_eq!(rate(once, easing, at(second)), once);
        }
    }
}
