//! `POST /api/v1/auth/password/reset`

use aspis_core::{refusal::Code, secret::SecretText};
use axum::{Json, response::IntoResponse};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::cookies;
use crate::{
    extract::{Answer, Ctx, Input},
    openapi::{Doc, json},
};

pub(crate) const DOC: Doc = Doc::new(
    "reset_password",
    "accounts",
    "Set a new password by a link: all sign-ins are ended, and all devices but this one forgotten",
)
.input(json::<ResetInput>)
.ok(json::<ResetOutput>)
.refuses(&[Code::InvalidInput, Code::WeakPassword, Code::InvalidLink, Code::ServerBusy])
.stored();

/// The link and the new password.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ResetInput {
    /// What stands behind `#token=` in the link.
    #[schema(value_type = String, min_length = 0, max_length = 200)]
    token: SecretText,
    /// 8 to 128 characters, not easy to guess.
    #[schema(value_type = String, format = "password", min_length = 8, max_length = 128, example = "several unrelated words 42")]
    password: SecretText,
}

/// What tells this device at the next sign-in, so that tries of others cannot keep it out.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ResetOutput {
    /// Send it as `device_token`.
    #[schema(min_length = 20, max_length = 300)]
    device_token: String,
}

pub(crate) async fn reset(ctx: Ctx, Input(input): Input<ResetInput>) -> Answer {
    let ResetInput { token, password } = input;
    let device = ctx.app.people.reset_password(token, password, &ctx.visitor()).await?;
    let mut response = Json(ResetOutput { device_token: device.expose().to_owned() }).into_response();
    cookies::device(&mut response, &device, ctx.passage.https);
    Ok(response)
}
