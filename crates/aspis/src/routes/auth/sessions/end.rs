//! `DELETE /api/v1/auth/sessions/{id}`

use aspis_core::{
    ids::FamilyId,
    refusal::{Code, Refusal},
};
use axum::response::IntoResponse;
use http::StatusCode;

use crate::{
    extract::{Answer, Ctx, Signed},
    openapi::Doc,
};

pub(crate) const DOC: Doc =
    Doc::new("end_session", "accounts", "End one signed-in device: what it has is dead at once")
        .no_content()
        .refuses(&[Code::NotFound])
        .stored();

pub(crate) async fn end(Signed(who): Signed, ctx: Ctx) -> Answer {
    let unknown = || Refusal::because(Code::NotFound, "There is no such sign-in of yours.");
    let family = FamilyId::parse(ctx.passage.param("id")).ok_or_else(unknown)?;
    ctx.app.people.end_sign_in(who, family, &ctx.visitor()).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
