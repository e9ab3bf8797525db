//! `POST /api/v1/auth/login`

use aspis_core::{refusal::Code, secret::SecretText};
use axum::{Json, response::IntoResponse};
use serde::Deserialize;
use utoipa::ToSchema;

use super::TokenPair;
use crate::{
    extract::{Answer, Ctx, Input},
    openapi::{Doc, json},
};

pub(crate) const DOC: Doc = Doc::new("login", "accounts", "Sign in")
    .input(json::<LoginInput>)
    .ok(json::<TokenPair>)
    .refuses(&[Code::InvalidInput, Code::InvalidCredentials, Code::ServerBusy])
    .link("refresh", 200, &[("refresh_token", "$response.body#/refresh_token")])
    .stored();

/// Who signs in.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LoginInput {
    /// The address of the account, in any case.
    #[schema(
        min_length = 0,
        max_length = 254,
        pattern = r"^[^\x00-\x1f\x7f-\x9f]*$",
        example = "ada@example.org"
    )]
    email: String,
    /// Its password.
    #[schema(value_type = String, format = "password", min_length = 0, max_length = 1024, example = "several unrelated words 42")]
    password: SecretText,
}

pub(crate) async fn login(ctx: Ctx, Input(input): Input<LoginInput>) -> Answer {
    let tokens = ctx.app.people.login(&input.email, input.password, ctx.source()).await?;
    Ok(Json(TokenPair::from(tokens)).into_response())
}
