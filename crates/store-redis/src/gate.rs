//! The breaker before the server.
//!
//! Deliberately not here: the rule itself (it is in `core`), and what is a fault.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use aspis_core::{
    clock::Clock,
    scenario::denial_of_service::breaker::{Breaker, Outcome, Permit, Rules, Stance, Turn},
};
use aspis_store::LeftAlone;

/// The rule's name, in errors.
const RULE: &str = "breaker.shared";

/// It opens soon, for a node goes on without, and tries again every second.
pub(crate) const RULES: Rules =
    Rules { results: 10, from: 4, share: 0.5, open: Duration::from_secs(1), probes: 1 };

/// What stands before the server.
#[derive(Debug)]
pub(crate) struct Gate {
    clock: Arc<dyn Clock>,
    breaker: Mutex<Breaker>,
}

impl Gate {
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, breaker: Mutex::new(Breaker::new(RULES)) }
    }

    /// True while the server is left alone, or tried again.
    pub(crate) fn is_shut(&self) -> bool {
        self.breaker().stance(self.clock.uptime()) != Stance::Closed
    }

    /// Leave to ask the server once.
    pub(crate) fn ask(&self) -> Result<Leave<'_>, LeftAlone> {
        let permit = self.breaker().ask(self.clock.uptime());
        let permit = permit.map_err(|left| LeftAlone { left, rule: RULE })?;
        Ok(Leave { gate: self, permit: Some(permit) })
    }

    /// Nothing panics while it is held half-changed.
    fn breaker(&self) -> MutexGuard<'_, Breaker> {
        self.breaker.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Leave to ask once. A caller that goes away meanwhile has learned nothing.
#[derive(Debug)]
pub(crate) struct Leave<'a> {
    gate: &'a Gate,
    permit: Option<Permit>,
}

impl Leave<'_> {
    /// Says how it went.
    pub(crate) fn end(mut self, outcome: Outcome) -> Option<Turn> {
        self.report(outcome)
    }

    fn report(&mut self, outcome: Outcome) -> Option<Turn> {
        let permit = self.permit.take()?;
        self.gate.breaker().report(permit, outcome, self.gate.clock.uptime())
    }
}

impl Drop for Leave<'_> {
    fn drop(&mut self) {
        self.report(Outcome::Void);
    }
}
