//! `GET /api/v1/auth/csrf`

use aspis_core::refusal::{Code, Refusal};
use axum::{Json, response::IntoResponse};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    extract::{Answer, Ctx, Signed},
    openapi::{Doc, json},
};

pub(crate) const DOC: Doc = Doc::new("csrf", "accounts", "The token for X-CSRF-Token, in a browser session")
    .ok(json::<Csrf>)
    .refuses(&[Code::NotFound]);

/// The token that must come with every request of a browser session that changes something.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Csrf {
    /// Another text each time, good as long as the session.
    #[schema(min_length = 20, max_length = 200)]
    csrf_token: String,
}

pub(crate) async fn csrf(_: Signed, ctx: Ctx) -> Answer {
    let Some(session) = ctx.passage.session else {
        return Err(Refusal::because(Code::NotFound, "Only a browser session has one.").into());
    };
    Ok(Json(Csrf { csrf_token: ctx.app.people.csrf(session) }).into_response())
}
