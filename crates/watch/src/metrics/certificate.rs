//! How long the server's own certificate is still good, asked for when it is read.

use std::{
    fmt,
    sync::{Arc, OnceLock},
};

use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, EncodeMetric},
    metrics::{MetricType, gauge::ConstGauge},
};

type Source = Box<dyn Fn() -> Option<i64> + Send + Sync>;

/// Where to ask, once it is known.
#[derive(Clone, Default)]
pub(super) struct Certificate(Arc<OnceLock<Source>>);

impl Certificate {
    /// Says where to ask; the first word counts.
    pub(super) fn ask_at(&self, source: impl Fn() -> Option<i64> + Send + Sync + 'static) {
        let _ = self.0.set(Box::new(source));
    }

    /// Whole days; none where there is no certificate.
    pub(super) fn days(&self) -> Option<i64> {
        self.0.get().and_then(|ask| ask())
    }
}

impl Collector for Certificate {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let Some(days) = self.days() else { return Ok(()) };
        let help = "Whole days until the server's own certificate ends";
        let family = encoder.encode_descriptor("certificate_days_left", help, None, MetricType::Gauge)?;
        ConstGauge::<i64>::new(days).encode(family)
    }
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Certificate")
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
