//! How the security log fares, asked for when it is read.

use std::{
    fmt,
    sync::{Arc, OnceLock},
};

use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, EncodeMetric},
    metrics::{MetricType, counter::ConstCounter, gauge::ConstGauge},
};

use crate::security_log::Standing;

type Source = Box<dyn Fn() -> Option<Standing> + Send + Sync>;

/// Where to ask, once it is known.
#[derive(Clone, Default)]
pub(super) struct Log(Arc<OnceLock<Source>>);

impl Log {
    /// Says where to ask; the first word counts.
    pub(super) fn ask_at(&self, source: impl Fn() -> Option<Standing> + Send + Sync + 'static) {
        let _ = self.0.set(Box::new(source));
    }
}

impl Log {
    /// How it fares, where there is one to ask.
    pub(super) fn standing(&self) -> Option<Standing> {
        self.0.get().and_then(|ask| ask())
    }
}

impl Collector for Log {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let Some(standing) = self.0.get().and_then(|ask| ask()) else { return Ok(()) };
        let help = "1 while the security log can be written";
        let gauge = encoder.encode_descriptor("security_log_writable", help, None, MetricType::Gauge)?;
        ConstGauge::<i64>::new(i64::from(standing.writable)).encode(gauge)?;
        let help = "Events that never came into the security log";
        let counter = encoder.encode_descriptor("events_lost", help, None, MetricType::Counter)?;
        ConstCounter::<u64>::new(standing.lost).encode(counter)
    }
}

impl fmt::Debug for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Log")
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
