//! `POST /api/v1/auth/password/forgot`

use aspis_core::refusal::Code;
use axum::response::IntoResponse;
use http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    extract::{Answer, Ctx, Input, bounded},
    openapi::{Doc, json},
};

pub(crate) const DOC: Doc = Doc::new(
    "forgot_password",
    "accounts",
    "Ask for a one-use link to set a new password; the answer is the same whether or not there is an account",
)
.input(json::<ForgotInput>)
.accepted()
.refuses(&[Code::InvalidInput]);

/// Whose password was forgotten.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ForgotInput {
    /// The address of the account.
    #[schema(
        min_length = 0,
        max_length = 254,
        pattern = r"^[^\x00-\x1f\x7f-\x9f]*$",
        example = "ada@example.org"
    )]
    email: String,
}

pub(crate) async fn forgot(ctx: Ctx, Input(input): Input<ForgotInput>) -> Answer {
    bounded("email", Some(&input.email), 254)?;
    ctx.app.people.forgot(input.email, ctx.visitor());
    Ok(StatusCode::ACCEPTED.into_response())
}
