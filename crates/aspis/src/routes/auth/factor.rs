//! What enrolling a factor is answered with.

use aspis_core::secret::SecretText;
use aspis_identity::people::FactorAdded;
use axum::{
    Json,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::cookies;
use crate::openapi::words;

/// A factor was enrolled.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FactorOutput {
    /// Where it is the first: one-use codes for the day it is lost. They are shown this once.
    #[schema(schema_with = words::first_recovery_codes)]
    recovery_codes: Vec<String>,
    /// For `X-CSRF-Token`, in a browser session: its cookie is a new one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, min_length = 20, max_length = 200)]
    csrf_token: Option<String>,
}

/// Codes as texts.
pub(super) fn texts(codes: &[SecretText]) -> Vec<String> {
    codes.iter().map(|code| code.expose().to_owned()).collect()
}

/// The whole answer.
pub(super) fn answer(added: &FactorAdded, https: bool) -> Response {
    let output = FactorOutput {
        recovery_codes: texts(&added.recovery_codes),
        csrf_token: added.session.as_ref().map(|session| session.csrf.clone()),
    };
    let mut response = Json(output).into_response();
    if let Some(session) = &added.session {
        cookies::session(&mut response, session, https);
    }
    response
}
