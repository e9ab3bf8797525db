//! How the breakers before the database stand, asked for when it is read.

use std::{
    fmt,
    sync::{Arc, OnceLock},
};

use aspis_core::scenario::denial_of_service::breaker::Stance;
use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, EncodeMetric},
    metrics::{MetricType, gauge::ConstGauge},
};

use super::stance_number;

type Source = Box<dyn Fn() -> Vec<(&'static str, Stance)> + Send + Sync>;

/// Where to ask, once it is known.
#[derive(Clone, Default)]
pub(super) struct Database(Arc<OnceLock<Source>>);

impl Database {
    /// How they stand; none where there is nobody to ask.
    pub(super) fn stances(&self) -> Vec<(&'static str, Stance)> {
        self.0.get().map_or_else(Vec::new, |ask| ask())
    }

    /// Says where to ask; the first word counts.
    pub(super) fn ask_at(&self, source: impl Fn() -> Vec<(&'static str, Stance)> + Send + Sync + 'static) {
        let _ = self.0.set(Box::new(source));
    }
}

impl Collector for Database {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let sides = self.0.get().map(|ask| ask()).unwrap_or_default();
        if sides.is_empty() {
            return Ok(());
        }
        let help = "0 closed, 1 half open, 2 open";
        let mut family = encoder.encode_descriptor("database_breaker", help, None, MetricType::Gauge)?;
        for (side, stance) in sides {
            let gauge = ConstGauge::<i64>::new(stance_number(stance));
            gauge.encode(family.encode_family(&[("side", side)])?)?;
        }
        Ok(())
    }
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Database")
    }
}

#[cfg(test)]
mod tests {
    use super::super::Metrics;
    use super::*;

    #[test]
    fn each_side_has_a_line() {
        let metrics = Metrics::new(&[]);
        assert!(!metrics.render().contains("database"), "nobody to ask");
        metrics.ask_database_at(|| vec![("reading", Stance::HalfOpen), ("writing", Stance::Open)]);
        let text = metrics.render();
        for line in
            [r#"aspis_database_breaker{side="reading"} 1"#, r#"aspis_database_breaker{side="writing"} 2"#]
        {
            assert!(text.lines().any(|own| own == line), "{line}: {text}");
        }
    }
}
