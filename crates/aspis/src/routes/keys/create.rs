//! `POST /api/v1/keys`

use aspis_core::{refusal::Code, scope::Scope};
use aspis_identity::keys::NewKey;
use serde::Deserialize;
use utoipa::ToSchema;

use super::MadeOutput;
use crate::{
    extract::{Answer, Ctx, Input, Signed},
    openapi::{Doc, json, words},
};

pub(crate) const DOC: Doc =
    Doc::new("create_key", "keys", "Make an API key; it is shown in this answer and never again")
        .input(json::<KeyInput>)
        .created(json::<MadeOutput>)
        .refuses(&[
            Code::InvalidInput,
            Code::StepUpRequired,
            Code::Forbidden,
            Code::SecondFactorRequired,
            Code::TooManyKeys,
        ])
        .link("revoke_key", 201, &[("id", "$response.body#/id")])
        .link("resume_key", 201, &[("id", "$response.body#/id")])
        .link("rotate_key", 201, &[("id", "$response.body#/id")])
        .stored();

/// What the key is to do.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "name": "The nightly job", "scopes": ["read:prices"] }))]
pub(crate) struct KeyInput {
    /// What you call it.
    #[schema(min_length = 1, max_length = 100, pattern = r"^[^<>\x00-\x1f\x7f-\x9f]+$")]
    name: String,
    /// What it may do. More than reading wants a sign-in or step-up of the last ten minutes.
    #[schema(schema_with = words::scopes)]
    scopes: Vec<Scope>,
    /// CIDRs such as `203.0.113.0/24`, or single addresses; none is everywhere.
    #[serde(default)]
    #[schema(schema_with = words::networks)]
    allowed_ips: Vec<String>,
    /// The trusted source whose prices it may write: with `write:prices`, which only an operator gives.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 40, example = "internal_db")]
    source: Option<String>,
    /// After how many days it ends; 30 where nothing is said.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 30, example = 30)]
    expires_in_days: Option<u32>,
}

impl From<KeyInput> for NewKey {
    fn from(input: KeyInput) -> Self {
        let KeyInput { name, scopes, allowed_ips, source, expires_in_days } = input;
        Self { name, scopes, allowed_ips, source, expires_in_days }
    }
}

pub(crate) async fn create(Signed(who): Signed, ctx: Ctx, Input(input): Input<KeyInput>) -> Answer {
    let made = ctx.app.keys.create(who, input.into(), &ctx.visitor()).await?;
    Ok(super::made(made))
}
