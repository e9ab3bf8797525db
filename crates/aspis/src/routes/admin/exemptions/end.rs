//! `DELETE /api/v1/admin/exemptions/{id}`

use aspis_core::{ids::ExemptionId, refusal::Code};
use axum::response::IntoResponse;
use http::StatusCode;

use crate::{
    extract::{Answer, Ctx, Operator, Signed},
    openapi::Doc,
    routes::admin::incident::by,
};

pub(crate) const DOC: Doc = Doc::new("end_exemption", "operators", "End an exemption before its time")
    .refuses(&[Code::NotFound, Code::StepUpRequired])
    .stored();

pub(crate) async fn end(_: Operator, Signed(who): Signed, ctx: Ctx) -> Answer {
    ctx.app.people.fresh(who).await?;
    let id = ExemptionId::parse(ctx.passage.param("id")).ok_or(Code::NotFound)?;
    ctx.app.end_exemption(id, by(&ctx, who)).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
