//! How slow a client may be with a body, in either direction.
//!
//! Only time in which we wait for the client counts: who is served slowly is not to blame for it. Pure arithmetic in
//! the coarse clock's unit; what becomes of the slow is decided where they are waited for.

use super::{limits::Limits, pulse::millis, unsent::UNSENT_IN_KERNEL};

/// The pace that is asked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pace {
    /// Bytes a second; 0 asks for none.
    rate: u64,
    /// Waiting that is nobody's fault.
    grace: u64,
}

/// One body so far.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Progress {
    pub(super) bytes: u64,
    /// Milliseconds that we waited for the client.
    pub(super) waited: u64,
}

impl Progress {
    /// Of answers that begin to be waited for: what the kernel holds was taken, as far as anybody can tell.
    pub(super) const BEFORE: Self = Self { bytes: UNSENT_IN_KERNEL as u64, waited: 0 };
}

impl Pace {
    pub(super) fn new(limits: &Limits) -> Self {
        Self { rate: u64::from(limits.body_rate), grace: millis(limits.body_grace + limits.tick()) }
    }

    /// How much longer such a body may be waited for; nothing where no pace is asked for.
    pub(super) fn left(&self, body: &Progress) -> Option<u64> {
        let asks = self.rate > 0;
        asks.then(|| self.earned(body.bytes).max(self.grace).saturating_sub(body.waited))
    }

    /// How much longer for so many bytes more.
    pub(super) fn earned(&self, bytes: u64) -> u64 {
        bytes.saturating_mul(1000).checked_div(self.rate).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn bytes_earn_time_and_the_first_seconds_are_free() {
        let limits = Limits { body_rate: 500, body_grace: Duration::from_secs(5), ..Limits::default() };
        let pace = Pace::new(&limits);
        let free = 5000 + millis(limits.tick());
        let left = |bytes, waited| pace.left(&Progress { bytes, waited });
        assert_eq!(left(0, 0), Some(free));
        assert_eq!(left(2000, 0), Some(free), "4 s of bytes are within the grace");
        assert_eq!(left(10_000, 6000), Some(14_000));
        assert_eq!(left(10_000, 30_000), Some(0));
        let none = Pace::new(&Limits { body_rate: 0, ..limits });
        assert_eq!(none.left(&Progress { bytes: 0, waited: u64::MAX }), None);
    }
}
