//! `GET /api/v1/admin/sources`

pub(crate) mod trust;

use std::collections::BTreeSet;

use aspis_market::sources::SourceState;
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
    /// Each that there is, asked or not.
    #[schema(max_items = 100)]
    sources: Vec<SourceOutput>,
}

/// One source.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SourceOutput {
    /// Its name among the trusted sources.
    #[schema(min_length = 1, max_length = 64, example = "binance_official")]
    name: &'static str,
    /// What kind it is.
    #[schema(min_length = 1, max_length = 64, example = "binance")]
    kind: &'static str,
    /// Where it is asked.
    #[schema(min_length = 1, max_length = 2000, example = "https://data-api.binance.vision")]
    address: String,
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
    /// Rows that it brought since the start of the server and that were accepted.
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_u64)]
    rows: u64,
    /// Those that were held.
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_u64)]
    quarantined: u64,
    /// Those that were none.
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_u64)]
    refused: u64,
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
    /// Without a vote, it is so wherever it lost one.
    fn of(state: SourceState, feeds: &[Feed]) -> Self {
        let (last_error, last_error_at) = state.last_error.unzip();
        let lost: Vec<_> = feeds
            .iter()
            .filter(|feed| feed.source == state.name)
            .filter_map(|feed| Some((feed.distrusted?, feed.asset.clone())))
            .collect();
        let since = lost.iter().map(|(since, _)| *since).min();
        Self {
            distrusted: lost
                .into_iter()
                .map(|(_, asset)| asset)
                .collect::<BTreeSet<_>>()
                .into_iter()
                .collect(),
            distrusted_since: since.map(Moment::from),
            name: state.name,
            kind: state.kind,
            address: state.address,
            enabled: state.enabled,
            state: state.status.word(),
            since: state.since.into(),
            last_success: state.last_success.map(Moment::from),
            last_error,
            last_error_at: last_error_at.map(Moment::from),
            next_try: state.next_try.map(Moment::from),
            rows: state.rows,
            quarantined: state.quarantined,
            refused: state.refused,
            assets: state.assets,
        }
    }
}

pub(crate) async fn sources(_: Operator, ctx: Ctx) -> Answer {
    let feeds = ctx.app.store.feeds.feeds().await?;
    let sources = ctx.app.sources.states().into_iter().map(|state| SourceOutput::of(state, &feeds)).collect();
    Ok(Json(SourcesOutput { sources }).into_response())
}
