//! The failures of one client, or of one device that is known.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Rules;
use crate::scenario::brute_force::{
    failures::{Failure, Failures, others},
    table::Counter,
};

/// Who fails.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Source {
    failures: Failures,
    /// When it last was said that this looks like stolen passwords.
    told: Option<Duration>,
}

impl Source {
    pub(super) fn begin(&mut self, failure: Failure, rules: &Rules) {
        self.failures.push(failure, rules.kept());
    }

    /// When the last one began.
    pub(super) fn last(&self) -> Option<Duration> {
        self.failures.last()
    }

    /// How many count now.
    pub(super) fn count(&self, now: Duration, rules: &Rules) -> u32 {
        u32::try_from(self.failures.recent(now, rules.memory).len()).unwrap_or(u32::MAX)
    }

    /// How long until the next try, if it has to wait.
    pub(super) fn waits(&self, now: Duration, rules: &Rules) -> Option<Duration> {
        let end = self.failures.last()? + rules.wait(self.count(now, rules))?;
        end.checked_sub(now).filter(|left| !left.is_zero())
    }

    /// The secret was right: nothing on that name counts any more.
    pub(super) fn right(&mut self, name: u64) {
        self.failures.forgive(name);
    }

    /// The try counts as if it had not been.
    pub(super) fn void(&mut self, id: u64) {
        self.failures.take(id);
    }

    /// The secret was wrong. True when it has failed on too many names, and that was not said within the hour.
    pub(super) fn wrong(&mut self, id: u64, now: Duration, rules: &Rules) -> bool {
        self.failures.settle(id);
        let names = others(self.failures.recent(now, rules.memory));
        tell(names >= rules.stuffing, &mut self.told, now, rules)
    }
}

impl Counter for Source {
    type Rules = Rules;

    fn free_at(&self, rules: &Rules) -> Duration {
        let last = self.failures.last().unwrap_or_default();
        let wait = rules.wait(self.count(last, rules)).unwrap_or_default();
        (last + wait).max(self.told.unwrap_or_default())
    }
}

/// True when something is to be said that was not said within the hour.
pub(super) fn tell(so: bool, told: &mut Option<Duration>, now: Duration, rules: &Rules) -> bool {
    let fresh = so && told.is_none_or(|at| now.saturating_sub(at) >= rules.memory);
    if fresh {
        *told = Some(now);
    }
    fresh
}
