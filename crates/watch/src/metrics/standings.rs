//! How other parts stand, asked for when the numbers are read: hashing, alerts, what they lost, what answers.

use std::fmt;

use aspis_core::alert::Severity;
use prometheus_client::{
    encoding::{DescriptorEncoder, EncodeMetric},
    metrics::{MetricType, counter::ConstCounter, gauge::ConstGauge},
};

use super::asked::Numbers;

/// How these parts stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parts {
    /// Hashes of passwords that wait for a worker.
    pub hashes_waiting: usize,
    /// Workers that hash nothing.
    pub hashers_idle: usize,
    /// Alerts that last, by how much they matter.
    pub alerts: [(Severity, usize); 3],
    /// What came to the rules of alarm and was not judged.
    pub alerts_lost: u64,
    /// What the server cannot do without, and whether it answers.
    pub backends: Vec<(&'static str, bool)>,
}

fn whole(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

impl Numbers for Parts {
    fn write(&self, encoder: &mut DescriptorEncoder<'_>) -> fmt::Result {
        for (name, help, value) in [
            ("hashes_waiting", "Hashes of passwords that wait for a worker", self.hashes_waiting),
            ("hashers_idle", "Workers that hash nothing", self.hashers_idle),
        ] {
            let family = encoder.encode_descriptor(name, help, None, MetricType::Gauge)?;
            ConstGauge::<i64>::new(whole(value)).encode(family)?;
        }
        let help = "Events that the rules of alarm did not judge, because too many came at once";
        let lost = encoder.encode_descriptor("alerts_events_lost", help, None, MetricType::Counter)?;
        ConstCounter::<u64>::new(self.alerts_lost).encode(lost)?;
        let lasting: Vec<_> =
            self.alerts.iter().map(|(severity, count)| (severity.word(), whole(*count))).collect();
        family(encoder, "alerts_open", "Alerts that last", "severity", &lasting)?;
        let backends: Vec<_> = self.backends.iter().map(|(name, up)| (*name, i64::from(*up))).collect();
        family(encoder, "backend_up", "1 where it answers", "backend", &backends)
    }
}

/// A gauge with one label.
fn family(
    encoder: &mut DescriptorEncoder<'_>,
    name: &str,
    help: &str,
    label: &str,
    values: &[(&'static str, i64)],
) -> fmt::Result {
    let mut all = encoder.encode_descriptor(name, help, None, MetricType::Gauge)?;
    for (value, number) in values {
        ConstGauge::<i64>::new(*number).encode(all.encode_family(&[(label, *value)])?)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{super::Metrics, *};

    #[test]
    fn they_are_asked_for_when_they_are_read() {
        let metrics = Metrics::new(&[]);
        assert!(!metrics.render().contains("hashes_waiting"), "nobody to ask");
        metrics.ask_parts_at(|| {
            Some(Parts {
                hashes_waiting: 3,
                hashers_idle: 1,
                alerts: [(Severity::Info, 0), (Severity::Warning, 2), (Severity::Critical, 1)],
                alerts_lost: 7,
                backends: vec![("database", false)],
            })
        });
        let text = metrics.render();
        for line in [
            "aspis_hashes_waiting 3",
            "aspis_hashers_idle 1",
            "aspis_alerts_events_lost_total 7",
            r#"aspis_alerts_open{severity="warning"} 2"#,
            r#"aspis_alerts_open{severity="critical"} 1"#,
            r#"aspis_backend_up{backend="database"} 0"#,
        ] {
            assert!(text.lines().any(|own| own == line), "{line}: {text}");
        }
    }
}
