//! A histogram of durations that is counted into without a lock: every answer of a route goes through here.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use prometheus_client::{
    encoding::{EncodeMetric, MetricEncoder, NoLabelSet},
    metrics::{MetricType, TypedMetric},
};

/// Upper bounds of the buckets in seconds (OpenTelemetry's for `http.server.request.duration`).
const BOUNDS: [f64; 14] = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0];
/// The same in nanoseconds.
const NANOS: [u64; BOUNDS.len()] = [
    5_000_000,
    10_000_000,
    25_000_000,
    50_000_000,
    75_000_000,
    100_000_000,
    250_000_000,
    500_000_000,
    750_000_000,
    1_000_000_000,
    2_500_000_000,
    5_000_000_000,
    7_500_000_000,
    10_000_000_000,
];

/// How often a duration fell between two bounds, and the sum of all. Clones count together.
#[derive(Debug, Clone, Default)]
pub(super) struct Durations(Arc<Counts>);

#[derive(Debug, Default)]
struct Counts {
    /// The last one is for what is beyond every bound.
    buckets: [AtomicU64; BOUNDS.len() + 1],
    nanos: AtomicU64,
}

impl Durations {
    pub(super) fn observe(&self, took: Duration) {
        let nanos = u64::try_from(took.as_nanos()).unwrap_or(u64::MAX);
        let bucket = NANOS.iter().position(|bound| nanos <= *bound).unwrap_or(BOUNDS.len());
        self.0.buckets[bucket].fetch_add(1, Relaxed);
        self.0.nanos.fetch_add(nanos, Relaxed);
    }
}

impl TypedMetric for Durations {
    const TYPE: MetricType = MetricType::Histogram;
}

impl EncodeMetric for Durations {
    fn encode(&self, mut encoder: MetricEncoder<'_>) -> fmt::Result {
        let bounds = BOUNDS.into_iter().chain([f64::INFINITY]);
        let counts: Vec<_> = self.0.buckets.iter().map(|bucket| bucket.load(Relaxed)).collect();
        let buckets: Vec<_> = bounds.zip(counts.iter().copied()).collect();
        let sum = Duration::from_nanos(self.0.nanos.load(Relaxed)).as_secs_f64();
        encoder.encode_histogram::<NoLabelSet>(sum, counts.iter().sum(), &buckets, None)
    }

    fn metric_type(&self) -> MetricType {
        Self::TYPE
    }
}

#[cfg(test)]
mod tests {
    use prometheus_client::{encoding::text::encode, registry::Registry};

    use super::*;

    #[test]
    fn durations_fall_between_their_bounds() {
        for (seconds, nanos) in BOUNDS.iter().zip(NANOS) {
            assert_eq!(Duration::from_secs_f64(*seconds), Duration::from_nanos(nanos));
        }
        let (mut registry, durations) = (Registry::default(), Durations::default());
        registry.register("took", "How long it took", durations.clone());
        for millis in [0, 5, 6, 99, 20_000] {
            durations.observe(Duration::from_millis(millis));
        }
        let mut text = String::new();
        encode(&mut text, &registry).expect("text");
        for line in [
            "took_sum 20.11",
            "took_count 5",
            "took_bucket{le=\"0.005\"} 2",
            "took_bucket{le=\"0.01\"} 3",
            "took_bucket{le=\"0.1\"} 4",
            "took_bucket{le=\"10.0\"} 4",
            "took_bucket{le=\"+Inf\"} 5",
        ] {
            assert!(text.contains(line), "{line} is not in\n{text}");
        }
    }
}
