//! How long the server's own certificate is still good.

use std::fmt;

use prometheus_client::{
    encoding::{DescriptorEncoder, EncodeMetric},
    metrics::{MetricType, gauge::ConstGauge},
};

use super::asked::Numbers;

/// In whole days.
pub(super) struct Days(pub(super) i64);

impl Numbers for Days {
    fn write(&self, encoder: &mut DescriptorEncoder<'_>) -> fmt::Result {
        let help = "Whole days until the server's own certificate ends";
        let family = encoder.encode_descriptor("certificate_days_left", help, None, MetricType::Gauge)?;
        ConstGauge::<i64>::new(self.0).encode(family)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Metrics;

    #[test]
    fn a_certificate_has_a_line_and_none_has_none() {
        let metrics = Metrics::new(&[]);
        assert!(!metrics.render().contains("certificate"), "nobody to ask");
        metrics.ask_certificate_at(|| Some(-1));
        assert!(metrics.render().lines().any(|line| line == "aspis_certificate_days_left -1"));
        assert_eq!(metrics.certificate_days(), Some(-1));
    }
}
