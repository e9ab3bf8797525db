//! How often a source is asked: never closer together than the settings say, and later and later while it fails.

use std::time::Duration;

use aspis_core::{
    chance::{self, Chance},
    rate::Rate,
};
use async_trait::async_trait;

/// Lets time pass.
#[async_trait]
pub trait Waits: Send + Sync {
    /// Comes back after so long.
    async fn wait(&self, span: Duration);
}

/// Lets time pass as it does.
#[derive(Debug, Clone, Copy, Default)]
pub struct RealTime;

#[async_trait]
impl Waits for RealTime {
    async fn wait(&self, span: Duration) {
        tokio::time::sleep(span).await;
    }
}

/// Keeps requests apart: evenly, so that no window ever holds more than the rate says.
#[derive(Debug)]
pub(super) struct Pace {
    apart: Duration,
    next: Duration,
}

impl Pace {
    pub(super) fn new(rate: Rate) -> Self {
        Self { apart: rate.window / rate.limit.max(1), next: Duration::ZERO }
    }

    /// Takes the next place, at this uptime: how long to wait for it.
    pub(super) fn place(&mut self, uptime: Duration) -> Duration {
        let at = self.next.max(uptime);
        self.next = at + self.apart;
        at.saturating_sub(uptime)
    }

    /// Leaves the source alone until then.
    pub(super) fn rest(&mut self, until: Duration) {
        self.next = self.next.max(until);
    }
}

const FIRST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(300);

/// How long to wait after so many failures in a row: a second, and by chance up to twice as much more each time, five
/// minutes at most, so that what failed together does not come back together.
pub(super) fn backoff(failures: u32, chance: &dyn Chance) -> Duration {
    let doubled = FIRST.saturating_mul(1 << failures.clamp(1, 16));
    FIRST + doubled.min(LONGEST).mul_f64(share(chance))
}

/// From 0 to 1.
fn share(chance: &dyn Chance) -> f64 {
    f64::from(u32::from_le_bytes(chance::bytes(chance))) / f64::from(u32::MAX)
}

#[cfg(test)]
mod tests {
    use aspis_core::chance::SeededChance;

    use super::*;

    #[test]
    fn no_window_holds_more_than_the_rate() {
        let rate = "30/minute".parse().expect("a rate");
        let mut pace = Pace::new(rate);
        let at = |seconds| Duration::from_secs(seconds);
        assert_eq!((pace.place(at(0)), pace.place(at(0)), pace.place(at(1))), (at(0), at(2), at(3)));
        assert_eq!(pace.place(at(100)), at(0));
        pace.rest(at(160));
        assert_eq!(pace.place(at(101)), at(59));
    }

    #[test]
    fn waits_grow_and_are_never_alike() {
        let chance = SeededChance::new(3);
        for failures in 1..40 {
            let most = f64::from((1_u32 << failures.min(20)).min(300) + 1);
            let waits: Vec<_> = (0..50).map(|_| backoff(failures, &chance)).collect();
            assert!(waits.iter().all(|wait| (1.0..=most).contains(&wait.as_secs_f64())), "{failures}");
            let longest = waits.iter().max().expect("fifty");
            assert!(longest.as_secs_f64() > most / 2.0, "{failures}: {longest:?}");
        }
    }
}
