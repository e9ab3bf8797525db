//! `GET /api/v1/admin/sources`

pub(crate) mod trust;

use std::collections::BTreeSet;

use aspis_core::clock::Timestamp;
use aspis_market::{
    ingest::Brought,
    sources::{SourceState, Status},
};
use aspis_store::feeds::Feed;
use axum::{Json, response::IntoResponse};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    extract::{Answer, Ctx, Operator},
    openapi::{Doc, json, words},
    routes::words::Moment,
};

pub(crate) const DOC: Doc =
    Doc::new("sources", "operators", "How the sources of prices are").ok(json::<SourcesOutput>);

/// The sources of prices.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SourcesOutput {
    /// Each that is asked, or could be, and each that is trusted.
    #[schema(max_items = 100)]
    sources: Vec<SourceOutput>,
}

/// One source.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SourceOutput {
    /// Its name among the trusted sources.
    #[schema(min_length = 1, max_length = 64, example = "binance_official")]
    name: String,
    /// What kind it is; `ingest` where its rows come by API keys alone.
    #[schema(min_length = 1, max_length = 64, example = "binance")]
    kind: &'static str,
    /// Where it is asked; null where nobody asks it.
    #[schema(
        required = true,
        min_length = 1,
        max_length = 2000,
        example = "https://data-api.binance.vision"
    )]
    address: Option<String>,
    /// False when the settings turn it off, do not trust it, or ask it for nothing.
    enabled: bool,
    /// What it is doing.
    #[schema(schema_with = words::source_state)]
    state: &'static str,
    /// Since when.
    since: Moment,
    /// When it last answered well.
    #[schema(required = true)]
    last_success: Option<Moment>,
    /// What was wrong the last time that something was.
    #[schema(required = true, min_length = 1, max_length = 64, example = "timed_out")]
    last_error: Option<&'static str>,
    /// When that was.
    #[schema(required = true)]
    last_error_at: Option<Moment>,
    /// When it is asked again.
    #[schema(required = true)]
    next_try: Option<Moment>,
    /// Rows that came from it since the start of the server, asked for or by key, and that were accepted.
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_u64)]
    rows: u64,
    /// Those that were held.
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_u64)]
    quarantined: u64,
    /// Those that were none.
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_u64)]
    refused: u64,
    /// When the newest bar begins that ever came from it, accepted or held.
    #[schema(required = true)]
    last_row: Option<Moment>,
    /// The assets and intervals that it has brought and has a vote on.
    #[schema(minimum = 0, maximum = 1_000_000)]
    votes: usize,
    /// The assets it is asked for.
    #[schema(schema_with = words::asset_names)]
    assets: Vec<String>,
    /// Those of which the other sources contradicted it so often that it has no vote until an operator gives it back.
    #[schema(schema_with = words::asset_names)]
    distrusted: Vec<String>,
    /// Since when it has none, of the first of them.
    #[schema(required = true)]
    distrusted_since: Option<Moment>,
}

impl SourceOutput {
    /// A source that could be asked. Without a vote, it is so wherever it lost one.
    fn asked(state: SourceState, (brought, _): (Brought, Timestamp), feeds: &[Feed]) -> Self {
        let (last_error, last_error_at) = state.last_error.unzip();
        let quiet = state.status == Status::Waiting;
        let by_key = brought.came.filter(|_| quiet);
        Self {
            kind: state.kind,
            address: Some(state.address),
            enabled: state.enabled,
            state: by_key.map_or(state.status, |_| Status::Running).word(),
            since: by_key.map_or(state.since, |(first, _)| first).into(),
            last_success: state.last_success.or(by_key.map(|(_, last)| last)).map(Moment::from),
            last_error,
            last_error_at: last_error_at.map(Moment::from),
            next_try: state.next_try.map(Moment::from),
            refused: brought.refused + state.unreadable,
            assets: state.assets,
            ..Self::by_key(state.name, (brought, state.since), feeds)
        }
    }

    /// A source whose rows come by API keys.
    fn by_key(name: &str, (brought, opened): (Brought, Timestamp), feeds: &[Feed]) -> Self {
        let own = || feeds.iter().filter(|feed| feed.source == name);
        let lost = || own().filter_map(|feed| Some((feed.distrusted?, feed.asset.clone())));
        let status = brought.came.map_or(Status::Waiting, |_| Status::Running);
        let distrusted: BTreeSet<String> = lost().map(|(_, asset)| asset).collect();
        Self {
            name: name.to_owned(),
            kind: "ingest",
            address: None,
            enabled: true,
            state: status.word(),
            since: brought.came.map_or(opened, |(first, _)| first).into(),
            last_success: brought.came.map(|(_, last)| last.into()),
            last_error: None,
            last_error_at: None,
            next_try: None,
            rows: brought.rows,
            quarantined: brought.quarantined,
            refused: brought.refused,
            last_row: own().map(|feed| feed.last).max().map(Moment::from),
            votes: own().count() - lost().count(),
            assets: Vec::new(),
            distrusted: distrusted.into_iter().collect(),
            distrusted_since: lost().map(|(since, _)| since).min().map(Moment::from),
        }
    }
}

pub(crate) async fn sources(_: Operator, ctx: Ctx) -> Answer {
    let feeds = ctx.app.store.feeds.feeds().await?;
    let intake = &ctx.app.intake;
    let states = ctx.app.sources.states();
    let trusted = ctx.app.settings.market.trusted_sources.as_slice().iter();
    let others: Vec<_> =
        trusted.filter(|name| states.iter().all(|state| state.name != name.as_str())).collect();
    let others = others.into_iter().map(|name| SourceOutput::by_key(name, intake.brought(name), &feeds));
    let mut sources: Vec<_> = states
        .into_iter()
        .map(|state| {
            let brought = intake.brought(state.name);
            SourceOutput::asked(state, brought, &feeds)
        })
        .collect();
    sources.extend(others);
    Ok(Json(SourcesOutput { sources }).into_response())
}
