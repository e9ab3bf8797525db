//! `POST /api/v1/keys/{id}/rotate`

use aspis_core::refusal::Code;
use aspis_identity::keys::Replacing;
use serde::Deserialize;
use utoipa::ToSchema;

use super::MadeOutput;
use crate::{
    extract::{Answer, Ctx, MaybeInput, Signed},
    openapi::{Doc, json},
};

pub(crate) const DOC: Doc = Doc::new(
    "rotate_key",
    "keys",
    "Make a successor to an API key, with the same name and rights; the old one lives on for a grace",
)
.input(json::<RotateInput>)
.created(json::<MadeOutput>)
.refuses(&[Code::InvalidInput, Code::StepUpRequired, Code::NotFound, Code::AlreadyRotated, Code::TooManyKeys])
.link("revoke_key", 201, &[("id", "$request.path.id")])
.stored();

/// How to rotate; everything may be left out.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RotateInput {
    /// How many minutes the old key lives on; a day where nothing is said. 0 ends it at once.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 1440, example = 60)]
    grace_minutes: Option<u32>,
    /// After how many days the new key ends; 30 where nothing is said.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 30, example = 30)]
    expires_in_days: Option<u32>,
}

pub(crate) async fn rotate(
    Signed(who): Signed,
    ctx: Ctx,
    MaybeInput(input): MaybeInput<RotateInput>,
) -> Answer {
    let key = super::named(&ctx)?;
    let RotateInput { grace_minutes, expires_in_days } = input;
    let wish = Replacing { grace_minutes, expires_in_days };
    let made = ctx.app.keys.replace(who, key, wish, &ctx.visitor()).await?;
    Ok(super::made(made))
}
