//! `GET` and `POST /api/v1/admin/keys/honey`

use aspis_core::refusal::Code;
use aspis_store::honey::HoneyKey;
use axum::{Json, response::IntoResponse};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    extract::{Answer, Ctx, Input, Operator, Signed},
    openapi::{Doc, json, words},
    routes::{keys::LastUse, words::Moment},
};

pub(crate) const LIST: Doc =
    Doc::new("honey_keys", "operators", "The keys that are laid out to be stolen, newest first")
        .ok(json::<HoneyList>)
        .link("end_key", 200, &[("id", "$response.body#/keys/0/id")])
        .stored();

pub(crate) const MAKE: Doc = Doc::new(
    "make_honey_key",
    "operators",
    "Make a key that looks like any other and opens nothing: whoever uses it is known for a thief",
)
.input(json::<HoneyInput>)
.created(json::<MadeHoneyOutput>)
.refuses(&[Code::InvalidInput, Code::StepUpRequired, Code::TooManyKeys])
.link("end_key", 201, &[("id", "$response.body#/id")])
.stored();

/// Where it is laid out.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct HoneyInput {
    /// What you call it.
    #[schema(
        min_length = 1,
        max_length = 100,
        pattern = r"^[^<>\x00-\x1f\x7f-\x9f]+$",
        example = "The old wiki"
    )]
    name: String,
}

/// All of them.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HoneyList {
    /// Newest first.
    #[schema(max_items = 1000)]
    keys: Vec<HoneyOutput>,
}

/// A honey key as it is known: everything but the key.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HoneyOutput {
    /// Its identifier.
    #[schema(format = "uuid", min_length = 36, max_length = 36)]
    id: String,
    /// Where it is laid out, in its maker's words.
    #[schema(min_length = 1, max_length = 100, example = "The old wiki")]
    name: String,
    /// When it was made.
    made: Moment,
    /// By which operator: an account, or a system user.
    #[schema(min_length = 1, max_length = 200)]
    made_by: String,
    /// How often it was used.
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_u64)]
    uses: u64,
    #[serde(flatten)]
    last: LastUse,
}

/// A honey key that was just made.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MadeHoneyOutput {
    /// The key itself. It is shown this once.
    #[schema(schema_with = words::api_key)]
    key: String,
    #[serde(flatten)]
    known: HoneyOutput,
}

impl From<HoneyKey> for HoneyOutput {
    fn from(key: HoneyKey) -> Self {
        Self {
            id: key.id.to_string(),
            name: key.name,
            made: key.made.into(),
            made_by: key.made_by,
            uses: key.uses,
            last: key.used.into(),
        }
    }
}

pub(crate) async fn list(_: Operator, ctx: Ctx) -> Answer {
    let keys = ctx.app.keys.honey().await?.into_iter().map(Into::into).collect();
    Ok(Json(HoneyList { keys }).into_response())
}

pub(crate) async fn make(_: Operator, who: Signed, ctx: Ctx, Input(input): Input<HoneyInput>) -> Answer {
    let by = super::by(&ctx, who).await?;
    let made = ctx.app.keys.make_honey(input.name, &by).await?;
    let output = MadeHoneyOutput { key: made.text.expose().to_owned(), known: made.key.into() };
    Ok((StatusCode::CREATED, Json(output)).into_response())
}
