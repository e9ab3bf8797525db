//! `POST /api/v1/admin/exemptions`

use aspis_core::refusal::Code;
use axum::{Json, response::IntoResponse};
use http::StatusCode;

use crate::{
    exemptions::{ExemptionOutput, Wish},
    extract::{Answer, Ctx, Input, Operator, Signed},
    openapi::{Doc, json},
    routes::admin::incident::by,
};

pub(crate) const DOC: Doc =
    Doc::new("begin_exemption", "operators", "Excuse somebody from a rule, for 30 days at most")
        .input(json::<Wish>)
        .created(json::<ExemptionOutput>)
        .refuses(&[Code::InvalidInput, Code::NotFound, Code::StepUpRequired, Code::TooManyExemptions])
        .link("end_exemption", 201, &[("id", "$response.body#/id")])
        .stored();

pub(crate) async fn begin(_: Operator, Signed(who): Signed, ctx: Ctx, Input(wish): Input<Wish>) -> Answer {
    ctx.app.people.fresh(who).await?;
    let granted = ctx.app.exempt(wish, by(&ctx, who)).await?;
    Ok((StatusCode::CREATED, Json(ExemptionOutput::from(&granted))).into_response())
}
