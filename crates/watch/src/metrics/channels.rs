//! What has become of alerts by each channel.

use std::{fmt, sync::Arc};

use prometheus_client::{
    encoding::{DescriptorEncoder, EncodeMetric},
    metrics::{MetricType, counter::ConstCounter},
};

use super::asked::Numbers;
use crate::channels::Outbox;

impl Numbers for Arc<Outbox> {
    fn write(&self, encoder: &mut DescriptorEncoder<'_>) -> fmt::Result {
        let help = "Alerts that found no room, or had to give way to others";
        let dropped = encoder.encode_descriptor("alert_messages_dropped", help, None, MetricType::Counter)?;
        ConstCounter::<u64>::new(self.tally().dropped()).encode(dropped)?;
        let help = "Alerts by channel and by what became of them";
        let mut all = encoder.encode_descriptor("alert_messages", help, None, MetricType::Counter)?;
        for (channel, tally) in self.tallies() {
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
