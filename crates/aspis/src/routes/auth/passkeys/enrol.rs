//! `POST /api/v1/auth/passkeys`

use aspis_core::refusal::Code;
use axum::{Json, response::IntoResponse};

use super::PasskeyQuestion;
use crate::{
    extract::{Answer, Ctx, Signed},
    openapi::{Doc, json},
};

pub(crate) const DOC: Doc = Doc::new(
    "enrol_passkey",
    "factors",
    "Begin to enrol a passkey: options for navigator.credentials.create",
)
.ok(json::<PasskeyQuestion>)
.refuses(&[Code::StepUpRequired, Code::AlreadyEnrolled, Code::NotFound])
.stored();

pub(crate) async fn enrol(Signed(who): Signed, ctx: Ctx) -> Answer {
    let begun = ctx.app.people.begin_passkey(who).await?;
    Ok(Json(PasskeyQuestion::from(begun)).into_response())
}
