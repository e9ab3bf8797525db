//! How old the newest backup is.

use std::fmt;

use prometheus_client::{
    encoding::{DescriptorEncoder, EncodeMetric},
    metrics::{MetricType, gauge::ConstGauge},
};

use super::asked::Numbers;

/// In seconds.
pub(super) struct Age(pub(super) u64);

impl Numbers for Age {
    fn write(&self, encoder: &mut DescriptorEncoder<'_>) -> fmt::Result {
        let help = "Seconds since the newest backup was made";
        let family = encoder.encode_descriptor("backup_age_seconds", help, None, MetricType::Gauge)?;
        ConstGauge::<i64>::new(i64::try_from(self.0).unwrap_or(i64::MAX)).encode(family)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Metrics;

    #[test]
    fn a_backup_has_an_age_and_none_has_none() {
        let metrics = Metrics::new(&[]);
        assert!(!metrics.render().contains("backup"), "nobody to ask");
        metrics.ask_backup_at(|| Some(90_000));
        assert!(metrics.render().lines().any(|line| line == "aspis_backup_age_seconds 90000"));
    }
}
