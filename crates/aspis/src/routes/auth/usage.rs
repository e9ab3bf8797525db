//! `GET /api/v1/auth/usage`

use axum::{Json, response::IntoResponse};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    app::quota::Today,
    extract::{Answer, Ctx, Signed},
    openapi::{Doc, json},
    routes::words::Moment,
};

pub(crate) const DOC: Doc =
    Doc::new("usage", "accounts", "What the account has used of today").ok(json::<UsageOutput>).stored();

/// What an account has used of today, with everything it is signed in with.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UsageOutput {
    /// Which day that is, UTC.
    #[schema(format = "date", min_length = 10, max_length = 10, example = "2026-11-21")]
    day: String,
    /// When the next one begins.
    resets_at: Moment,
    /// Bytes of history and exports.
    bytes: UsedBytes,
    /// Calls of any kind, this one with them.
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_u64)]
    calls: u64,
}

/// Bytes of bodies, before any encoding.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UsedBytes {
    /// How many there are a day.
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_u64)]
    limit: u64,
    /// How many were sent, or are promised to answers on their way.
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_u64)]
    used: u64,
    /// How many are left.
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_u64)]
    left: u64,
}

impl From<Today> for UsageOutput {
    fn from(today: Today) -> Self {
        let Today { day, limit, used, calls } = today;
        let bytes = UsedBytes { limit, used, left: limit.saturating_sub(used) };
        Self { day: day.to_string(), resets_at: day.end().into(), bytes, calls }
    }
}

pub(crate) async fn usage(Signed(who): Signed, ctx: Ctx) -> Answer {
    let today = ctx.app.quota.of(who.account).await?;
    Ok(Json(UsageOutput::from(today)).into_response())
}
