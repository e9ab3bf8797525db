//! How the breakers before the database stand.

use std::fmt;

use aspis_core::scenario::denial_of_service::breaker::Stance;
use prometheus_client::{
    encoding::{DescriptorEncoder, EncodeMetric},
    metrics::{MetricType, gauge::ConstGauge},
};

use super::{asked::Numbers, stance_number};

/// Each with its side's name; none where there is no database.
pub(super) type Sides = Vec<(&'static str, Stance)>;

impl Numbers for Sides {
    fn write(&self, encoder: &mut DescriptorEncoder<'_>) -> fmt::Result {
        if self.is_empty() {
            return Ok(());
        }
        let help = "0 closed, 1 half open, 2 open";
        let mut family = encoder.encode_descriptor("database_breaker", help, None, MetricType::Gauge)?;
        for (side, stance) in self {
            let gauge = ConstGauge::<i64>::new(stance_number(*stance));
            gauge.encode(family.encode_family(&[("side", *side)])?)?;
        }
        Ok(())
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
