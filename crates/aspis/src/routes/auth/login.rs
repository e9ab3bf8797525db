//! `POST /api/v1/auth/login`

use aspis_core::{
    refusal::{Code, Refusal},
    secret::SecretText,
};
use aspis_identity::people::Login;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    cookies,
    grant::{self, SignInOutput, Wanted},
};
use crate::{
    extract::{Answer, Ctx, Input, bounded},
    openapi::{Doc, json},
};

pub(crate) const DOC: Doc = Doc::new("login", "accounts", "Sign in")
    .input(json::<LoginInput>)
    .ok(json::<SignInOutput>)
    .refuses(&[
        Code::InvalidInput,
        Code::InvalidCredentials,
        Code::ChallengeRequired,
        Code::TotpRequired,
        Code::AddressNotAllowed,
        Code::ForgedRequest,
        Code::AccountLocked,
        Code::TooManyAttempts,
        Code::InvalidDpopProof,
        Code::UseDpopNonce,
        Code::ServerBusy,
    ])
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
    /// The solution of the challenge, where one was asked for: as the widget writes it, or `TOKEN:ANSWER`.
    #[serde(default)]
    #[schema(min_length = 0, max_length = 4096)]
    challenge: Option<String>,
    /// A code of the authenticator, or a recovery code, where a second factor is enrolled.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 0, max_length = 64, example = "123456")]
    totp: Option<SecretText>,
    /// What the last sign-in from this device gave.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 0, max_length = 300)]
    device_token: Option<SecretText>,
    /// `token` for programs, `cookie` for browsers.
    #[serde(default)]
    session: Wanted,
}

impl LoginInput {
    fn judge(&self) -> Result<(), Refusal> {
        bounded("challenge", self.challenge.as_deref(), 4096)?;
        bounded("totp", self.totp.as_ref().map(SecretText::expose), 64)?;
        bounded("device_token", self.device_token.as_ref().map(SecretText::expose), 300)
    }
}

pub(crate) async fn login(ctx: Ctx, Input(input): Input<LoginInput>) -> Answer {
    input.judge()?;
    grant::check_site(&ctx, input.session)?;
    let visitor = ctx.visitor_with_key("/api/v1/auth/login").await?;
    let login = Login {
        email: input.email,
        password: input.password,
        challenge: input.challenge,
        totp: input.totp,
        device: input.device_token.or_else(|| cookies::sent_device(&ctx)),
        kind: input.session.into(),
    };
    let signed = ctx.app.people.login(login, &visitor).await?;
    Ok(grant::answer(signed.grant, &signed.device, ctx.passage.https))
}
