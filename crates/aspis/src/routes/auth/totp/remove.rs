//! `DELETE /api/v1/auth/totp`

use aspis_core::refusal::Code;
use axum::response::IntoResponse;
use http::StatusCode;

use crate::{
    extract::{Answer, Ctx, Signed},
    openapi::Doc,
};

pub(crate) const DOC: Doc = Doc::new("remove_totp", "factors", "Remove the authenticator")
    .no_content()
    .refuses(&[Code::StepUpRequired, Code::NotFound])
    .stored();

pub(crate) async fn remove(Signed(who): Signed, ctx: Ctx) -> Answer {
    ctx.app.people.remove_totp(who, &ctx.visitor()).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
