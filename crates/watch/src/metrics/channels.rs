//! What has become of alerts by each channel, asked for when the numbers are read.

use std::{
    fmt,
    sync::{Arc, OnceLock},
};

use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, EncodeMetric},
    metrics::{MetricType, counter::ConstCounter},
};

use crate::channels::Outbox;

/// Where to ask, once it is known.
#[derive(Clone, Debug, Default)]
pub(super) struct Channels(Arc<OnceLock<Arc<Outbox>>>);

impl Channels {
    /// Says where to ask; the first word counts.
    pub(super) fn ask(&self, outbox: &Arc<Outbox>) {
        let _ = self.0.set(Arc::clone(outbox));
    }
}

impl Collector for Channels {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let Some(outbox) = self.0.get() else { return Ok(()) };
        let help = "Alerts that found no room, or had to give way to others";
        let dropped = encoder.encode_descriptor("alert_messages_dropped", help, None, MetricType::Counter)?;
        ConstCounter::<u64>::new(outbox.tally().dropped()).encode(dropped)?;
        let help = "Alerts by channel and by what became of them";
        let mut all = encoder.encode_descriptor("alert_messages", help, None, MetricType::Counter)?;
        for (channel, tally) in outbox.tallies() {
            for (outcome, count) in [
                ("sent", tally.sent()),
                ("retried", tally.retried()),
                ("failed", tally.failed()),
                ("dropped", tally.dropped()),
                ("merged", tally.merged()),
            ] {
                let labels = [("channel", channel), ("outcome", outcome)];
                ConstCounter::<u64>::new(count).encode(all.encode_family(&labels)?)?;
            }
        }
        Ok(())
    }
}
