//! Numbers about predictions, asked for when they are read: whoever computes does not count for them.

use std::{
    fmt,
    sync::{Arc, OnceLock},
};

use aspis_core::scenario::denial_of_service::breaker::Stance;
use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, EncodeMetric},
    metrics::{counter::ConstCounter, gauge::ConstGauge},
};

/// How predictions stand.
#[derive(Debug, Clone, Copy)]
pub struct Standing {
    /// Computations that wait.
    pub waiting: usize,
    /// Computations under way.
    pub computing: usize,
    /// Threads that have not come back in time.
    pub stuck: usize,
    /// Questions that joined somebody else's computation.
    pub shared: u64,
    /// Questions that were refused: no place, too long a wait, or the breaker.
    pub refused: u64,
    /// Which way the breaker stands.
    pub breaker: Stance,
}

/// Asks how they stand; nothing once there is nobody to ask.
type Source = Box<dyn Fn() -> Option<Standing> + Send + Sync>;

/// Where to ask, once it is known.
#[derive(Clone, Default)]
pub(super) struct Predictions(Arc<OnceLock<Source>>);

impl Predictions {
    /// Says where to ask; the first word counts.
    pub(super) fn ask_at(&self, source: impl Fn() -> Option<Standing> + Send + Sync + 'static) {
        let _ = self.0.set(Box::new(source));
    }
}

impl Collector for Predictions {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let Some(standing) = self.0.get().and_then(|ask| ask()) else { return Ok(()) };
        let whole = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        let breaker = super::stance_number(standing.breaker);
        let gauges = [
            ("predictions_waiting", "Predictions in the queue", whole(standing.waiting)),
            ("predictions_computing", "Predictions being computed", whole(standing.computing)),
            ("predictions_stuck", "Threads that have not come back in time", whole(standing.stuck)),
            ("predictions_breaker", "0 closed, 1 half open, 2 open", breaker),
        ];
        for (name, help, value) in gauges {
            write(&mut encoder, name, help, &ConstGauge::<i64>::new(value))?;
        }
        let counters = [
            ("predictions_shared", "Questions that joined another's computation", standing.shared),
            ("predictions_refused", "Questions refused by queue or breaker", standing.refused),
        ];
        for (name, help, value) in counters {
            write(&mut encoder, name, help, &ConstCounter::<u64>::new(value))?;
        }
        Ok(())
    }
}

fn write(
    encoder: &mut DescriptorEncoder<'_>,
    name: &str,
    help: &str,
    metric: &impl EncodeMetric,
) -> fmt::Result {
    metric.encode(encoder.encode_descriptor(name, help, None, metric.metric_type())?)
}

impl fmt::Debug for Predictions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Predictions")
    }
}

#[cfg(test)]
mod tests {
    use super::super::Metrics;
    use super::*;

    #[test]
    fn they_are_asked_for_when_they_are_read() {
        let metrics = Metrics::new(&[]);
        assert!(!metrics.render().contains("predictions"), "nobody to ask");
        let standing =
            Standing { waiting: 7, computing: 2, stuck: 1, shared: 5, refused: 3, breaker: Stance::Open };
        metrics.ask_predictions_at(move || Some(standing));
        let text = metrics.render();
        for line in [
            "aspis_predictions_waiting 7",
            "aspis_predictions_computing 2",
            "aspis_predictions_stuck 1",
            "aspis_predictions_breaker 2",
            "aspis_predictions_shared_total 5",
            "aspis_predictions_refused_total 3",
        ] {
            assert!(text.lines().any(|own| own == line), "{line}: {text}");
        }
    }
}
