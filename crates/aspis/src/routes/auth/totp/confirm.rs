//! `POST /api/v1/auth/totp/confirm`

use aspis_core::{refusal::Code, secret::SecretText};
use serde::Deserialize;
use utoipa::ToSchema;

use super::super::factor::{self, FactorOutput};
use crate::{
    extract::{Answer, Ctx, Input, Signed},
    openapi::{Doc, json},
};

pub(crate) const DOC: Doc = Doc::new("confirm_totp", "factors", "Confirm the authenticator by a code of it")
    .input(json::<ConfirmInput>)
    .ok(json::<FactorOutput>)
    .refuses(&[
        Code::InvalidInput,
        Code::InvalidCode,
        Code::StepUpRequired,
        Code::AlreadyEnrolled,
        Code::NotFound,
    ])
    .stored();

/// A code of the new authenticator.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConfirmInput {
    /// Six digits.
    #[schema(value_type = String, min_length = 0, max_length = 64, example = "123456")]
    code: SecretText,
}

pub(crate) async fn confirm(Signed(who): Signed, ctx: Ctx, Input(input): Input<ConfirmInput>) -> Answer {
    let added = ctx.app.people.confirm_totp(who, ctx.is_browsing(), &input.code, &ctx.visitor()).await?;
    Ok(factor::answer(&added, ctx.passage.https))
}
