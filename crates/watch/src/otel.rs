//! OpenTelemetry by option: the numbers of `/metrics`, and spans of requests, to a collector by OTLP over HTTP.
//!
//! There is one truth: the numbers are those that Prometheus reads, read at the same place. Nothing waits for a
//! collector; what it does not take in time is dropped and counted. Deliberately not here: logs, which have a form and
//! a chain of their own, and the library of OpenTelemetry (`docs/decisions/0016`).

mod batch;
mod encode;
mod exporter;
mod numbers;
mod pace;
mod sender;
mod spans;
mod tally;

pub use encode::Service;
pub use exporter::{Exporter, Parts};
pub use spans::{Span, Spans};
pub use tally::Tally;

use http::{HeaderName, HeaderValue};

use crate::channels::{Target, field};

/// Where telemetry goes.
#[derive(Clone)]
pub struct Collector {
    metrics: Target,
    traces: Target,
    fields: Vec<(HeaderName, HeaderValue)>,
}

/// Why it can go nowhere. It repeats nothing of what was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CollectorError {
    /// The address.
    #[error("otel.endpoint is no http or https address without a query, such as \"http://127.0.0.1:4318\"")]
    Address,
    /// A header field.
    #[error("otel.headers: a field is written \"Name: value\"")]
    Field,
    /// What may be a secret would be read by others on its way.
    #[error("otel.headers would go over the net in the clear; write an https address in otel.endpoint")]
    Clear,
}

impl Collector {
    /// Reads an address, to which the paths of OTLP are added, and what else a request has in its head.
    pub fn parse(endpoint: &str, fields: &[&str]) -> Result<Self, CollectorError> {
        let at = |path: &str| {
            let whole = !endpoint.contains(['?', '#']);
            let text = format!("{}{path}", endpoint.trim_end_matches('/'));
            whole.then(|| Target::parse(&text).ok()).flatten().ok_or(CollectorError::Address)
        };
        let collector = Self {
            metrics: at("/v1/metrics")?,
            traces: at("/v1/traces")?,
            fields: fields
                .iter()
                .map(|text| field(text))
                .collect::<Option<_>>()
                .ok_or(CollectorError::Field)?,
        };
        if !fields.is_empty() && collector.metrics.is_read_on_the_way() {
            return Err(CollectorError::Clear);
        }
        Ok(collector)
    }
}

impl std::fmt::Debug for Collector {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Collector")
    }
}

#[cfg(test)]
mod tests;
