//! `POST /api/v1/auth/totp`

use aspis_core::refusal::Code;
use axum::{Json, response::IntoResponse};
use http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    extract::{Answer, Ctx, Signed},
    openapi::{Doc, json},
};

pub(crate) const DOC: Doc = Doc::new(
    "enrol_totp",
    "factors",
    "Begin an authenticator (RFC 6238); it counts once a code of it was sent",
)
.created(json::<NewTotpOutput>)
.refuses(&[Code::StepUpRequired, Code::AlreadyEnrolled])
.stored();

/// What the authenticator app needs.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NewTotpOutput {
    /// The shared secret in base 32.
    #[schema(pattern = "^[A-Z2-7]+$", min_length = 32, max_length = 64)]
    secret: String,
    /// The same as a link, for a QR code.
    #[schema(min_length = 20, max_length = 600)]
    otpauth_url: String,
}

pub(crate) async fn enrol(Signed(who): Signed, ctx: Ctx) -> Answer {
    let new = ctx.app.people.enrol_totp(who).await?;
    let output =
        NewTotpOutput { secret: new.secret.expose().to_owned(), otpauth_url: new.url.expose().to_owned() };
    Ok((StatusCode::CREATED, Json(output)).into_response())
}
