//! Numbers for Prometheus: requests and their duration by route, refusals by code.
//!
//! Labels come from the surface table and from closed lists, never from input: no caller can make a series.

use std::{sync::Arc, time::Duration};

use aspis_core::{
    alert::Totals,
    event::{Event, Kind, Sink},
    refusal::Code,
    scenario::{data_scraping::quota::Day, denial_of_service::breaker::Stance},
};
use prometheus_client::{
    encoding::{EncodeLabelSet, text::encode},
    metrics::{counter::Counter, family::Family, gauge::Gauge},
    registry::Registry,
};

mod backup;
mod certificate;
mod channels;
mod database;
mod durations;
mod facts;
mod log;
mod predictions;
mod standings;
mod verdicts;

pub use facts::AlertCount;
pub use predictions::Standing;
pub use standings::Parts;
pub use verdicts::safeguard_of;

use backup::Backup;
use certificate::Certificate;
use channels::Channels;
use database::Database;
use durations::Durations;
use facts::Facts;
use log::Log;
use predictions::Predictions;
use standings::Standings;
use verdicts::Verdicts;

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RouteStatus {
    route: String,
    status: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    route: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Refusal {
    code: &'static str,
    scenario: &'static str,
    enforced: &'static str,
}

/// Status classes, by their first digit.
const CLASSES: [&str; 5] = ["1xx", "2xx", "3xx", "4xx", "5xx"];

/// The counters of one route, found once at the start: counting a request looks nothing up.
#[derive(Debug)]
struct Counters {
    by_class: [Counter; CLASSES.len()],
    duration: Durations,
}

impl Counters {
    fn totals(&self) -> Totals {
        let all = self.by_class.iter().map(Counter::get).sum();
        Totals { all, failed: self.by_class[CLASSES.len() - 1].get() }
    }
}

/// Everything that is counted.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    routes: Vec<Counters>,
    unknown: Counters,
    refusals: Family<Refusal, Counter>,
    verdicts: Verdicts,
    facts: Facts,
    standings: Standings,
    under_attack: Gauge,
    predictions: Predictions,
    database: Database,
    log: Log,
    certificate: Certificate,
    channels: Channels,
    backup: Backup,
}

impl Metrics {
    /// Counters for these routes, in the order of the surface table.
    pub fn new(routes: &[String]) -> Self {
        let mut registry = Registry::with_prefix("aspis");
        let requests = Family::<RouteStatus, Counter>::default();
        let durations = Family::<Route, Durations>::default();
        let refusals = Family::<Refusal, Counter>::default();
        registry.register(
            "http_requests",
            "Requests answered, by route and class of status",
            requests.clone(),
        );
        registry.register(
            "http_request_duration_seconds",
            "From the first door to the answer",
            durations.clone(),
        );
        registry.register(
            "refusals",
            "Requests refused (or, not enforced, noted), by code",
            refusals.clone(),
        );
        let under_attack = Gauge::default();
        registry.register(
            "under_attack",
            "1 while the server is under attack (or, not enforced, would say so)",
            under_attack.clone(),
        );
        let verdicts = Verdicts::new(&mut registry, routes);
        let facts = Facts::new(&mut registry);
        let standings = Standings::default();
        registry.register_collector(Box::new(standings.clone()));
        let predictions = Predictions::default();
        registry.register_collector(Box::new(predictions.clone()));
        let database = Database::default();
        registry.register_collector(Box::new(database.clone()));
        let log = Log::default();
        registry.register_collector(Box::new(log.clone()));
        let certificate = Certificate::default();
        registry.register_collector(Box::new(certificate.clone()));
        let backup = Backup::default();
        registry.register_collector(Box::new(backup.clone()));
        let channels = Channels::default();
        registry.register_collector(Box::new(channels.clone()));
        let counters = |route: &str| Counters {
            by_class: CLASSES.map(|status| {
                requests.get_or_create(&RouteStatus { route: route.to_owned(), status }).clone()
            }),
            duration: durations.get_or_create(&Route { route: route.to_owned() }).clone(),
        };
        let (known, unknown) = (routes.iter().map(|route| counters(route)).collect(), counters("unknown"));
        Self {
            registry,
            routes: known,
            unknown,
            refusals,
            verdicts,
            facts,
            standings,
            under_attack,
            predictions,
            database,
            log,
            certificate,
            channels,
            backup,
        }
    }

    /// Counts one answer.
    pub fn done(&self, route: Option<usize>, status: u16, took: Duration) {
        let counters = route.and_then(|index| self.routes.get(index)).unwrap_or(&self.unknown);
        let class = usize::from(status / 100).clamp(1, CLASSES.len()) - 1;
        counters.by_class[class].inc();
        counters.duration.observe(took);
    }

    /// What was answered so far, and how much of it was an error of the server: on all routes together.
    pub fn totals(&self) -> Totals {
        let all = self.routes.iter().chain([&self.unknown]);
        all.map(Counters::totals).fold(Totals::default(), |sum, one| Totals {
            all: sum.all + one.all,
            failed: sum.failed + one.failed,
        })
    }

