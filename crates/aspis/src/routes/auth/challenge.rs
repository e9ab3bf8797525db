//! `GET /api/v1/auth/challenge`

use aspis_identity::challenge::Purpose;
use axum::{Json, response::IntoResponse};

use crate::{
    extract::{Answer, Ctx},
    openapi::Doc,
};

pub(crate) const DOC: Doc = Doc::new(
    "challenge",
    "accounts",
    "A challenge to solve: ALTCHA's proof of work, or with kind=math a sum in words",
)
.any_json();

/// What a challenge may be for, the first where nothing is said.
pub(crate) const PURPOSES: [(&str, Purpose); 3] =
    [("login", Purpose::Login), ("register", Purpose::Register), ("api", Purpose::Api)];

/// The kinds of challenge, the first where nothing is said.
pub(crate) const KINDS: [(&str, bool); 2] = [("proof", false), ("math", true)];

pub(crate) async fn challenge(ctx: Ctx) -> Answer {
    let purpose = ctx.query.word("purpose", &PURPOSES)?;
    let visitor = ctx.visitor();
    let challenge = if ctx.query.word("kind", &KINDS)? {
        ctx.app.people.sum(purpose, &visitor)
    } else {
        ctx.app.people.challenge(purpose, &visitor)
    };
    Ok(Json(challenge).into_response())
}
