//! Numbers about predictions, asked for when they are read: whoever computes does not count for them.

use std::fmt;

use aspis_core::scenario::denial_of_service::breaker::Stance;
use prometheus_client::{
    encoding::{DescriptorEncoder, EncodeMetric},
    metrics::{counter::ConstCounter, gauge::ConstGauge},
};

use super::asked::Numbers;

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

impl Numbers for Standing {
    fn write(&self, encoder: &mut DescriptorEncoder<'_>) -> fmt::Result {
        let whole = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        let breaker = super::stance_number(self.breaker);
        let gauges = [
            ("predictions_waiting", "Predictions in the queue", whole(self.waiting)),
            ("predictions_computing", "Predictions being computed", whole(self.computing)),
            ("predictions_stuck", "Threads that have not come back in time", whole(self.stuck)),
            ("predictions_breaker", "0 closed, 1 half open, 2 open", breaker),
        ];
        for (name, help, value) in gauges {
            write(encoder, name, help, &ConstGauge::<i64>::new(value))?;
        }
        let counters = [
            ("predictions_shared", "Questions that joined another's computation", self.shared),
            ("predictions_refused", "Questions refused by queue or breaker", self.refused),
        ];
        for (name, help, value) in counters {
            write(encoder, name, help, &ConstCounter::<u64>::new(value))?;
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