    /// What one route gave so far, good or failed: what callers did wrong is neither.
    pub fn given(&self, route: usize) -> Totals {
        let Some(counters) = self.routes.get(route) else { return Totals::default() };
        let failed = counters.totals().failed;
        Totals { all: counters.by_class[1].get() + failed, failed }
    }

    /// A day begins.
    pub fn turn(&self, day: Day) {
        self.facts.turn(day);
    }

    /// Says whom to ask how hashing, alerts and backends stand, whenever the numbers are read.
    pub fn ask_parts_at(&self, source: impl Fn() -> Option<Parts> + Send + Sync + 'static) {
        self.standings.ask_at(source);
    }

    /// Says whom to ask what became of alerts by each channel.
    pub fn ask_channels(&self, outbox: &Arc<crate::channels::Outbox>) {
        self.channels.ask(outbox);
    }

    /// False while the security log cannot be written.
    pub fn log_is_writable(&self) -> bool {
        self.log.standing().is_none_or(|standing| standing.writable)
    }

    /// How the breakers of the database stand, each with its side's name.
    pub fn database(&self) -> Vec<(&'static str, Stance)> {
        self.database.stances()
    }

    /// Says whom to ask about predictions, whenever the numbers are read.
    pub fn ask_predictions_at(&self, source: impl Fn() -> Option<Standing> + Send + Sync + 'static) {
        self.predictions.ask_at(source);
    }

    /// Says whom to ask how the security log fares.
    pub fn ask_log_at(
        &self,
        source: impl Fn() -> Option<crate::security_log::Standing> + Send + Sync + 'static,
    ) {
        self.log.ask_at(source);
    }

    /// Says whom to ask how the breakers of the database stand, each with its side's name.
    pub fn ask_database_at(&self, source: impl Fn() -> Vec<(&'static str, Stance)> + Send + Sync + 'static) {
        self.database.ask_at(source);
    }

    /// Says whom to ask how many whole days the server's own certificate is still good.
    pub fn ask_certificate_at(&self, source: impl Fn() -> Option<i64> + Send + Sync + 'static) {
        self.certificate.ask_at(source);
    }

    /// Whole days until the server's own certificate ends; none where it has none.
    pub fn certificate_days(&self) -> Option<i64> {
        self.certificate.days()
    }

    /// Says whom to ask how many seconds old the newest backup is.
    pub fn ask_backup_at(&self, source: impl Fn() -> Option<u64> + Send + Sync + 'static) {
        self.backup.ask_at(source);
    }

    /// The text that Prometheus reads.
    pub fn render(&self) -> String {
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}

/// Counts the refusals among the events, and knows by them whether the server is under attack.
#[derive(Debug)]
pub struct RefusalCount(pub Arc<Metrics>);

impl Sink for RefusalCount {
    fn record(&self, event: Event) {
        self.0.verdicts.count(&event);
        self.0.facts.count(&event);
        match event.kind {
            Kind::Refused(code) => {
                self.0.refusals.get_or_create(&label(code, event.enforced)).inc();
            }
            Kind::AttackBegan | Kind::AttackEnded => {
                self.0.under_attack.set(i64::from(event.kind == Kind::AttackBegan));
            }
            _ => {}
        }
    }
}

/// A breaker as a number.
fn stance_number(stance: Stance) -> i64 {
    match stance {
        Stance::Closed => 0,
        Stance::HalfOpen => 1,
        Stance::Open => 2,
    }
}

fn label(code: Code, enforced: bool) -> Refusal {
    let scenario = code.scenario().map_or("none", aspis_core::scenario::Scenario::word);
    Refusal { code: code.word(), scenario, enforced: if enforced { "true" } else { "false" } }
}

#[cfg(test)]
mod tests {
    use aspis_core::clock::Timestamp;

    use super::*;

    #[test]
    fn answers_and_refusals_are_counted() {
        let metrics = Arc::new(Metrics::new(&["GET /a".to_owned()]));
        metrics.done(Some(0), 200, Duration::from_millis(3));
        metrics.done(None, 404, Duration::ZERO);
        metrics.done(Some(9), 999, Duration::ZERO);
        RefusalCount(Arc::clone(&metrics))
            .record(Event::of_server(Kind::Refused(Code::SqliAttempt), Timestamp(0)));
        let text = metrics.render();
        assert!(text.contains(r#"aspis_http_requests_total{route="GET /a",status="2xx"} 1"#), "{text}");
        assert!(text.contains(r#"aspis_http_requests_total{route="unknown",status="4xx"} 1"#), "{text}");
        assert!(
            text.contains(
                r#"aspis_refusals_total{code="sqli_attempt",scenario="sql_injection",enforced="true"} 1"#
            ),
            "{text}"
        );
    }
}
