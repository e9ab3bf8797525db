//! `GET /api/v1/admin/explain/{request_id}`

use aspis_core::{
    ids::RequestId,
    refusal::{Code, Refusal},
};
use axum::{Json, response::IntoResponse};

use crate::{
    explain::ExplainedOutput,
    extract::{Answer, Ctx, Operator},
    openapi::{Doc, json},
};

pub(crate) const DOC: Doc =
    Doc::new("explain", "operators", "Why a request was refused, and what would have let it pass")
        .ok(json::<ExplainedOutput>)
        .refuses(&[Code::NotFound]);

pub(crate) async fn explain(_: Operator, ctx: Ctx) -> Answer {
    let request = RequestId::parse(ctx.passage.param("request_id")).ok_or_else(|| {
        Refusal::because(
            Code::NotFound,
            "This is no identifier of a request: refusals carry one as request_id.",
        )
    })?;
    Ok(Json(ctx.app.explain(request).await?).into_response())
}
