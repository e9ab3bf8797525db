//! A refusal as it is explained, on HTTP and on the command line alike.

use aspis_core::refusal::passes_when;
use serde::Serialize;
use utoipa::ToSchema;

use super::Known;
use crate::{openapi::words, routes::words::Moment, settings::Settings};

/// What is known of a request.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ExplainedOutput {
    /// The request.
    #[schema(format = "uuid", min_length = 36, max_length = 36)]
    pub(crate) request_id: String,
    /// Where it is known from.
    #[schema(schema_with = words::explained_by)]
    pub(crate) from: &'static str,
    /// Its refusals, oldest first: those that were only observed, and the one that ended it.
    #[schema(min_items = 1, max_items = 100)]
    pub(crate) refusals: Vec<RefusedOutput>,
}

/// One refusal, explained.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RefusedOutput {
    /// When.
    at: Moment,
    /// The word that the caller was told.
    #[schema(min_length = 1, max_length = 64, example = "rate_limited")]
    code: &'static str,
    /// The status that goes with it.
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// What it says.
    #[schema(min_length = 1, max_length = 300)]
    title: &'static str,
    /// Whether it was carried out.
    #[schema(schema_with = words::carried_out)]
    mode: &'static str,
    /// The exemption that let it pass.
    #[schema(required = true, format = "uuid", min_length = 36, max_length = 36)]
    exempt: Option<String>,
    /// The rule behind it.
    #[schema(required = true, min_length = 1, max_length = 100, example = "rate.login")]
    rule: Option<String>,
    /// Where in the request it matched, or what it was aimed at.
    #[schema(required = true, max_length = 1_000_000)]
    place: Option<String>,
    /// What matched, masked.
    #[schema(required = true, max_length = 40)]
    seen: Option<String>,
    /// The count that decided.
    #[schema(required = true, minimum = 0, maximum = 9_007_199_254_740_991_u64)]
    count: Option<u64>,
    /// How much would have been let in.
    #[schema(required = true, minimum = 0, maximum = 9_007_199_254_740_991_u64)]
    limit: Option<u64>,
    /// In how many seconds.
    #[schema(required = true, minimum = 0, maximum = 9_007_199_254_740_991_u64)]
    window_s: Option<u64>,
    /// From when on another try made sense.
    #[schema(required = true)]
    until: Option<Moment>,
    /// Who, on the network.
    #[schema(required = true, min_length = 1, max_length = 64, example = "203.0.113.7")]
    client: Option<String>,
    /// For whom.
    #[schema(required = true, format = "uuid", min_length = 36, max_length = 36)]
    account: Option<String>,
    /// By which API key.
    #[schema(required = true, format = "uuid", min_length = 36, max_length = 36)]
    key: Option<String>,
    /// On which route.
    #[schema(max_length = 200, example = "POST /api/v1/auth/login")]
    route: String,
    /// What would have let it pass.
    #[schema(min_length = 1, max_length = 1_100_000)]
    passes_when: String,
    /// The setting that governs it.
    #[schema(required = true)]
    setting: Option<SettingOutput>,
    /// The command that excuses its caller for a time; null where that cannot be.
    #[schema(required = true, max_length = 300)]
    exempt_command: Option<String>,
    /// How many of its like have no line of their own: then this is their sum, and the request may be one of them.
    #[schema(required = true, minimum = 1, maximum = 9_007_199_254_740_991_u64)]
    among: Option<u64>,
}

/// A setting, with its value now.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SettingOutput {
    /// Its dotted key.
    #[schema(min_length = 3, max_length = 300, example = "rate.login")]
    pub(crate) key: String,
    /// Its value.
    #[schema(max_length = 10000, example = "5/minute")]
    pub(crate) value: String,
    /// When a new value counts.
    #[schema(schema_with = words::effect)]
    pub(crate) effect: String,
}

pub(super) fn refused(known: &Known, settings: &Settings) -> RefusedOutput {
    let case = known.case();
    RefusedOutput {
        at: known.at.into(),
        code: known.code.word(),
        status: known.code.status(),
        title: known.code.title(),
        mode: known.mode(),
        exempt: known.exempt.clone(),
        rule: known.rule.clone(),
        place: known.place.clone(),
        seen: known.seen.clone(),
        count: known.count,
        limit: known.bound.map(|bound| bound.limit),
        window_s: known.bound.and_then(|bound| bound.window_s),
        until: case.until().map(Moment::from),
        client: known.client.clone(),
        account: known.account.clone(),
        key: known.key.clone(),
        route: known.route.clone(),
        passes_when: passes_when(&case),
        setting: known.setting(settings),
        exempt_command: known.command(),
        among: known.among,
    }
}
