//! Bars that were set so high, or memories so short, that nothing ever comes over them.

use std::time::Duration;

use super::{Facts, Look, Rule, Severity, found, listed};
use crate::settings::{
    Alerts,
    value::{Bar, Share},
};

/// How many times the shipped bar of a client is none.
const FEW: u32 = 4;
/// The same of counts that a whole site comes to, and of times.
const MANY: u32 = 10;
/// From which share on it is never.
const NEVER: f64 = 0.99;
/// The least memory of a lock: what is forgotten sooner is tried again and again.
const SHORT: Duration = Duration::from_secs(600);
/// The least that the longest wait has to be.
const WAIT: Duration = Duration::from_secs(30);

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "lock_forgets",
        area: "safeguards",
        severity: Severity::Medium,
        why: "who guesses slowly is never locked out: a failure is forgotten before the next ones come",
        mend: "lock.memory = \"1h\"",
        look: |facts| {
            let memory = facts.settings.lock.memory;
            found(memory.get() < SHORT, || format!("lock.memory is {memory}"))
        },
    },
    Rule {
        id: "lock_bars_high",
        area: "safeguards",
        severity: Severity::Medium,
        why: "a guesser neither waits nor solves a challenge, and an attack on all accounts is not noticed",
        mend: "set them back: each key of [lock] has its default in docs/settings.md",
        look: lock,
    },
    Rule {
        id: "alarms_late",
        area: "watch",
        severity: Severity::Medium,
        why: "what these rules are there for can go on for long before anybody is told, or for ever",
        mend: "set them back: each key of [alerts] has its default in docs/settings.md",
        look: alarms,
    },
];

fn lock(facts: &Facts) -> Look {
    let (own, shipped) = (&facts.settings.lock, &facts.shipped.lock);
    let counts = [
        ("challenge_over", own.challenge_over.get(), FEW * shipped.challenge_over.get()),
        ("wait_over", own.wait_over.get(), FEW * shipped.wait_over.get()),
        ("site_failures", own.site_failures.get(), MANY * shipped.site_failures.get()),
        ("site_ratio", own.site_ratio.get(), MANY * shipped.site_ratio.get()),
    ];
    let high = counts.into_iter().filter(|(_, own, most)| own > most);
    let mut high: Vec<String> = high.map(|(name, own, _)| format!("lock.{name} = {own}")).collect();
    if own.wait_most.get() < WAIT {
        high.push(format!("lock.wait_most = \"{}\"", own.wait_most));
    }
    found(!high.is_empty(), || listed(&high))
}

fn alarms(facts: &Facts) -> Look {
    let (own, shipped) = (&facts.settings.alerts, &facts.shipped.alerts);
    let bars =
        bars(own).into_iter().zip(bars(shipped)).filter(|((_, own), (_, shipped))| is_high(*own, *shipped));
    let shares = shares(own).into_iter().filter(|(_, share)| share.get() > NEVER);
    let numbers = numbers(own).into_iter().zip(numbers(shipped));
    let numbers = numbers.filter(|((_, own), (_, shipped))| *own > u64::from(MANY) * shipped);
    let late: Vec<String> = bars
        .map(|((name, own), _)| format!("alerts.{name} = \"{}\"", String::from(own)))
        .chain(shares.map(|(name, share)| format!("alerts.{name} = {}", share.get())))
        .chain(numbers.map(|((name, own), _)| format!("alerts.{name} ({own})")))
        .collect();
    found(!late.is_empty(), || listed(&late))
}

fn bars(alerts: &Alerts) -> [(&'static str, Bar); 8] {
    [
        ("failed_logins_warning", alerts.failed_logins_warning),
        ("failed_logins_critical", alerts.failed_logins_critical),
        ("failed_logins_account", alerts.failed_logins_account),
        ("rate_limited", alerts.rate_limited),
        ("hostile_warning", alerts.hostile_warning),
        ("hostile_critical", alerts.hostile_critical),
        ("account_bytes", alerts.account_bytes),
        ("client_bytes", alerts.client_bytes),
    ]
}

fn shares(alerts: &Alerts) -> [(&'static str, Share); 2] {
    [("server_errors", alerts.server_errors), ("predictions_failing", alerts.predictions_failing)]
}

/// Counts as they are, and times in seconds.
fn numbers(alerts: &Alerts) -> [(&'static str, u64); 6] {
    [
        ("ratio_from", alerts.ratio_from.get()),
        ("norm_times", alerts.norm_times.get()),
        ("breaker_open", alerts.breaker_open.get().as_secs()),
        ("queue_full", alerts.queue_full.get().as_secs()),
        ("unreachable", alerts.unreachable.get().as_secs()),
        ("backup_age", alerts.backup_age.get().as_secs()),
    ]
}

/// So many times as many at once, or as many in so short a time.
fn is_high(own: Bar, shipped: Bar) -> bool {
    let (own, shipped) = (own.get(), shipped.get());
    let often = |one: u64, window: Duration| u128::from(one) * window.as_millis();
    let many = u128::from(MANY);
    u128::from(own.from) > many * u128::from(shipped.from)
        || often(own.from, shipped.window) > many * often(shipped.from, own.window)
}
