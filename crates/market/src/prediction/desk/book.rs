//! Who waits for what, what is being computed, and what becomes of it. No thread, no timer, no IO: `now` is passed in.

use std::{collections::HashMap, time::Duration};

use aspis_core::{
    event::Kind,
    refusal::{Refusal, Rule},
    scenario::denial_of_service::{
        breaker::{Breaker, Outcome, Stance, Turn},
        queue::{self, Place, Queue},
        shedding::Rank,
        votes::{Change, VOTE},
    },
};
use tokio::sync::watch;

use super::{
    Counts, Key, Wanted,
    job::{Job, Phase, Seat},
    refusals,
};
use crate::{
    forecast::{Forecast, ForecastError},
    prediction::Rules,
};

mod crew;
mod overdue;

use crew::Crew;

/// A piece of work for a thread.
#[derive(Debug)]
pub(super) struct Task {
    pub(super) place: Place,
    pub(super) wanted: Wanted,
}

/// An answer, and where those wait who are to hear it.
pub(super) type Answer = (watch::Sender<Phase>, Result<Forecast, Refusal>);

/// Everything the desk decides by.
#[derive(Debug)]
pub(super) struct Book {
    places: queue::Rules,
    open: Duration,
    timeout: Duration,
    queue: Queue,
    breaker: Breaker,
    jobs: HashMap<Place, Job>,
    /// The computation that those who want the same share.
    shared: HashMap<Key, Place>,
    crew: Crew,
    /// When it was last told that the line is full.
    told_full: Option<Duration>,
    news: Vec<(Kind, Rule)>,
    answers: Vec<Answer>,
    joined: u64,
    refused: u64,
}

/// How often it is told that the line is full.
const FULL_AGAIN: Duration = Duration::from_secs(60);

impl Book {
    pub(super) fn new(rules: &Rules) -> Self {
        Self {
            places: rules.queue,
            open: rules.breaker.open,
            timeout: rules.timeout,
            queue: Queue::new(rules.queue),
            breaker: Breaker::new(rules.breaker),
            jobs: HashMap::new(),
            shared: HashMap::new(),
            crew: Crew::new(rules.queue.workers),
            told_full: None,
            news: Vec::new(),
            answers: Vec::new(),
            joined: 0,
            refused: 0,
        }
    }

    /// A seat in the computation that is wanted: one that there is already, or one at the end of the line.
    pub(super) fn enter(&mut self, wanted: Wanted, rank: Rank, now: Duration) -> Result<Seat, Refusal> {
        let entered = match self.join(&wanted.key(), now) {
            Some(seat) => Ok(seat),
            None => self.begin(wanted, rank, now),
        };
        self.refused += u64::from(entered.is_err());
        entered
    }

    /// Who joins costs the model nothing, so not even the probes are asked; only an open breaker turns them away.
    fn join(&mut self, key: &Key, now: Duration) -> Option<Seat> {
        let place = *self.shared.get(key).filter(|_| self.breaker.stance(now) != Stance::Open)?;
        let job = self.jobs.get_mut(&place)?;
        job.waiters += 1;
        self.joined += 1;
        Some(seat(place, job, self.places.longest.saturating_sub(now.saturating_sub(job.asked))))
    }

    fn begin(&mut self, wanted: Wanted, rank: Rank, now: Duration) -> Result<Seat, Refusal> {
        if self.crew.is_stuck() {
            return Err(refusals::failed("predict.workers"));
        }
        let permit = self.breaker.ask(now).map_err(refusals::open)?;
        let place = match self.queue.enter(rank, now) {
            Ok(place) => place,
            Err(full) => {
                self.breaker.report(permit, Outcome::Void, now);
                self.tell_full(full.waiting, now);
                return Err(refusals::full(full));
            }
        };
        self.shared.insert(wanted.key(), place);
        let (phase, _) = watch::channel(Phase::Waiting);
        let job = Job { wanted, waiters: 1, permit, asked: now, began: None, phase };
        let seat = seat(place, &job, self.places.longest);
        self.jobs.insert(place, job);
        Ok(seat)
    }

    /// Gives a seat up. What nobody waits for any more is not begun; what was begun is finished.
    pub(super) fn leave(&mut self, place: Place, now: Duration) {
        let Some(job) = self.jobs.get_mut(&place) else { return };
        job.waiters -= 1;
        if job.waiters == 0 && self.queue.leave(place) {
            self.settle(place, Outcome::Void, Err(refusals::failed("predict.abandoned")), now);
        }
    }

    /// The next piece of work, where a thread may take one.
    pub(super) fn take(&mut self, now: Duration) -> Option<Task> {
        if !self.crew.has_hand() {
            return None;
        }
        let place = self.queue.next(now)?;
        let job = self.jobs.get_mut(&place)?;
        job.began = Some(now);
        job.phase.send_replace(Phase::Computing);
        self.crew.begin(place);
        Some(Task { place, wanted: job.wanted.clone() })
    }

