//! What becomes of a letter after a try, and what its failure means for the others.

use std::time::Duration;

use aspis_core::chance;

use super::{
    super::{
        delivery::{Failure, Reason},
        queue::Job,
    },
    Worker,
};

impl Worker {
    /// Says what a try means for this letter and the others; false when it makes no sense to go on.
    pub(super) fn settle(&mut self, mut job: Job, done: Result<(), Failure>, last: bool) -> bool {
        job.tries += 1;
        let was_away = matches!(done, Err(Failure::Away(_)));
        self.away = if was_away { self.away + 1 } else { 0 };
        match done {
            Ok(()) => {
                self.tally.accepted();
                tracing::debug!(letter = job.sealed.id, "a letter was accepted by the mail relay");
            }
            Err(Failure::Refused(reason)) => self.give_up(&job, &reason),
            Err(Failure::Away(_) | Failure::Later(_)) if last => self.lapsed += 1,
            Err(Failure::Away(reason)) => self.wait(job, &reason),
            Err(Failure::Later(reason)) => self.put_off(job, &reason),
        }
        !(last && was_away)
    }

    /// The relay is away: everything waits, longer each time.
    fn wait(&mut self, job: Job, reason: &Reason) {
        tracing::warn!(%reason, waiting = self.queue.len() + 1, "the mail relay cannot be asked");
        let step = self.away.min(self.route.timing.backoff.len()) - 1;
        let pause = self.jittered(self.route.timing.backoff[step]);
        self.queue.pause(self.clock.uptime() + pause);
        if job.tries > self.route.timing.backoff.len() {
            self.give_up(&job, reason);
        } else {
            self.queue.put_back(job);
        }
    }

    fn put_off(&mut self, job: Job, reason: &Reason) {
        match self.route.timing.backoff.get(job.tries - 1) {
            Some(wait) => {
                tracing::info!(letter = job.sealed.id, tries = job.tries, %reason, "a letter is tried again later");
                let until = self.clock.uptime() + self.jittered(*wait);
                self.queue.put_off(job, until);
            }
            None => self.give_up(&job, reason),
        }
    }

    fn give_up(&self, job: &Job, reason: &Reason) {
        self.tally.gave_up();
        tracing::warn!(letter = job.sealed.id, tries = job.tries, %reason, "a letter was given up");
    }

    /// A fifth shorter to a fifth longer, so that many servers do not come back to one relay at once.
    fn jittered(&self, span: Duration) -> Duration {
        let [byte] = chance::bytes(self.chance.as_ref());
        span.mul_f64(0.8 + 0.4 * f64::from(byte) / 255.0)
    }
}
