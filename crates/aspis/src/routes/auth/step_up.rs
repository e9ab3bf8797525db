//! `POST /api/v1/auth/step-up`

use aspis_core::{
    refusal::{Code, Refusal},
    secret::SecretText,
};
use aspis_identity::people::Proof;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{grant, passkeys::PasskeyAnswer};
use crate::{
    extract::{Answer, Ctx, Input, Signed, bounded},
    openapi::{Doc, json},
};

pub(crate) const DOC: Doc = Doc::new(
    "step_up",
    "accounts",
    "Prove again that it is you: 204, or in a browser session 200 with its new cookie and token",
)
.input(json::<StepUpInput>)
.ok_or_nothing(json::<grant::SignInOutput>)
.refuses(&[
    Code::InvalidInput,
    Code::InvalidCredentials,
    Code::TotpRequired,
    Code::ChallengeRequired,
    Code::InvalidPasskey,
    Code::AccountLocked,
    Code::TooManyAttempts,
    Code::ServerBusy,
])
.stored();

/// One proof.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct StepUpInput {
    /// The password: enough where no second factor is enrolled.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = "password", min_length = 0, max_length = 1024)]
    password: Option<SecretText>,
    /// A code of the authenticator, or a recovery code.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 0, max_length = 64, example = "123456")]
    totp: Option<SecretText>,
    /// A passkey's answer.
    #[serde(default)]
    passkey: Option<PasskeyAnswer>,
}

impl StepUpInput {
    /// The one proof that was sent.
    fn proof(self) -> Result<Proof, Refusal> {
        bounded("password", self.password.as_ref().map(SecretText::expose), 1024)?;
        bounded("totp", self.totp.as_ref().map(SecretText::expose), 64)?;
        match (self.password, self.totp, self.passkey) {
            (Some(password), None, None) => Ok(Proof::Password(password)),
            (None, Some(code), None) => Ok(Proof::Code(code)),
            (None, None, Some(answer)) => Ok(Proof::Passkey(answer.into())),
            _ => Err(Refusal::because(
                Code::InvalidInput,
                "Send exactly one of `password`, `totp` and `passkey`.",
            )),
        }
    }
}

pub(crate) async fn step_up(Signed(who): Signed, ctx: Ctx, Input(input): Input<StepUpInput>) -> Answer {
    let session = ctx.app.people.step_up(who, ctx.is_browsing(), input.proof()?, &ctx.visitor()).await?;
    Ok(grant::renewed(session.as_ref(), ctx.passage.https))
}
