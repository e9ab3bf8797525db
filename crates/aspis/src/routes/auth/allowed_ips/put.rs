//! `PUT /api/v1/auth/allowed-ips`

use aspis_core::refusal::Code;
use axum::{Json, response::IntoResponse};
use serde::Deserialize;
use utoipa::ToSchema;

use super::AllowedIps;
use crate::{
    extract::{Answer, Ctx, Input, Signed},
    openapi::{Doc, json, words},
};

pub(crate) const DOC: Doc = Doc::new(
    "set_allowed_ips",
    "accounts",
    "Set the networks that the account may act from; the caller's own address must be among them",
)
.input(json::<AllowedIpsInput>)
.ok(json::<AllowedIps>)
.refuses(&[Code::InvalidInput, Code::StepUpRequired])
.stored();

/// The networks from now on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AllowedIpsInput {
    /// CIDRs such as `203.0.113.0/24`, or single addresses; none is everywhere.
    #[schema(schema_with = words::networks)]
    allowed_ips: Vec<String>,
}

pub(crate) async fn put(Signed(who): Signed, ctx: Ctx, Input(input): Input<AllowedIpsInput>) -> Answer {
    let networks = ctx.app.people.set_allowed_ips(who, &input.allowed_ips, &ctx.visitor()).await?;
    Ok(Json(AllowedIps::from(networks)).into_response())
}
