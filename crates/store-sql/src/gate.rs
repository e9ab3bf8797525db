//! The breaker before one side of the database.
//!
//! Whoever asks the database asks here first, and what became of it is told here, also where the caller has gone
//! away meanwhile. Deliberately not here: the rule itself (it is in `core`), what is a fault (`codes`), and who else
//! shares the database.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use aspis_core::{
    clock::Clock,
    event::{Event, Kind, Sink},
    refusal::Rule,
    scenario::denial_of_service::{
        breaker::{Breaker, Outcome, Permit, Rules, Stance, Turn},
        votes::{Change, VOTE},
    },
};
use aspis_store::LeftAlone;

use crate::{codes, db::Worn};

/// The rule's name, in refusals and events.
const RULE: &str = "breaker.database";

/// What a guarded database needs: when a failing side is left alone, and who is to know.
#[derive(Clone)]
pub struct Guard {
    /// The numbers of the rule.
    pub rules: Rules,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Where it is told that a breaker opened or closed.
    pub events: Arc<dyn Sink>,
}

impl fmt::Debug for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Guard").field("rules", &self.rules).finish_non_exhaustive()
    }
}

/// One side's breaker.
#[derive(Debug)]
pub(crate) struct Gate {
    guard: Guard,
    side: &'static str,
    worn: Worn,
    breaker: Mutex<Breaker>,
}

impl Gate {
    pub(crate) fn new(guard: Guard, side: &'static str, worn: Worn) -> Arc<Self> {
        let breaker = Mutex::new(Breaker::new(guard.rules));
        Arc::new(Self { guard, side, worn, breaker })
    }

    pub(crate) fn stance(&self) -> Stance {
        self.breaker().stance(self.guard.clock.uptime())
    }

    /// True while this node's own results say that the side is broken.
    pub(crate) fn finds_broken(&self) -> bool {
        self.breaker().finds_broken(self.guard.clock.uptime())
    }

    /// Does as most nodes find.
    pub(crate) fn follow(&self, change: Change) {
        let mut breaker = self.breaker();
        match change {
            Change::Rose if breaker.heed(self.guard.clock.uptime()).is_some() => {
                let side = self.side;
                tracing::warn!(side, "most nodes find the database failing: it is left alone for a while");
                self.tell(Kind::BreakerOpened, Some(VOTE));
            }
            Change::Fell if breaker.relent().is_some() => {
                tracing::info!(side = self.side, "most nodes no longer find the database failing");
                self.tell(Kind::BreakerClosed, Some(VOTE));
            }
            Change::Rose | Change::Fell => {}
        }
    }

    /// Leave to ask the database once.
    pub(crate) fn ask(self: &Arc<Self>) -> Result<Leave, LeftAlone> {
        let permit = self.breaker().ask(self.guard.clock.uptime());
        let permit = permit.map_err(|left| LeftAlone { left, rule: RULE })?;
        Ok(Leave { given: Some((Arc::clone(self), permit)), outcome: Outcome::Void })
    }

    /// The event is recorded while nobody else can turn the breaker: the log has them in the order they came.
    fn report(&self, permit: Permit, outcome: Outcome) {
        let mut breaker = self.breaker();
        match breaker.report(permit, outcome, self.guard.clock.uptime()) {
            Some(Turn::Opened) => {
                tracing::error!(side = self.side, "the database is failing and is left alone for a while");
                self.tell(Kind::BreakerOpened, None);
            }
            Some(Turn::Closed) => {
                tracing::info!(side = self.side, "the database is back");
                self.tell(Kind::BreakerClosed, None);
            }
            Some(Turn::Reopened) | None => {}
        }
    }

    fn tell(&self, kind: Kind, why: Option<&str>) {
        let place = why.map_or_else(|| self.side.to_owned(), |why| format!("{}, {why}", self.side));
        let rule = Rule { place: Some(place), ..Rule::named(RULE) };
        let event = Event::of_server(kind, self.guard.clock.now());
        self.guard.events.record(Event { rule: Some(rule), ..event });
    }

    /// Nothing panics while it is held half-changed.
    fn breaker(&self) -> MutexGuard<'_, Breaker> {
        self.breaker.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Leave to ask once. It is given back when it is dropped, with what was learned until then; a caller that went away
/// has learned nothing.
#[derive(Debug)]
pub(crate) struct Leave {
    given: Option<(Arc<Gate>, Permit)>,
    outcome: Outcome,
}

impl Leave {
    /// Of a database that nobody guards.
    pub(crate) const FREE: Self = Self { given: None, outcome: Outcome::Void };

    /// The database did what it was asked.
    pub(crate) fn went_well(&mut self) {
        self.learned(Outcome::Good);
    }

    /// The database answered with an error.
    pub(crate) fn failed(&mut self, error: &sqlx::Error) {
        self.learned(codes::outcome(error));
        if let Some((gate, _)) = &self.given
            && codes::outlasts(error)
        {
            gate.worn.out();
        }
    }

    /// Takes an answer's word for it.
    pub(crate) fn heard<T>(&mut self, answer: &sqlx::Result<T>) {
        match answer {
            Ok(_) => self.went_well(),
            Err(error) => self.failed(error),
        }
    }

    /// A fault stays one, whatever went well beside it.
    fn learned(&mut self, outcome: Outcome) {
        if self.outcome != Outcome::Fault && outcome != Outcome::Void {
            self.outcome = outcome;
        }
    }
}

impl Drop for Leave {
    fn drop(&mut self) {
        if let Some((gate, permit)) = self.given.take() {
            gate.report(permit, self.outcome);
        }
    }
}
