//! What a sign-in is answered with: tokens in the body, or a session in a cookie.

use aspis_core::{refusal::Refusal, secret::SecretText};
use aspis_identity::people::{BrowserSession, Grant, SignInKind, Tokens};
use axum::{
    Json,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::cookies;
use crate::{extract::Ctx, openapi::words};

/// What kind of sign-in is wanted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Wanted {
    /// Tokens in the answer.
    #[default]
    Token,
    /// A session in a cookie.
    Cookie,
}

impl From<Wanted> for SignInKind {
    fn from(wanted: Wanted) -> Self {
        match wanted {
            Wanted::Token => Self::Tokens,
            Wanted::Cookie => Self::Cookie,
        }
    }
}

/// A sign-in: a pair of tokens, or where a cookie was asked for what goes with it.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(crate) struct SignInOutput {
    /// Send it as `Authorization: Bearer`, or `DPoP` where it is bound to a key.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, min_length = 100, max_length = 2000)]
    access_token: Option<String>,
    /// `Bearer`, or `DPoP`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, schema_with = words::token_type)]
    token_type: Option<&'static str>,
    /// Seconds until the access token, or the session, ends.
    #[schema(minimum = 0, maximum = 2_592_000, example = 900)]
    expires_in: u64,
    /// Good for one renewal.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, min_length = 52, max_length = 52)]
    refresh_token: Option<String>,
    /// Seconds until the sign-in ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 0, maximum = 7_776_000, example = 604_800)]
    refresh_expires_in: Option<u64>,
    /// Tells this device the next time, so that nobody can lock it out. Keep it like a password.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, min_length = 20, max_length = 300)]
    device_token: Option<String>,
    /// For `X-CSRF-Token`, where the answer sets a session cookie.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, min_length = 20, max_length = 200)]
    csrf_token: Option<String>,
}

impl From<Tokens> for SignInOutput {
    fn from(tokens: Tokens) -> Self {
        Self {
            access_token: Some(tokens.access.expose().to_owned()),
            token_type: Some(if tokens.bound { "DPoP" } else { "Bearer" }),
            expires_in: tokens.expires_in,
            refresh_token: Some(tokens.refresh.expose().to_owned()),
            refresh_expires_in: Some(tokens.refresh_expires_in),
            device_token: None,
            csrf_token: None,
        }
    }
}

impl From<&BrowserSession> for SignInOutput {
    fn from(session: &BrowserSession) -> Self {
        Self { expires_in: session.expires_in, csrf_token: Some(session.csrf.clone()), ..Self::default() }
    }
}

/// The whole answer.
pub(super) fn answer(grant: Grant, device: &SecretText, https: bool) -> Response {
    let mut response = match grant {
        Grant::Tokens(tokens) => {
            let device_token = Some(device.expose().to_owned());
            Json(SignInOutput { device_token, ..tokens.into() }).into_response()
        }
        Grant::Cookie(session) => {
            let mut response = Json(SignInOutput::from(&session)).into_response();
            cookies::session(&mut response, &session, https);
            response
        }
    };
    cookies::device(&mut response, device, https);
    response
}

/// A browser must not be signed in by another site's page: it would act, unknowing, for somebody else.
pub(super) fn check_site(ctx: &Ctx, wanted: Wanted) -> Result<(), Refusal> {
    if wanted == Wanted::Cookie { ctx.check_site() } else { Ok(()) }
}

/// The answer to what changes the rights of a sign-in: 204, or where that was a browser session its new cookie.
pub(super) fn renewed(session: Option<&BrowserSession>, https: bool) -> Response {
    let Some(session) = session else { return http::StatusCode::NO_CONTENT.into_response() };
    let mut response = Json(SignInOutput::from(session)).into_response();
    cookies::session(&mut response, session, https);
    response
}
