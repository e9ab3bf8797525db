//! `POST /api/v1/keys/revoke`

use aspis_core::{refusal::Code, secret::SecretText};
use aspis_identity::keys::Sent;
use axum::{Json, response::IntoResponse};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    extract::{Answer, Ctx, Input, bounded},
    openapi::{Doc, json},
};

pub(crate) const DOC: Doc = Doc::new(
    "give_up_key",
    "keys",
    "End an API key by showing it, without a sign-in (as RFC 7009): the answer is the same whatever was shown",
)
.input(json::<GiveUpInput>)
.ok(json::<GivenUpOutput>)
.refuses(&[Code::InvalidInput])
.stored();

/// The key that is to end. Whoever holds it may end it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct GiveUpInput {
    /// The key itself.
    #[schema(
        value_type = String,
        min_length = 0,
        max_length = 200,
        example = "aspis_live_0000000000000000000000000000000000000000000000000"
    )]
    key: SecretText,
}

/// What is said to everybody.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct GivenUpOutput {
    /// What holds from now on.
    #[schema(min_length = 1, max_length = 100, example = "If that was a key, it opens nothing any more.")]
    detail: &'static str,
}

/// The most characters that are looked at.
const MOST: usize = 200;

pub(crate) async fn give_up(ctx: Ctx, Input(input): Input<GiveUpInput>) -> Answer {
    let sent = Sent { address: ctx.passage.address, source: ctx.source(), now: ctx.passage.now };
    bounded("key", Some(input.key.expose()), MOST)?;
    ctx.app.keys.end_by_proof(input.key.expose(), &sent).await?;
    Ok(Json(GivenUpOutput { detail: "If that was a key, it opens nothing any more." }).into_response())
}
