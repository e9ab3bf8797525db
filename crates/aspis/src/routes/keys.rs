//! API keys: made, listed, replaced and ended by people. No key reaches these routes.

pub(crate) mod create;
pub(crate) mod give_up;
pub(crate) mod leaks;
pub(crate) mod list;
pub(crate) mod resume;
pub(crate) mod revoke;
pub(crate) mod rotate;

use aspis_core::{
    clock::Timestamp,
    ids::KeyId,
    refusal::{Code, Refusal},
};
use aspis_identity::keys::Made;
use aspis_store::keys::ApiKey;
use axum::{
    Json,
    response::{IntoResponse, Response},
};
use http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{extract::Ctx, openapi::words, routes::words::Moment};

/// A key as it is known: everything but the key.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct KeyOutput {
    /// Its identifier, which opens nothing.
    #[schema(format = "uuid", min_length = 36, max_length = 36)]
    id: String,
    /// What its owner calls it.
    #[schema(min_length = 1, max_length = 100, example = "The nightly job")]
    name: String,
    /// What it may do.
    #[schema(schema_with = words::scopes)]
    scopes: Vec<&'static str>,
    /// The networks it is good from; none is everywhere.
    #[schema(schema_with = words::networks)]
    allowed_ips: Vec<String>,
    /// The one source whose prices it may write.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, min_length = 1, max_length = 40, example = "internal_db")]
    source: Option<String>,
    /// When it was made.
    created: Moment,
    /// When it ends.
    expires: Moment,
    /// The key in its place, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = "uuid", min_length = 36, max_length = 36)]
    successor: Option<String>,
    /// Since when it waits for its owner's word, where it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    suspended: Option<Moment>,
    /// What was odd about it then: the network it came from, or how many calls a day are not.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, min_length = 1, max_length = 60, example = "network 203.0.113.0/24")]
    suspended_for: Option<String>,
}

impl From<ApiKey> for KeyOutput {
    fn from(key: ApiKey) -> Self {
        Self {
            id: key.id.to_string(),
            name: key.name,
            scopes: key.scopes.iter().map(aspis_core::scope::Scope::word).collect(),
            allowed_ips: key.allowed_ips.iter().map(ToString::to_string).collect(),
            source: key.source,
            created: key.created.into(),
            expires: key.expires.into(),
            successor: key.successor.map(|key| key.to_string()),
            suspended: key.watched.suspended.map(|(at, _)| at.into()),
            suspended_for: key.watched.suspended.map(|(_, odd)| odd.to_string()),
        }
    }
}

/// When a key was last used, and by whom; nothing where it never was.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LastUse {
    /// When it was last used, where it ever was.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    used: Option<Moment>,
    /// By which client that was.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, min_length = 2, max_length = 50, example = "203.0.113.7")]
    used_by: Option<String>,
}

impl From<Option<(Timestamp, String)>> for LastUse {
    fn from(used: Option<(Timestamp, String)>) -> Self {
        let (used, used_by) = used.unzip();
        Self { used: used.map(Into::into), used_by }
    }
}

/// A key that was just made.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MadeOutput {
    /// The key itself. It is shown this once.
    #[schema(schema_with = words::api_key)]
    key: String,
    #[serde(flatten)]
    known: KeyOutput,
}

/// 201 with the key, this once.
fn made(made: Made) -> Response {
    let output = MadeOutput { key: made.text.expose().to_owned(), known: made.key.into() };
    (StatusCode::CREATED, Json(output)).into_response()
}

/// The key that the path names.
fn named(ctx: &Ctx) -> Result<KeyId, Refusal> {
    let unknown = || Refusal::because(Code::NotFound, "There is no such key of yours.");
    KeyId::parse(ctx.passage.param("id")).ok_or_else(unknown)
}
