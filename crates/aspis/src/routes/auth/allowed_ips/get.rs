//! `GET /api/v1/auth/allowed-ips`

use axum::{Json, response::IntoResponse};

use super::AllowedIps;
use crate::{
    extract::{Answer, Ctx, Signed},
    openapi::{Doc, json},
};

pub(crate) const DOC: Doc = Doc::new("allowed_ips", "accounts", "The networks that the account may act from")
    .ok(json::<AllowedIps>)
    .stored();

pub(crate) async fn get(Signed(who): Signed, ctx: Ctx) -> Answer {
    let networks = ctx.app.people.allowed_ips(who).await?;
    Ok(Json(AllowedIps::from(networks)).into_response())
}
