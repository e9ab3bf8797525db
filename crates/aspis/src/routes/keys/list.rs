//! `GET /api/v1/keys`

use aspis_core::scenario::data_scraping::quota::Day;
use aspis_identity::keys::Listed;
use axum::{Json, response::IntoResponse};
use serde::Serialize;
use utoipa::ToSchema;

use super::{KeyOutput, LastUse};
use crate::{
    extract::{Answer, Ctx, Signed},
    openapi::{Doc, json},
};

pub(crate) const DOC: Doc =
    Doc::new("keys", "keys", "The API keys of the account that are alive, newest first")
        .ok(json::<KeyList>)
        .link("revoke_key", 200, &[("id", "$response.body#/keys/0/id")])
        .link("resume_key", 200, &[("id", "$response.body#/keys/0/id")])
        .link("rotate_key", 200, &[("id", "$response.body#/keys/0/id")])
        .stored();

/// The keys of the account.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct KeyList {
    /// Newest first.
    #[schema(max_items = 2000)]
    keys: Vec<UsedKey>,
}

/// One of them, with what it was used for.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UsedKey {
    #[serde(flatten)]
    known: KeyOutput,
    #[serde(flatten)]
    last: LastUse,
    /// Calls of today, UTC.
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_u64)]
    calls_today: u64,
    /// Days with calls of the last thirty, newest first.
    #[schema(max_items = 31)]
    days: Vec<KeyDay>,
}

/// A day with calls.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct KeyDay {
    /// Which day, UTC.
    #[schema(format = "date", min_length = 10, max_length = 10, example = "2026-11-21")]
    day: String,
    /// How many calls.
    #[schema(minimum = 1, maximum = 9_007_199_254_740_991_u64)]
    calls: u64,
}

impl From<Listed> for UsedKey {
    fn from(listed: Listed) -> Self {
        let Listed { mut key, days, today } = listed;
        let last = key.used.take().into();
        let day = |(day, calls): (Day, u64)| KeyDay { day: day.to_string(), calls };
        Self { known: key.into(), last, calls_today: today, days: days.into_iter().map(day).collect() }
    }
}

pub(crate) async fn list(Signed(who): Signed, ctx: Ctx) -> Answer {
    let keys = ctx.app.keys.list(who).await?.into_iter().map(Into::into).collect();
    Ok(Json(KeyList { keys }).into_response())
}
