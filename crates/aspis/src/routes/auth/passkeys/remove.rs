//! `DELETE /api/v1/auth/passkeys/{id}`

use aspis_core::{
    ids::PasskeyId,
    refusal::{Code, Refusal},
};
use axum::response::IntoResponse;
use http::StatusCode;

use crate::{
    extract::{Answer, Ctx, Signed},
    openapi::Doc,
};

pub(crate) const DOC: Doc = Doc::new("remove_passkey", "factors", "Remove a passkey")
    .no_content()
    .refuses(&[Code::StepUpRequired, Code::NotFound])
    .stored();

pub(crate) async fn remove(Signed(who): Signed, ctx: Ctx) -> Answer {
    let unknown = || Refusal::because(Code::NotFound, "There is no such passkey of yours.");
    let id = PasskeyId::parse(ctx.passage.param("id")).ok_or_else(unknown)?;
    ctx.app.people.remove_passkey(who, id, &ctx.visitor()).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
