//! The time of a shop, and of the Redis that its nodes share where they do.

use std::{sync::Arc, time::Duration};

use aspis_core::clock::{Clock, ManualClock, Timestamp};

use crate::still::Still;

/// It stands still until it is moved.
#[derive(Debug)]
pub(crate) struct ShopClock {
    own: ManualClock,
    begun: Timestamp,
    redis: Option<Arc<Still>>,
}

impl ShopClock {
    /// At the moment when a Redis was started, if there is one.
    pub(super) const fn at(begun: Timestamp, own: ManualClock, redis: Option<Arc<Still>>) -> Self {
        Self { own, begun, redis }
    }

    /// Moves everybody's time forward.
    pub(crate) fn advance(&self, span: Duration) {
        self.own.advance(span);
        if let Some(redis) = &self.redis {
            redis.set(self.begun.plus(self.own.uptime()));
        }
    }

    /// Sets the wall clock of the nodes alone. Theirs is not that of the Redis, which nobody has set.
    pub(crate) fn set_wall(&self, now: Timestamp) {
        self.own.set_wall(now);
    }
}

impl Clock for ShopClock {
    fn now(&self) -> Timestamp {
        self.own.now()
    }

    fn uptime(&self) -> Duration {
        self.own.uptime()
    }
}
