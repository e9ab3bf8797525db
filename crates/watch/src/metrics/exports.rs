//! What has become of what goes to a collector.

use std::{fmt, sync::Arc};

use prometheus_client::{
    encoding::{DescriptorEncoder, EncodeMetric},
    metrics::{MetricType, counter::ConstCounter},
};

use super::asked::Numbers;
use crate::otel::Tally;

impl Numbers for Arc<Tally> {
    fn write(&self, encoder: &mut DescriptorEncoder<'_>) -> fmt::Result {
        let help = "Messages to the collector, by signal and by what became of them";
        let mut all = encoder.encode_descriptor("otel_exports", help, None, MetricType::Counter)?;
        for (signal, outcome, count) in self.exports() {
            let labels = [("signal", signal), ("outcome", outcome)];
            ConstCounter::<u64>::new(count).encode(all.encode_family(&labels)?)?;
        }
        let help = "Requests that were to be traced, and of which the collector never heard";
        let lost = encoder.encode_descriptor("otel_spans_lost", help, None, MetricType::Counter)?;
        ConstCounter::<u64>::new(self.spans_lost()).encode(lost)
    }
}
