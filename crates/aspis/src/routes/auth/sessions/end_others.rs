//! `DELETE /api/v1/auth/sessions`

use axum::{Json, response::IntoResponse};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    extract::{Answer, Ctx, Signed},
    openapi::{Doc, json},
};

pub(crate) const DOC: Doc =
    Doc::new("end_other_sessions", "accounts", "End all other signed-in devices").ok(json::<Ended>).stored();

/// How many there were.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Ended {
    /// Sign-ins that are ended.
    #[schema(minimum = 0, maximum = 1_000_000)]
    ended: usize,
}

pub(crate) async fn end_others(Signed(who): Signed, ctx: Ctx) -> Answer {
    let ended = ctx.app.people.end_other_sign_ins(who, &ctx.visitor()).await?;
    Ok(Json(Ended { ended }).into_response())
}
