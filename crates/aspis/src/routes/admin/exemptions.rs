//! `GET /api/v1/admin/exemptions`

pub(crate) mod begin;
pub(crate) mod end;

use axum::{Json, response::IntoResponse};

use crate::{
    exemptions::ExemptionsOutput,
    extract::{Answer, Ctx, Operator},
    openapi::{Doc, json},
};

pub(crate) const DOC: Doc = Doc::new("exemptions", "operators", "Who is excused from a rule now")
    .ok(json::<ExemptionsOutput>)
    .stored();

pub(crate) async fn exemptions(_: Operator, ctx: Ctx) -> Answer {
    let all = ctx.app.store.exemptions.exemptions(ctx.passage.now).await?;
    Ok(Json(ExemptionsOutput { exemptions: all.iter().map(Into::into).collect() }).into_response())
}
