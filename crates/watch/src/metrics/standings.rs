//! How other parts stand, asked for when the numbers are read: hashing, alerts, what they lost, what answers.

use std::{
    fmt,
    sync::{Arc, OnceLock},
};

use aspis_core::alert::Severity;
use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, EncodeMetric},
    metrics::{MetricType, counter::ConstCounter, gauge::ConstGauge},
};

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

/// Asks how they stand; nothing once there is nobody to ask.
type Source = Box<dyn Fn() -> Option<Parts> + Send + Sync>;

/// Where to ask, once it is known.
#[derive(Clone, Default)]
pub(super) struct Standings(Arc<OnceLock<Source>>);

impl Standings {
    /// Says where to ask; the first word counts.
    pub(super) fn ask_at(&self, source: impl Fn() -> Option<Parts> + Send + Sync + 'static) {
        let _ = self.0.set(Box::new(source));
    }
}

fn whole(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

impl Collector for Standings {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let Some(parts) = self.0.get().and_then(|ask| ask()) else { return Ok(()) };
        for (name, help, value) in [
            ("hashes_waiting", "Hashes of passwords that wait for a worker", parts.hashes_waiting),
            ("hashers_idle", "Workers that hash nothing", parts.hashers_idle),
        ] {
            let family = encoder.encode_descriptor(name, help, None, MetricType::Gauge)?;
            ConstGauge::<i64>::new(whole(value)).encode(family)?;
        }
        let help = "Events that the rules of alarm did not judge, because too many came at once";
        let lost = encoder.encode_descriptor("alerts_events_lost", help, None, MetricType::Counter)?;
        ConstCounter::<u64>::new(parts.alerts_lost).encode(lost)?;
        let lasting: Vec<_> =
            parts.alerts.iter().map(|(severity, count)| (severity.word(), whole(*count))).collect();
        family(&mut encoder, "alerts_open", "Alerts that last", "severity", &lasting)?;
        let backends: Vec<_> = parts.backends.iter().map(|(name, up)| (*name, i64::from(*up))).collect();
        family(&mut encoder, "backend_up", "1 where it answers", "backend", &backends)
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

impl fmt::Debug for Standings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Standings")
    }
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
