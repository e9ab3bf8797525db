//! `GET /api/v1/auth/passkeys`

use aspis_store::factors::Passkey;
use axum::{Json, response::IntoResponse};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    extract::{Answer, Ctx, Signed},
    openapi::{Doc, json},
    routes::words::Moment,
};

pub(crate) const DOC: Doc = Doc::new("passkeys", "factors", "The passkeys of the account, oldest first")
    .ok(json::<PasskeyList>)
    .stored();

/// The passkeys of the account.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PasskeyList {
    /// Oldest first.
    #[schema(max_items = 20)]
    passkeys: Vec<PasskeyOutput>,
}

/// One of them.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PasskeyOutput {
    /// Its identifier.
    #[schema(format = "uuid", min_length = 36, max_length = 36)]
    id: String,
    /// What its owner calls it.
    #[schema(min_length = 1, max_length = 100)]
    name: String,
    /// When it was enrolled.
    created: Moment,
    /// When it was last used.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    used: Option<Moment>,
}

impl From<Passkey> for PasskeyOutput {
    fn from(passkey: Passkey) -> Self {
        Self {
            id: passkey.id.to_string(),
            name: passkey.name,
            created: passkey.created.into(),
            used: passkey.used.map(Into::into),
        }
    }
}

pub(crate) async fn list(Signed(who): Signed, ctx: Ctx) -> Answer {
    let passkeys = ctx.app.people.my_passkeys(who).await?.into_iter().map(Into::into).collect();
    Ok(Json(PasskeyList { passkeys }).into_response())
}
