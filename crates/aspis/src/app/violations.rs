//! Reports of broken page policies, from the route that takes them to the events that are told.

use std::sync::{Mutex, PoisonError};

use aspis_core::{
    event::{Event, Kind, Source},
    refusal::Rule,
    scenario::cross_site_scripting::reports::{Violation, Violations},
};

use super::App;

/// The reports of the last hour.
#[derive(Debug, Default)]
pub(crate) struct Book(Mutex<Violations>);

impl App {
    /// Takes one report. The first of its kind is told at once; what comes again is counted.
    pub(crate) fn take_violation(&self, violation: Violation, from: Source) {
        let now = self.clock.uptime();
        let first = self.violations.with(|violations| violations.take(violation, now));
        if let Some(violation) = first {
            self.tell_violation(&violation, 1, from);
        }
    }

    /// Tells how often came what came again, once its hour is over.
    pub(super) fn tell_violations(&self) {
        let now = self.clock.uptime();
        for (violation, count) in self.violations.with(|violations| violations.over(now)) {
            self.tell_violation(&violation, count, Source::SERVER);
        }
    }

    fn tell_violation(&self, violation: &Violation, count: u64, from: Source) {
        let Violation { directive, blocked, page } = violation;
        let rule = Rule {
            place: Some(format!("{page}: {blocked}")),
            count: Some(count),
            ..Rule::named(format!("csp.{directive}"))
        };
        self.events.record(Event {
            client: from.client,
            request: from.request,
            rule: Some(rule),
            route: "POST /csp-report".into(),
            ..Event::of_server(Kind::CspViolation, self.clock.now())
        });
    }
}

impl Book {
    fn with<T>(&self, act: impl FnOnce(&mut Violations) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
