//! `DELETE /api/v1/keys/{id}`

use aspis_core::refusal::Code;
use axum::response::IntoResponse;
use http::StatusCode;

use crate::{
    extract::{Answer, Ctx, Signed},
    openapi::Doc,
};

pub(crate) const DOC: Doc = Doc::new("revoke_key", "keys", "End an API key: it is dead at once")
    .no_content()
    .refuses(&[Code::NotFound])
    .stored();

pub(crate) async fn revoke(Signed(who): Signed, ctx: Ctx) -> Answer {
    let key = super::named(&ctx)?;
    ctx.app.keys.revoke(who, key, &ctx.visitor()).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
