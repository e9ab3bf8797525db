//! Events that are no refusals, by kind; registrations by day; alerts by rule.

use std::sync::{Arc, Mutex, PoisonError};

use aspis_core::{
    alert::{Alert, Turn},
    event::{Event, Kind},
    scenario::data_scraping::quota::Day,
};
use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{counter::Counter, family::Family, gauge::Gauge},
    registry::Registry,
};

use super::Metrics;
use crate::alerts::Hears;

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Of {
    kind: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Raised {
    rule: &'static str,
    severity: &'static str,
}

/// The counts.
#[derive(Debug)]
pub(super) struct Facts {
    events: Family<Of, Counter>,
    raised: Family<Raised, Counter>,
    today: Gauge,
    /// The day that runs.
    day: Mutex<Option<Day>>,
}

impl Facts {
    pub(super) fn new(registry: &mut Registry) -> Self {
        let facts = Self {
            events: Family::default(),
            raised: Family::default(),
            today: Gauge::default(),
            day: Mutex::default(),
        };
        registry.register("events", "Events that are no refusals, by kind", facts.events.clone());
        registry.register("alerts_raised", "Alerts that began or became worse", facts.raised.clone());
        registry.register(
            "registrations_today",
            "Accounts made since midnight UTC, or since the start",
            facts.today.clone(),
        );
        facts
    }

    pub(super) fn count(&self, event: &Event) {
        if matches!(event.kind, Kind::Refused(_)) {
            return;
        }
        self.events.get_or_create(&Of { kind: event.kind.word() }).inc();
        if event.kind == Kind::Registered {
            self.registered(Day::of(event.at));
        }
    }

    fn registered(&self, day: Day) {
        let mut runs = self.day.lock().unwrap_or_else(PoisonError::into_inner);
        if *runs == Some(day) {
            self.today.inc();
        } else {
            *runs = Some(day);
            self.today.set(1);
        }
    }

    /// Yesterday's registrations are not today's.
    pub(super) fn turn(&self, day: Day) {
        let mut runs = self.day.lock().unwrap_or_else(PoisonError::into_inner);
        if *runs != Some(day) {
            *runs = Some(day);
            self.today.set(0);
        }
    }
}

/// Counts alerts.
#[derive(Debug)]
pub struct AlertCount(pub Arc<Metrics>);

impl Hears for AlertCount {
    fn alert(&self, alert: &Alert) {
        if matches!(alert.turn, Turn::Began | Turn::Worse) {
            let label = Raised { rule: alert.rule, severity: alert.severity.word() };
            self.0.facts.raised.get_or_create(&label).inc();
        }
    }
}

#[cfg(test)]
mod tests {
    use aspis_core::{
        alert::{Severity, Subject},
        clock::Timestamp,
        event::Sink,
        ids::AlertId,
    };

    use super::{super::RefusalCount, *};

    #[test]
    fn registrations_are_of_their_day() {
        let metrics = Arc::new(Metrics::new(&[]));
        let count = RefusalCount(Arc::clone(&metrics));
        let register =
            |seconds| count.record(Event::of_server(Kind::Registered, Timestamp::from_seconds(seconds)));
        let today = || {
            let text = metrics.render();
            let line = text.lines().find(|line| line.starts_with("aspis_registrations_today "));
            line.and_then(|line| line.rsplit(' ').next()?.parse().ok()).unwrap_or(-1)
        };
        assert_eq!(today(), 0);
        (1..=3).for_each(register);
        assert_eq!(today(), 3);
        register(86_400);
        assert_eq!(today(), 1);
        metrics.turn(Day(2));
        assert_eq!(today(), 0);
        let line = r#"aspis_events_total{kind="user_registered"} 4"#;
        assert!(metrics.render().lines().any(|own| own == line));
    }

    #[test]
    fn alerts_are_counted_by_rule() {
        let metrics = Arc::new(Metrics::new(&[]));
        let alert = |turn| Alert {
            id: AlertId(uuid::Uuid::nil()),
            rule: "log.broken",
            severity: Severity::Critical,
            scenario: None,
            subject: Subject::Server,
            turn,
            began: Timestamp(0),
            at: Timestamp(0),
            count: 1,
            bound: None,
            says: String::new(),
            client: None,
            request: None,
            enforced: true,
        };
        let count = AlertCount(Arc::clone(&metrics));
        for turn in [Turn::Began, Turn::Reminder, Turn::Again, Turn::Ended] {
            count.alert(&alert(turn));
        }
        let line = r#"aspis_alerts_raised_total{rule="log.broken",severity="critical"} 1"#;
        assert!(metrics.render().lines().any(|own| own == line), "{}", metrics.render());
    }
}
