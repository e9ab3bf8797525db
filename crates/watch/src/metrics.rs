//! Numbers for Prometheus: requests and their duration by route, refusals by code.
//!
//! Labels come from the surface table and from closed lists, never from input: no caller can make a series.

use std::{sync::Arc, time::Duration};

use aspis_core::{
    alert::Totals,
    event::{Event, Kind, Sink},
    refusal::Shed,
    scenario::{data_scraping::quota::Day, denial_of_service::breaker::Stance},
};
use prometheus_client::{encoding::text::encode, metrics::gauge::Gauge, registry::Registry};

mod answers;
mod asked;
mod backup;
mod certificate;
mod channels;
mod database;
mod durations;
mod exports;
mod facts;
mod log;
mod predictions;
mod standings;
mod verdicts;

pub use facts::AlertCount;
pub use predictions::Standing;
pub use standings::Parts;
pub use verdicts::safeguard_of;

use answers::Answers;
pub(crate) use answers::{Answered, UNKNOWN};
use asked::Asked;
use backup::Age;
use certificate::Days;
use database::Sides;
pub(crate) use durations::BOUNDS;
use facts::Facts;
use verdicts::Verdicts;

use crate::{channels::Outbox, otel::Tally, security_log};

/// Everything that is counted.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    answers: Answers,
    verdicts: Verdicts,
    facts: Facts,
    under_attack: Gauge,
    unnamed_proxy: Gauge,
    parts: Asked<Parts>,
    predictions: Asked<Standing>,
    database: Asked<Sides>,
    log: Asked<security_log::Standing>,
    certificate: Asked<Days>,
    channels: Asked<Arc<Outbox>>,
    backup: Asked<Age>,
    exports: Asked<Arc<Tally>>,
}

impl Metrics {
    /// Counters for these routes, in the order of the surface table.
    pub fn new(routes: &[String]) -> Self {
        let mut registry = Registry::with_prefix("aspis");
        let answers = Answers::new(routes);
        registry.register_collector(Box::new(answers.clone()));
        let verdicts = Verdicts::new(routes);
        registry.register_collector(Box::new(verdicts.clone()));
        let under_attack = Gauge::default();
        registry.register(
            "under_attack",
            "1 while the server is under attack (or, not enforced, would say so)",
            under_attack.clone(),
        );
        let unnamed_proxy = Gauge::default();
        registry.register(
            "unnamed_proxy",
            "1 where a neighbour speaks for callers (X-Forwarded-For) and is not among the trusted proxies",
            unnamed_proxy.clone(),
        );
        let facts = Facts::new(&mut registry);
        Self {
            answers,
            verdicts,
            facts,
            under_attack,
            unnamed_proxy,
            parts: Asked::new(&mut registry),
            predictions: Asked::new(&mut registry),
            database: Asked::new(&mut registry),
            log: Asked::new(&mut registry),
            certificate: Asked::new(&mut registry),
            backup: Asked::new(&mut registry),
            channels: Asked::new(&mut registry),
            exports: Asked::new(&mut registry),
            registry,
        }
    }

    /// Counts one answer.
    pub fn done(&self, route: Option<usize>, status: u16, took: Duration) {
        self.answers.done(route, status, took);
    }

    /// Counts one answer more of those that only say that a request was not begun.
    pub fn shed(&self, route: Option<usize>, why: Shed) {
        self.answers.shed(route, why);
    }

    /// Whether a proxy is there that no setting names.
    pub fn unnamed_proxy(&self, is_there: bool) {
        self.unnamed_proxy.set(i64::from(is_there));
    }

    /// What was begun and answered so far, and how much of it was an error of the server: on all routes together.
    pub fn totals(&self) -> Totals {
        self.answers.totals()
    }

    /// What one route gave so far, good or failed: what callers did wrong is neither, nor is what found no room.
    pub fn given(&self, route: usize) -> Totals {
        self.answers.given(route)
    }

    /// Every answer by route and status, with how long they took.
    pub(crate) fn answers(&self) -> impl Iterator<Item = Answered<'_>> {
        self.answers.each()
    }

    /// A day begins.
    pub fn turn(&self, day: Day) {
        self.facts.turn(day);
    }

    /// Says whom to ask how hashing, alerts and backends stand, whenever the numbers are read.
    pub fn ask_parts_at(&self, source: impl Fn() -> Option<Parts> + Send + Sync + 'static) {
        self.parts.ask_at(source);
    }

    /// Says whom to ask what became of alerts by each channel.
    pub fn ask_channels(&self, outbox: &Arc<Outbox>) {
        let outbox = Arc::clone(outbox);
        self.channels.ask_at(move || Some(Arc::clone(&outbox)));
    }

    /// Says whom to ask what became of what goes to a collector.
    pub fn ask_exports(&self, tally: &Arc<Tally>) {
        let tally = Arc::clone(tally);
        self.exports.ask_at(move || Some(Arc::clone(&tally)));
    }

    /// False while the security log cannot be written.
    pub fn log_is_writable(&self) -> bool {
        self.log.now().is_none_or(|standing| standing.writable)
    }

    /// How the breakers of the database stand, each with its side's name.
    pub fn database(&self) -> Vec<(&'static str, Stance)> {
        self.database.now().unwrap_or_default()
    }

    /// Says whom to ask about predictions, whenever the numbers are read.
    pub fn ask_predictions_at(&self, source: impl Fn() -> Option<Standing> + Send + Sync + 'static) {
        self.predictions.ask_at(source);
    }

    /// Says whom to ask how the security log fares.
    pub fn ask_log_at(&self, source: impl Fn() -> Option<security_log::Standing> + Send + Sync + 'static) {
        self.log.ask_at(source);
    }

    /// Says whom to ask how the breakers of the database stand, each with its side's name.
    pub fn ask_database_at(&self, source: impl Fn() -> Vec<(&'static str, Stance)> + Send + Sync + 'static) {
        self.database.ask_at(move || Some(source()));
    }

    /// Says whom to ask how many whole days the server's own certificate is still good.
    pub fn ask_certificate_at(&self, source: impl Fn() -> Option<i64> + Send + Sync + 'static) {
        self.certificate.ask_at(move || source().map(Days));
    }

    /// Whole days until the server's own certificate ends; none where it has none.
    pub fn certificate_days(&self) -> Option<i64> {
        self.certificate.now().map(|days| days.0)
    }

    /// Says whom to ask how many seconds old the newest backup is.
    pub fn ask_backup_at(&self, source: impl Fn() -> Option<u64> + Send + Sync + 'static) {
        self.backup.ask_at(move || source().map(Age));
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
        self.see(&event);
    }

    fn see(&self, event: &Event) {
        self.0.verdicts.count(event);
        self.0.facts.count(event);
        if matches!(event.kind, Kind::AttackBegan | Kind::AttackEnded) {
            self.0.under_attack.set(i64::from(event.kind == Kind::AttackBegan));
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

#[cfg(test)]
mod tests {
    use aspis_core::{clock::Timestamp, refusal::Code};

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
