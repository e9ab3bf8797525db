//! A collector of OpenTelemetry.

use serde::{Deserialize, Serialize};

use crate::settings::value::{CollectorUrl, HOUR, HookFields, Label, SECOND, Share, Span};

/// `[otel]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Otel {
    /// Where the collector is.
    pub endpoint: CollectorUrl,
    /// Header fields that it wants.
    pub headers: HookFields,
    /// What this service is called there.
    pub service: Label,
    /// How often numbers are sent.
    pub interval: Span<SECOND, HOUR>,
    /// The share of requests that are traced.
    pub traces_ratio: Share,
    /// Whether traces tell who called.
    pub client_address: bool,
}
