//! What has become of what goes to a collector, asked for when the numbers are read.

use std::{
    fmt,
    sync::{Arc, OnceLock},
};

use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, EncodeMetric},
    metrics::{MetricType, counter::ConstCounter},
};

use crate::otel::Tally;

/// Where to ask, once it is known.
#[derive(Clone, Debug, Default)]
pub(super) struct Exports(Arc<OnceLock<Arc<Tally>>>);

impl Exports {
    /// Says where to ask; the first word counts.
    pub(super) fn ask(&self, tally: &Arc<Tally>) {
        let _ = self.0.set(Arc::clone(tally));
    }
}

impl Collector for Exports {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let Some(tally) = self.0.get() else { return Ok(()) };
        let help = "Messages to the collector, by signal and by what became of them";
        let mut all = encoder.encode_descriptor("otel_exports", help, None, MetricType::Counter)?;
        for (signal, outcome, count) in tally.exports() {
            let labels = [("signal", signal), ("outcome", outcome)];
            ConstCounter::<u64>::new(count).encode(all.encode_family(&labels)?)?;
        }
        let help = "Requests that were to be traced, and of which the collector never heard";
        let lost = encoder.encode_descriptor("otel_spans_lost", help, None, MetricType::Counter)?;
        ConstCounter::<u64>::new(tally.spans_lost()).encode(lost)
    }
}
