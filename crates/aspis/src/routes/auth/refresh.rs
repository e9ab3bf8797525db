//! `POST /api/v1/auth/refresh`

use aspis_core::{refusal::Code, secret::SecretText};
use axum::{Json, response::IntoResponse};
use serde::Deserialize;
use utoipa::ToSchema;

use super::grant::SignInOutput;
use crate::{
    extract::{Answer, Ctx, Input},
    openapi::{Doc, json},
};

pub(crate) const DOC: Doc =
    Doc::new("refresh", "accounts", "Renew a pair of tokens; the old refresh token is spent")
        .input(json::<RefreshInput>)
        .ok(json::<SignInOutput>)
        .refuses(&[
            Code::InvalidInput,
            Code::InvalidRefreshToken,
            Code::AddressNotAllowed,
            Code::InvalidDpopProof,
            Code::UseDpopNonce,
        ])
        .stored();

/// What is renewed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RefreshInput {
    /// The refresh token of the last pair.
    #[schema(value_type = String, min_length = 0, max_length = 200)]
    refresh_token: SecretText,
}

pub(crate) async fn refresh(ctx: Ctx, Input(input): Input<RefreshInput>) -> Answer {
    let visitor = ctx.visitor_with_key("/api/v1/auth/refresh").await?;
    let tokens = ctx.app.people.refresh(input.refresh_token, &visitor).await?;
    Ok(Json(SignInOutput::from(tokens)).into_response())
}
