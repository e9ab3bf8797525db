//! `POST /api/v1/admin/sources/{name}/trust`

use aspis_core::refusal::{Code, Refusal};
use axum::{Json, response::IntoResponse};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    extract::{Answer, Ctx, Input, Operator, Signed, bounded},
    openapi::{Doc, json},
};

pub(crate) const DOC: Doc = Doc::new("trust_source", "operators", "Give a source of prices its vote back")
    .input(json::<TrustInput>)
    .ok(json::<TrustOutput>)
    .refuses(&[Code::InvalidInput, Code::NotFound, Code::OwnReview, Code::StepUpRequired])
    .stored();

/// The most code points of a reason.
const REASON: usize = 500;

/// Why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TrustInput {
    /// Why it is to be believed again.
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
}

/// What was given back.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TrustOutput {
    /// The source.
    #[schema(min_length = 1, max_length = 64, example = "yfinance")]
    name: String,
    /// The votes that it had lost: one for each asset and interval.
    #[schema(minimum = 0, maximum = 1_000_000)]
    votes: u64,
}

pub(crate) async fn trust(
    _: Operator,
    Signed(who): Signed,
    ctx: Ctx,
    Input(input): Input<TrustInput>,
) -> Answer {
    ctx.app.people.fresh(who).await?;
    bounded("reason", Some(&input.reason), REASON)?;
    if input.reason.trim().is_empty() {
        return Err(Refusal::field(Code::InvalidInput, "reason", "length", "must say why").into());
    }
    let name = ctx.passage.param("name").to_owned();
    if !ctx.app.settings.market.trusted_sources.as_slice().contains(&name) {
        return Err(Code::NotFound.into());
    }
    // Whoever brings its rows does not say that they are to be believed; a key that is gone leaves its rows behind.
    let account = who.account;
    if ctx.app.keys.feeds(account, &name).await? || ctx.app.intake.was_fed_by(account, &name).await {
        return Err(Code::OwnReview.into());
    }
    let votes = ctx.app.intake.trust(&name, &input.reason, who.account).await?;
    Ok(Json(TrustOutput { name, votes }).into_response())
}