    /// A thread has come back: with a forecast or an error, or with nothing where the model panicked.
    pub(super) fn finish(
        &mut self,
        task: &Task,
        result: Option<Result<Forecast, ForecastError>>,
        now: Duration,
    ) {
        if !self.crew.end(task.place) {
            return;
        }
        let began = self.jobs.get(&task.place).and_then(|job| job.began);
        self.queue.measured(now.saturating_sub(began.unwrap_or(now)));
        let (outcome, answer) = match result {
            Some(Ok(forecast)) => (Outcome::Good, Ok(forecast)),
            None | Some(Err(ForecastError::Failed(_))) => {
                tracing::warn!(asset = task.wanted.listed.asset.id, ?result, "a prediction failed");
                (Outcome::Fault, Err(refusals::failed("predict.model")))
            }
            // The asset's own, and no fault of the model.
            Some(Err(error)) => (Outcome::Good, Err(refusals::unpredictable(error))),
        };
        self.settle(task.place, outcome, answer, now);
    }

    /// Ends a computation for everybody who waits for it.
    fn settle(&mut self, place: Place, outcome: Outcome, answer: Result<Forecast, Refusal>, now: Duration) {
        let Some(job) = self.jobs.remove(&place) else { return };
        let key = job.wanted.key();
        if self.shared.get(&key) == Some(&place) {
            self.shared.remove(&key);
        }
        self.answers.push((job.phase, answer));
        match self.breaker.report(job.permit, outcome, now) {
            Some(Turn::Opened) => {
                self.news.push((Kind::BreakerOpened, Rule::named(refusals::BREAKER)));
                self.send_home(now);
            }
            Some(Turn::Reopened) => self.send_home(now),
            Some(Turn::Closed) => self.news.push((Kind::BreakerClosed, Rule::named(refusals::BREAKER))),
            None => {}
        }
    }

    /// True while this node's own results say that the model is broken.
    pub(super) fn finds_broken(&self, now: Duration) -> bool {
        self.breaker.finds_broken(now)
    }

    /// Does as most nodes find of the model.
    pub(super) fn follow(&mut self, change: Change, now: Duration) {
        let by_vote = || Rule { place: Some(VOTE.to_owned()), ..Rule::named(refusals::BREAKER) };
        match change {
            Change::Rose if self.breaker.heed(now).is_some() => {
                self.news.push((Kind::BreakerOpened, by_vote()));
                self.send_home(now);
            }
            Change::Fell if self.breaker.relent().is_some() => {
                self.news.push((Kind::BreakerClosed, by_vote()));
            }
            Change::Rose | Change::Fell => {}
        }
    }

    /// Nobody waits for what will not be tried.
    fn send_home(&mut self, now: Duration) {
        for place in self.queue.clear() {
            self.settle(place, Outcome::Void, Err(refusals::open(self.open)), now);
        }
    }

    fn tell_full(&mut self, waiting: usize, now: Duration) {
        if self.told_full.is_none_or(|told| now.saturating_sub(told) >= FULL_AGAIN) {
            self.told_full = Some(now);
            self.news.push((Kind::QueueFull, refusals::queue_rule("admission.queue", waiting)));
        }
    }

    /// What has happened since it was last asked: to be recorded before the answers are given.
    pub(super) fn news(&mut self) -> Vec<(Kind, Rule)> {
        std::mem::take(&mut self.news)
    }

    /// Who is to be told what, since it was last asked.
    pub(super) fn answers(&mut self) -> Vec<Answer> {
        std::mem::take(&mut self.answers)
    }

    /// True where somebody is to be told something.
    pub(super) fn has_answers(&self) -> bool {
        !self.answers.is_empty()
    }

    /// True while no stranger finds a place in the line.
    pub(super) fn is_full(&self) -> bool {
        self.queue.waiting() >= self.places.places_for(Rank::StrangersPrediction)
    }

    /// True where somebody waits and a thread may take it.
    pub(super) fn has_work(&self) -> bool {
        self.queue.waiting() > 0 && self.crew.has_hand()
    }

    pub(super) fn counts(&self, now: Duration) -> Counts {
        Counts {
            waiting: self.queue.waiting(),
            computing: self.crew.computing(),
            stuck: self.crew.stuck(),
            shared: self.joined,
            refused: self.refused,
            breaker: self.breaker.stance(now),
        }
    }
}

fn seat(place: Place, job: &Job, patience: Duration) -> Seat {
    Seat { place, patience, phase: job.phase.subscribe() }
}

#[cfg(test)]
mod tests;
