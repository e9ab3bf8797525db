//! `GET /api/v1/reviews/{id}`: the link that a held prediction comes with.

use aspis_core::{
    ids::ReviewId,
    principal::{Principal, Role},
    refusal::Code,
};
use aspis_market::review::Polled;
use axum::{Json, response::IntoResponse};

use super::{admin::reviews::ReviewOutput, market::predict};
use crate::{
    extract::{Answer, Ctx},
    openapi::{Doc, json},
};

pub(crate) const DOC: Doc = Doc::new(
    "review",
    "market",
    "What has become of a prediction that was held, or of prices that you brought",
)
.ok_or_held(json::<predict::PredictOutput>, json::<predict::HeldOutput>)
.refuses(&[Code::NotFound, Code::PredictionRejected, Code::PredictionExpired])
.stored();

pub(crate) async fn poll(ctx: Ctx) -> Answer {
    let id = ReviewId::parse(ctx.passage.param("id")).ok_or(Code::NotFound)?;
    let (account, operator) = match ctx.passage.principal {
        Principal::Nobody => (None, false),
        Principal::Account(who) => (Some(who.account), who.role == Role::Admin),
        Principal::Key(keyed) => (Some(keyed.account), false),
    };
    Ok(match ctx.app.reviews.poll(id, account, operator).await? {
        Polled::Given(prediction) => Json(predict::PredictOutput::from(*prediction)).into_response(),
        Polled::Held(waits) => predict::held(waits),
        Polled::Price(review) => Json(ReviewOutput::from(*review)).into_response(),
    })
}
