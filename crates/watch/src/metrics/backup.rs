//! How old the newest backup is, asked for when it is read.

use std::{
    fmt,
    sync::{Arc, OnceLock},
};

use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, EncodeMetric},
    metrics::{MetricType, gauge::ConstGauge},
};

type Source = Box<dyn Fn() -> Option<u64> + Send + Sync>;

/// Where to ask, once it is known.
#[derive(Clone, Default)]
pub(super) struct Backup(Arc<OnceLock<Source>>);

impl Backup {
    /// Says where to ask; the first word counts.
    pub(super) fn ask_at(&self, source: impl Fn() -> Option<u64> + Send + Sync + 'static) {
        let _ = self.0.set(Box::new(source));
    }
}

impl Collector for Backup {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let Some(age) = self.0.get().and_then(|ask| ask()) else { return Ok(()) };
        let help = "Seconds since the newest backup was made";
        let family = encoder.encode_descriptor("backup_age_seconds", help, None, MetricType::Gauge)?;
        ConstGauge::<i64>::new(i64::try_from(age).unwrap_or(i64::MAX)).encode(family)
    }
}

impl fmt::Debug for Backup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Backup")
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
