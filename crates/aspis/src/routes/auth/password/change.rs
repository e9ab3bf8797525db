//! `POST /api/v1/auth/password`

use aspis_core::{refusal::Code, secret::SecretText};
use serde::Deserialize;
use utoipa::ToSchema;

use super::super::grant;
use crate::{
    extract::{Answer, Ctx, Input, Signed},
    openapi::{Doc, json},
};

pub(crate) const DOC: Doc = Doc::new(
    "change_password",
    "accounts",
    "Change the password and end all other sign-ins: 204, or in a browser session 200 with its new cookie",
)
.input(json::<ChangeInput>)
.ok_or_nothing(json::<grant::SignInOutput>)
.refuses(&[
    Code::InvalidInput,
    Code::WeakPassword,
    Code::InvalidCredentials,
    Code::StepUpRequired,
    Code::ChallengeRequired,
    Code::AccountLocked,
    Code::TooManyAttempts,
    Code::ServerBusy,
])
.stored();

/// The old password and the new one.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangeInput {
    /// The password until now.
    #[schema(value_type = String, format = "password", min_length = 0, max_length = 1024)]
    current_password: SecretText,
    /// 8 to 128 characters, not easy to guess.
    #[schema(value_type = String, format = "password", min_length = 8, max_length = 128, example = "several unrelated words 42")]
    password: SecretText,
}

pub(crate) async fn change(Signed(who): Signed, ctx: Ctx, Input(input): Input<ChangeInput>) -> Answer {
    let ChangeInput { current_password, password } = input;
    let (browsing, visitor) = (ctx.is_browsing(), ctx.visitor());
    let session = ctx.app.people.change_password(who, browsing, current_password, password, &visitor).await?;
    Ok(grant::renewed(session.as_ref(), ctx.passage.https))
}
