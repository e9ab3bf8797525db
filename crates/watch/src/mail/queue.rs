//! The order of letters: as they were posted, but one that the relay puts off stands aside until its next try.
//!
//! Deliberately no IO and no clock: `now` is the uptime that is passed in.

use std::{collections::VecDeque, time::Duration};

use aspis_core::{clock::Timestamp, courier::Letter};
use tokio::sync::OwnedSemaphorePermit;

use super::message::Sealed;

/// A letter as it was posted. It keeps its place among those that may wait until it is gone.
#[derive(Debug)]
pub(super) struct Posted {
    pub(super) letter: Letter,
    pub(super) at: Timestamp,
    pub(super) place: OwnedSemaphorePermit,
}

/// A letter on its way.
pub(super) struct Job {
    pub(super) sealed: Sealed,
    /// Tries so far.
    pub(super) tries: usize,
    _place: OwnedSemaphorePermit,
}

impl Job {
    /// A letter that has not been tried.
    pub(super) fn new(sealed: Sealed, place: OwnedSemaphorePermit) -> Self {
        Self { sealed, tries: 0, _place: place }
    }
}

/// All letters on their way.
#[derive(Default)]
pub(super) struct Queue {
    line: VecDeque<Job>,
    aside: Vec<(Duration, Job)>,
    /// The relay is away: nothing is tried before.
    pause: Duration,
}

impl Queue {
    /// A new letter: behind all others.
    pub(super) fn push(&mut self, job: Job) {
        self.line.push_back(job);
    }

    /// The relay could not take this letter now; others may go on.
    pub(super) fn put_off(&mut self, job: Job, until: Duration) {
        self.aside.push((until, job));
    }

    /// Back to where it was: the first of the line.
    pub(super) fn put_back(&mut self, job: Job) {
        self.line.push_front(job);
    }

    /// The relay could not be asked at all: all letters wait.
    pub(super) fn pause(&mut self, until: Duration) {
        self.pause = until;
    }

    /// The letter to try now: the one put aside that has waited longest beyond its time, else the first of the line.
    pub(super) fn next(&mut self, now: Duration) -> Option<Job> {
        if now < self.pause {
            return None;
        }
        match self.first_aside() {
            Some((at, until)) if until <= now => Some(self.aside.swap_remove(at).1),
            _ => self.line.pop_front(),
        }
    }

    /// Any letter, whatever its time.
    pub(super) fn any(&mut self) -> Option<Job> {
        self.line.pop_front().or_else(|| self.aside.pop().map(|(_, job)| job))
    }

    /// When [`Queue::next`] will have one; nothing when it is empty.
    pub(super) fn due(&self) -> Option<Duration> {
        let due = match self.first_aside() {
            _ if !self.line.is_empty() => Duration::ZERO,
            first => first?.1,
        };
        Some(due.max(self.pause))
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.line.len() + self.aside.len()
    }

    fn first_aside(&self) -> Option<(usize, Duration)> {
        let times = self.aside.iter().map(|(until, _)| *until);
        times.enumerate().min_by_key(|(_, until)| *until)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use aspis_core::{chance::SeededChance, secret::SecretText};
    use tokio::sync::Semaphore;

    use super::{super::message, *};

    const SECOND: Duration = Duration::from_secs(1);

    fn job(name: &str) -> Job {
        let letter =
            Letter { to: format!("{name}@example.org"), subject: "s".to_owned(), text: SecretText::new("t") };
        let from = message::sender("aspis@shop.example").unwrap();
        let sealed = message::seal(&letter, &from, Timestamp(0), &SeededChance::new(1)).unwrap();
        Job::new(sealed, Arc::new(Semaphore::new(1)).try_acquire_owned().unwrap())
    }

    fn name(job: Option<Job>) -> Option<String> {
        job.map(|job| job.sealed.to.user().to_owned())
    }

    #[test]
    fn a_letter_put_off_lets_the_others_pass_and_comes_back_in_its_time() {
        let mut queue = Queue::default();
        queue.push(job("b"));
        queue.put_off(job("a"), SECOND);
        assert_eq!((queue.due(), queue.len()), (Some(Duration::ZERO), 2));
        assert_eq!(name(queue.next(Duration::ZERO)).as_deref(), Some("b"));
        assert_eq!(name(queue.next(Duration::ZERO)), None);
        assert_eq!(queue.due(), Some(SECOND));
        queue.push(job("c"));
        assert_eq!(name(queue.next(SECOND)).as_deref(), Some("a"));
        assert_eq!(name(queue.next(SECOND)).as_deref(), Some("c"));
        assert_eq!(queue.due(), None);
    }

    #[test]
    fn a_relay_that_is_away_keeps_all_letters_in_order() {
        let mut queue = Queue::default();
        queue.push(job("b"));
        queue.put_back(job("a"));
        queue.pause(SECOND);
        assert_eq!(name(queue.next(Duration::ZERO)), None);
        assert_eq!(queue.due(), Some(SECOND));
        assert_eq!(name(queue.next(SECOND)).as_deref(), Some("a"));
        assert_eq!(name(queue.next(SECOND)).as_deref(), Some("b"));
        queue.put_off(job("d"), 9 * SECOND);
        assert_eq!(name(queue.any()).as_deref(), Some("d"), "at the end nobody's time counts");
    }
}
