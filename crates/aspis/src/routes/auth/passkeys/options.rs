//! `POST /api/v1/auth/passkeys/options`

use aspis_core::refusal::Code;
use axum::{Json, response::IntoResponse};

use super::PasskeyQuestion;
use crate::{
    extract::{Answer, Ctx},
    openapi::{Doc, json},
};

pub(crate) const DOC: Doc = Doc::new(
    "passkey_options",
    "factors",
    "Ask for a passkey, to sign in or to step up: options for navigator.credentials.get",
)
.ok(json::<PasskeyQuestion>)
.refuses(&[Code::NotFound])
.stored();

pub(crate) async fn options(ctx: Ctx) -> Answer {
    let who = ctx.passage.principal.signed_in();
    let begun = ctx.app.people.ask_for_passkey(who, &ctx.visitor()).await?;
    Ok(Json(PasskeyQuestion::from(begun)).into_response())
}
