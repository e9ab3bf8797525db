//! How much of anything: rates, connections, bodies, work at once.

use aspis_core::rate::Rate;
use serde::{Deserialize, Serialize};

use crate::settings::value::{self, DAY, HOUR, MINUTE, SECOND, Share, Span, Whole};

/// `[rate]`: how often a client may call, by class of route.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rates {
    /// Routes that check a password, code or link.
    #[serde(deserialize_with = "value::rate")]
    pub login: Rate,
    /// Registration, forgotten passwords and their reset.
    #[serde(deserialize_with = "value::rate")]
    pub register: Rate,
    /// Refresh and sign-out.
    #[serde(deserialize_with = "value::rate")]
    pub refresh: Rate,
    /// Refreshes of one family of tokens.
    #[serde(deserialize_with = "value::rate")]
    pub refresh_family: Rate,
    /// Predictions.
    #[serde(deserialize_with = "value::rate")]
    pub predict: Rate,
    /// Portfolio and orders.
    #[serde(deserialize_with = "value::rate")]
    pub portfolio: Rate,
    /// Assets, prices, history and bulk export.
    #[serde(deserialize_with = "value::rate")]
    pub prices: Rate,
    /// The pages' own files and the documents.
    #[serde(deserialize_with = "value::rate", rename = "static")]
    pub statics: Rate,
    /// Every other route.
    #[serde(deserialize_with = "value::rate")]
    pub default: Rate,
    /// Windows counted at once.
    pub table_slots: Whole<usize, 64, 16_777_216>,
    /// The older fields beside `RateLimit`, for clients that know no others.
    pub legacy_fields: bool,
}

/// `[edge]`: what a connection may do before a request is looked at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edge {
    /// Connections in all.
    pub connections: Whole<usize, 1, 1_000_000>,
    /// Connections of one client.
    pub connections_per_client: Whole<usize, 1, 1_000_000>,
    /// The time for a whole request head.
    pub header_timeout: Span<100, { 5 * MINUTE }>,
    /// The time between requests.
    pub idle_timeout: Span<100, HOUR>,
    /// The longest pause within a body.
    pub body_timeout: Span<100, HOUR>,
    /// Bytes of a whole request head.
    pub head_bytes: Whole<usize, 1024, 1_048_576>,
    /// Bytes of a URL.
    pub url_bytes: Whole<usize, 256, 1_048_576>,
    /// Header fields.
    pub headers: Whole<usize, 8, 1000>,
    /// Bytes a second that a body has to reach in either direction.
    pub body_rate: Whole<u32, 0, 1_048_576>,
    /// How long a body may take whatever its pace.
    pub body_grace: Span<100, { 10 * MINUTE }>,
    /// Bytes of answers held for clients who do not read them.
    pub unsent_bytes: Whole<usize, 1_048_576, 1_099_511_627_776>,
    /// HTTP/2 for clients that begin with it.
    pub http2: bool,
    /// Requests at once of one HTTP/2 connection.
    pub streams: Whole<u32, 1, 1000>,
    /// Requests a client may take back on one connection.
    #[serde(deserialize_with = "value::rate")]
    pub resets: Rate,
    /// The time a graceful stop waits.
    pub drain: Span<0, { 10 * MINUTE }>,
}

/// `[body]`: what a request body may be, on routes that say nothing else.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Body {
    /// Bytes.
    pub max_bytes: Whole<usize, 64, 16_777_216>,
    /// Bytes of bodies that have not come whole yet, all together.
    pub held_bytes: Whole<usize, 64, 1_099_511_627_776>,
    /// Levels of nesting in JSON.
    pub max_depth: Whole<usize, 1, 100>,
}

/// `[admission]`: how much is worked on at once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Admission {
    /// Requests in progress.
    pub in_progress: Whole<usize, 1, 100_000>,
    /// Predictions that wait.
    pub queue: Whole<usize, 1, 10_000>,
    /// The longest that one waits.
    pub queue_time: Span<100, { 5 * MINUTE }>,
    /// How long a refusal for too many requests is held back.
    pub refusal_delay: Span<0, SECOND>,
    /// Exports at once.
    pub exports: Whole<usize, 1, 10_000>,
    /// Exports of one account at once.
    pub exports_per_account: Whole<usize, 1, 10_000>,
}

/// `[breaker]`: what a failing part leads to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Breaker {
    /// The newest results that are judged.
    pub results: Whole<usize, 10, 10_000>,
    /// As soon as there are so many.
    pub from: Whole<usize, 1, 10_000>,
    /// The share of failures above which it opens.
    pub share: Share,
    /// How long it stays open.
    pub open: Span<100, { 10 * MINUTE }>,
    /// Requests that try it then.
    pub probes: Whole<usize, 1, 100>,
}

/// `[attack]`: when the server is under attack, and what is done about it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attack {
    /// It is noticed by itself.
    pub auto: bool,
    /// The share of places that is taken.
    pub slots: Share,
    /// For so long.
    pub after: Span<SECOND, { 10 * MINUTE }>,
    /// How long it has to be quiet until it is over.
    pub quiet: Span<SECOND, DAY>,
    /// The share of every limit that is left meanwhile.
    pub tighten: Share,
}
