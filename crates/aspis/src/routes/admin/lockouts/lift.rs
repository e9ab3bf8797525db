//! `DELETE /api/v1/admin/lockouts/{id}`

use aspis_core::{event::Kind, refusal::Code};
use axum::{http::StatusCode, response::IntoResponse};

use crate::{
    extract::{Answer, Ctx, Operator, Signed},
    openapi::Doc,
    routes::admin::incident::by,
};

pub(crate) const DOC: Doc = Doc::new("lift_lockout", "operators", "Lift the lock of a name")
    .no_content()
    .refuses(&[Code::NotFound, Code::StepUpRequired])
    .stored();

pub(crate) async fn lift(_: Operator, Signed(who): Signed, ctx: Ctx) -> Answer {
    ctx.app.people.fresh(who).await?;
    let lifted = ctx.app.people.lift_lock(ctx.passage.param("id")).await?.ok_or(Code::NotFound)?;
    ctx.app.incidents.desk.tell(Kind::LockLifted, &by(&ctx, who), &lifted, None);
    Ok(StatusCode::NO_CONTENT.into_response())
}
