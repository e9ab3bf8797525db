//! `DELETE /api/v1/admin/keys/{id}`

use aspis_core::{ids::KeyId, refusal::Code};
use axum::response::IntoResponse;
use http::StatusCode;

use crate::{
    extract::{Answer, Ctx, Operator, Signed},
    openapi::Doc,
};

pub(crate) const DOC: Doc =
    Doc::new("end_key", "operators", "End an API key of any account, or take a honey key away")
        .no_content()
        .refuses(&[Code::NotFound, Code::StepUpRequired])
        .stored();

pub(crate) async fn revoke(_: Operator, who: Signed, ctx: Ctx) -> Answer {
    let by = super::by(&ctx, who).await?;
    let key = KeyId::parse(ctx.passage.param("id")).ok_or(Code::NotFound)?;
    ctx.app.keys.end_for(key, &by).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
