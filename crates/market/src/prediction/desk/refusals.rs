//! What those are told who get no forecast.

use std::{borrow::Cow, time::Duration};

use aspis_core::{
    refusal::{Bound, Code, Refusal, Rule},
    scenario::denial_of_service::queue::Full,
};

use crate::forecast::ForecastError;

/// After a fault: long enough for another try not to be the same one.
const AFTER_FAULT: Duration = Duration::from_secs(5);
/// A history grows by a day a day.
const NEXT_HOUR: Duration = Duration::from_secs(3600);

/// The line is full.
pub(super) fn full(full: Full) -> Refusal {
    Refusal::because(Code::ServerBusy, "Too many predictions are waiting.")
        .retry_after(full.retry_after)
        .by(Rule { bound: limit(full.waiting), ..queue_rule("admission.queue", full.waiting) })
}

/// The line is full when as many wait as may.
fn limit(places: usize) -> Option<Bound> {
    u64::try_from(places).ok().map(|limit| Bound { limit, window_s: None })
}

/// It waited too long.
pub(super) fn late(waiting: usize, retry_after: Duration) -> Refusal {
    Refusal::because(Code::ServerBusy, "The prediction waited too long for its turn.")
        .retry_after(retry_after)
        .by(queue_rule("admission.queue_time", waiting))
}

/// The breaker is open.
pub(super) fn open(left: Duration) -> Refusal {
    Refusal::because(Code::Unavailable, "Predictions are failing and are left alone for a while.")
        .retry_after(left)
        .by(Rule::named(BREAKER))
}

/// The computation failed, or nothing can be computed.
pub(super) fn failed(rule: &'static str) -> Refusal {
    Refusal::because(Code::Unavailable, "The prediction could not be computed.")
        .retry_after(AFTER_FAULT)
        .by(Rule::named(rule))
}

/// The asset has no forecast.
pub(super) fn unpredictable(error: ForecastError) -> Refusal {
    tracing::info!(%error, "no forecast");
    Refusal::because(Code::Unavailable, "There is not enough history of this asset to predict from.")
        .retry_after(NEXT_HOUR)
}

/// The rule of the breaker, in events and refusals.
pub(super) const BREAKER: &str = "breaker.predictions";

/// A rule of the line, with how many wait.
pub(super) fn queue_rule(name: impl Into<Cow<'static, str>>, waiting: usize) -> Rule {
    Rule { count: u64::try_from(waiting).ok(), ..Rule::named(name) }
}
