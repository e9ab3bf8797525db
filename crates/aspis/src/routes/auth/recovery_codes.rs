//! `POST /api/v1/auth/recovery-codes`

use aspis_core::refusal::Code;
use axum::{Json, response::IntoResponse};
use http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use super::factor;
use crate::{
    extract::{Answer, Ctx, Signed},
    openapi::{Doc, json, words},
};

pub(crate) const DOC: Doc = Doc::new(
    "recovery_codes",
    "factors",
    "New recovery codes in place of all old ones; they are shown this once",
)
.created(json::<RecoveryCodes>)
.refuses(&[Code::StepUpRequired, Code::NotFound])
.stored();

/// One-use codes for the day the factor is lost.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RecoveryCodes {
    /// Each opens once.
    #[schema(schema_with = words::recovery_codes)]
    recovery_codes: Vec<String>,
}

pub(crate) async fn renew(Signed(who): Signed, ctx: Ctx) -> Answer {
    let codes = ctx.app.people.renew_recovery_codes(who).await?;
    Ok((StatusCode::CREATED, Json(RecoveryCodes { recovery_codes: factor::texts(&codes) })).into_response())
}
