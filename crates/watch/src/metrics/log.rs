//! How the security log fares.

use std::fmt;

use prometheus_client::{
    encoding::{DescriptorEncoder, EncodeMetric},
    metrics::{MetricType, counter::ConstCounter, gauge::ConstGauge},
};

use super::asked::Numbers;
use crate::security_log::Standing;

impl Numbers for Standing {
    fn write(&self, encoder: &mut DescriptorEncoder<'_>) -> fmt::Result {
        let help = "1 while the security log can be written";
        let gauge = encoder.encode_descriptor("security_log_writable", help, None, MetricType::Gauge)?;
        ConstGauge::<i64>::new(i64::from(self.writable)).encode(gauge)?;
        let help = "Events that never came into the security log";
        let counter = encoder.encode_descriptor("events_lost", help, None, MetricType::Counter)?;
        ConstCounter::<u64>::new(self.lost).encode(counter)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Metrics;
    use super::*;

    #[test]
    fn a_log_that_cannot_be_written_shows() {
        let metrics = Metrics::new(&[]);
        assert!(!metrics.render().contains("security_log"), "nobody to ask");
        metrics.ask_log_at(|| Some(Standing { writable: false, lost: 7 }));
        let text = metrics.render();
        for line in ["aspis_security_log_writable 0", "aspis_events_lost_total 7"] {
            assert!(text.lines().any(|own| own == line), "{line}: {text}");
        }
    }
}
