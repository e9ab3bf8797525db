//! Whether a channel works: dead is one of which every try has failed for a while.
//!
//! Deliberately no IO and no clock: `now` is the uptime that is passed in.

use std::time::Duration;

/// How a channel has fared.
#[derive(Debug)]
pub(super) struct Health {
    after: Duration,
    failing: Option<Duration>,
    tries: u32,
    dead: bool,
}

impl Health {
    /// Dead after failing for so long.
    pub(super) const fn new(after: Duration) -> Self {
        Self { after, failing: None, tries: 0, dead: false }
    }

    /// A message has arrived: true when that is a return from the dead.
    pub(super) fn good(&mut self) -> bool {
        (self.failing, self.tries) = (None, 0);
        std::mem::take(&mut self.dead)
    }

    /// A try has failed.
    pub(super) fn bad(&mut self, now: Duration) {
        self.failing.get_or_insert(now);
        self.tries = self.tries.saturating_add(1);
    }

    /// The receiver says that it is gone: true when that is news.
    pub(super) fn gone(&mut self) -> bool {
        !std::mem::replace(&mut self.dead, true)
    }

    /// True once, when it has become dead. One try alone does not say so.
    pub(super) fn died(&mut self, now: Duration) -> bool {
        let long = self.failing.is_some_and(|since| now.saturating_sub(since) >= self.after);
        let died = !self.dead && long && self.tries > 1;
        self.dead |= died;
        died
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dead_is_what_fails_for_long_and_more_than_once() {
        let at = Duration::from_secs;
        let mut health = Health::new(at(600));
        health.bad(at(10));
        assert!(!health.died(at(900)), "one try");
        health.bad(at(15));
        assert_eq!((health.died(at(609)), health.died(at(610)), health.died(at(700))), (false, true, false));
        assert_eq!((health.good(), health.good()), (true, false));
        health.bad(at(800));
        health.good();
        health.bad(at(1000));
        health.bad(at(1005));
        assert!(!health.died(at(1599)), "it worked in between");
        assert_eq!((health.gone(), health.gone()), (true, false));
    }
}
