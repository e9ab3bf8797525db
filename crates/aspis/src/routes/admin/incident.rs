//! `POST /api/v1/admin/incident`

pub(crate) mod list;
pub(crate) mod undo;

use aspis_core::refusal::Code;
use axum::{Json, response::IntoResponse};

use crate::{
    extract::{Answer, Ctx, Input, Operator, Signed},
    incidents::{Ask, By, CarriedOutput},
    openapi::{Doc, json},
};

pub(crate) const DOC: Doc =
    Doc::new("incident", "operators", "Do something in an incident, or say how many it would touch")
        .input(json::<Ask>)
        .ok(json::<CarriedOutput>)
        .refuses(&[
            Code::InvalidInput,
            Code::NotFound,
            Code::StepUpRequired,
            Code::LastOperator,
            Code::LocksYouOut,
            Code::TooManyBlocks,
        ])
        .link("undo_incident", 200, &[("id", "$response.body#/actions/0/id")])
        .stored();

pub(crate) async fn incident(_: Operator, Signed(who): Signed, ctx: Ctx, Input(ask): Input<Ask>) -> Answer {
    ctx.app.people.fresh(who).await?;
    let carried = ctx.app.contain(ask, by(&ctx, who)).await?;
    Ok(Json(CarriedOutput::from(carried)).into_response())
}

/// The operator who asks.
pub(crate) fn by(ctx: &Ctx, who: aspis_core::principal::SignedIn) -> By {
    By {
        name: format!("account {}", who.account),
        signed: Some(who),
        address: Some(ctx.passage.address),
        source: ctx.source(),
    }
}
