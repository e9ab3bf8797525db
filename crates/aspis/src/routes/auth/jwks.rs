//! `GET /.well-known/jwks.json`

use axum::{Json, response::IntoResponse};

use crate::{
    extract::{Answer, Ctx},
    openapi::Doc,
};

pub(crate) const DOC: Doc =
    Doc::new("jwks", "accounts", "The public keys of access tokens (RFC 7517)").any_json();

pub(crate) async fn jwks(ctx: Ctx) -> Answer {
    Ok(Json(ctx.app.people.jwks()).into_response())
}
