//! `POST /api/v1/keys/{id}/resume`

use aspis_core::refusal::Code;
use axum::response::IntoResponse;
use http::StatusCode;

use crate::{
    extract::{Answer, Ctx, Signed},
    openapi::Doc,
};

pub(crate) const DOC: Doc = Doc::new(
    "resume_key",
    "keys",
    "Let a suspended API key go on: what was odd about it is right. Wants a sign-in or step-up of the last ten minutes",
)
.no_content()
.refuses(&[Code::NotFound, Code::StepUpRequired])
.stored();

pub(crate) async fn resume(Signed(who): Signed, ctx: Ctx) -> Answer {
    let key = super::named(&ctx)?;
    ctx.app.keys.resume(who, key, &ctx.visitor()).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
