//! The failures on one name.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Rules, source::tell};
use crate::scenario::brute_force::{
    failures::{Failure, Failures, others},
    table::Counter,
};

/// What is tried: a name, or a known device's own part of it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Name {
    failures: Failures,
    /// The beginning of the lock that was told last.
    locked: Option<Duration>,
    /// When it last was said that this looks like stolen passwords.
    told: Option<Duration>,
}

impl Name {
    pub(super) fn begin(&mut self, failure: Failure, now: Duration, rules: &Rules) {
        self.forget(now, rules);
        self.failures.push(failure, rules.bound());
    }

    /// When the last one began.
    pub(super) fn last(&self) -> Option<Duration> {
        self.failures.last()
    }

    /// How long it is still locked, if it is.
    pub(super) fn locked(&self, now: Duration, rules: &Rules) -> Option<Duration> {
        let end = self.locked_from(rules)? + rules.lock;
        end.checked_sub(now).filter(|left| !left.is_zero())
    }

    /// The secret was right or not looked at. What others failed stays: the count ends with time alone.
    pub(super) fn void(&mut self, id: u64, now: Duration, rules: &Rules) {
        self.failures.take(id);
        self.forget(now, rules);
    }

    /// The secret was right, and the count is the device's own.
    pub(super) fn clear(&mut self) {
        self.failures.keep_last(0);
    }

    /// The secret was wrong. Whether that locked the name, and whether too many clients have failed on it.
    pub(super) fn wrong(&mut self, id: u64, now: Duration, rules: &Rules) -> (bool, bool) {
        self.failures.settle(id);
        let lock = self.locked_from(rules).filter(|_| self.locked(now, rules).is_some());
        let fresh = lock.is_some() && lock != self.locked;
        self.locked = lock.or(self.locked);
        let clients = others(self.failures.recent(now, rules.memory));
        (fresh, tell(clients >= rules.stuffing, &mut self.told, now, rules))
    }

    fn locked_from(&self, rules: &Rules) -> Option<Duration> {
        self.failures.all().get(rules.bound() - 1).map(|failure| failure.at)
    }

    /// How many of the newest count: none after the lock, and none before an hour in which nobody failed.
    fn counting(&self, now: Duration, rules: &Rules) -> usize {
        let all = self.failures.all();
        let locked = self.locked_from(rules);
        if locked.is_some_and(|from| now.saturating_sub(from) >= rules.lock) {
            return 0;
        }
        let quiet = |later: Duration, earlier: Duration| later.saturating_sub(earlier) >= rules.memory;
        if locked.is_none() && all.last().is_none_or(|last| quiet(now, last.at)) {
            return 0;
        }
        let gap = all.windows(2).rposition(|pair| quiet(pair[1].at, pair[0].at));
        all.len() - gap.map_or(0, |before| before + 1)
    }

    fn forget(&mut self, now: Duration, rules: &Rules) {
        let counting = self.counting(now, rules);
        self.failures.keep_last(counting);
    }
}

impl Counter for Name {
    type Rules = Rules;

    fn free_at(&self, rules: &Rules) -> Duration {
        let locked = self.locked_from(rules).map(|from| from + rules.lock);
        let counts = locked.or(self.failures.last()).unwrap_or_default();
        counts.max(self.told.unwrap_or_default())
    }
}
