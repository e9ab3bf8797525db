//! What took too long: in the line, where it leaves, and on a thread, where it is a fault.

use std::time::Duration;

use aspis_core::scenario::denial_of_service::{breaker::Outcome, queue::Place};

use super::{Book, refusals};

impl Book {
    /// Settles everything overdue. To be done before anything else is decided, so that neither the line nor the
    /// breaker's probes hold what nobody waits for.
    pub(in super::super) fn tidy(&mut self, now: Duration) {
        while let Some(place) = self.queue.late(now) {
            self.settle_late(place, now);
        }
        for place in self.crew.places().to_vec() {
            let began = self.jobs.get(&place).and_then(|job| job.began);
            if began.is_some_and(|began| now.saturating_sub(began) >= self.timeout) {
                self.settle_fault(place, now);
            }
        }
    }

    /// A timer has run out in the line, or on a thread. What has gone on since then is left alone.
    pub(in super::super) fn give_up(&mut self, place: Place, began: bool, now: Duration) {
        let is_there = self.jobs.get(&place).is_some_and(|job| job.began.is_some() == began);
        if is_there && began {
            self.settle_fault(place, now);
        } else if is_there {
            self.queue.leave(place);
            self.settle_late(place, now);
        }
    }

    fn settle_late(&mut self, place: Place, now: Duration) {
        let waiting = self.queue.waiting();
        self.refused += self.waiters(place);
        let refusal = refusals::late(waiting, self.queue.retry_after());
        self.settle(place, Outcome::Void, Err(refusal), now);
    }

    fn settle_fault(&mut self, place: Place, now: Duration) {
        self.crew.give_up(place);
        self.queue.measured(self.timeout);
        tracing::warn!("a prediction took longer than predict.timeout");
        self.settle(place, Outcome::Fault, Err(refusals::failed("predict.timeout")), now);
    }

    fn waiters(&self, place: Place) -> u64 {
        self.jobs.get(&place).map_or(0, |job| u64::try_from(job.waiters).unwrap_or(u64::MAX))
    }
}
