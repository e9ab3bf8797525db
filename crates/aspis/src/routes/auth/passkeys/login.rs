//! `POST /api/v1/auth/passkeys/login`

use aspis_core::{refusal::Code, secret::SecretText};
use aspis_identity::second::passkey::Answered;
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::super::{
    cookies,
    grant::{self, SignInOutput, Wanted},
};
use crate::{
    extract::{Answer, Ctx, Input},
    openapi::{Doc, json, words},
};

pub(crate) const DOC: Doc =
    Doc::new("passkey_login", "factors", "Sign in by passkey, without a name and without a password")
        .input(json::<PasskeyLoginInput>)
        .ok(json::<SignInOutput>)
        .refuses(&[
            Code::InvalidInput,
            Code::InvalidPasskey,
            Code::AddressNotAllowed,
            Code::ForgedRequest,
            Code::InvalidDpopProof,
            Code::UseDpopNonce,
            Code::NotFound,
        ])
        .stored();

/// A passkey's answer, and what kind of sign-in is wanted.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PasskeyLoginInput {
    /// The word of the question.
    #[schema(min_length = 0, max_length = 64)]
    ceremony: String,
    /// What `credential.toJSON()` gives.
    #[schema(schema_with = words::passkey_credential)]
    credential: Value,
    /// What the last sign-in from this device gave.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 0, max_length = 300)]
    device_token: Option<SecretText>,
    /// `token` for programs, `cookie` for browsers.
    #[serde(default)]
    session: Wanted,
}

pub(crate) async fn login(ctx: Ctx, Input(input): Input<PasskeyLoginInput>) -> Answer {
    grant::check_site(&ctx, input.session)?;
    let visitor = ctx.visitor_with_key("/api/v1/auth/passkeys/login").await?;
    let device = input.device_token.or_else(|| cookies::sent_device(&ctx));
    let answered = Answered { ceremony: input.ceremony, credential: input.credential };
    let signed = ctx.app.people.login_by_passkey(answered, device, input.session.into(), &visitor).await?;
    Ok(grant::answer(signed.grant, &signed.device, ctx.passage.https))
}
