//! `PUT /api/v1/admin/assets/{asset}`

use aspis_core::refusal::Code;
use axum::{Json, response::IntoResponse};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    extract::{Answer, Ctx, Input, Operator, Signed},
    openapi::{Doc, json},
};

pub(crate) const DOC: Doc =
    Doc::new("describe_asset", "operators", "Say what an asset is, with a little markup, or nothing")
        .input(json::<DescribeInput>)
        .ok(json::<DescribeOutput>)
        .refuses(&[Code::InvalidInput, Code::InvalidAsset, Code::UnknownAsset, Code::StepUpRequired])
        .stored();

/// What is said of an asset.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DescribeInput {
    /// Text with a little markup: paragraphs, lists, emphasis, code, and links to `https` addresses. Whatever else it
    /// holds is taken out, and it must not be longer than this then either. Null takes the description away.
    #[schema(required = true, min_length = 0, max_length = 2000, example = "The <b>first</b> of its kind.")]
    #[serde(deserialize_with = "Option::deserialize")]
    description: Option<String>,
}

/// What is kept of it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DescribeOutput {
    /// Which asset.
    #[schema(min_length = 1, max_length = 12, example = "BTC")]
    asset_id: String,
    /// HTML, cleaned: fit to be shown in a page as it is. Null where there is none.
    #[schema(required = true, min_length = 1, max_length = 2000, example = "The <b>first</b> of its kind.")]
    description: Option<String>,
}

pub(crate) async fn describe(
    _: Operator,
    Signed(who): Signed,
    ctx: Ctx,
    Input(input): Input<DescribeInput>,
) -> Answer {
    ctx.app.people.fresh(who).await?;
    let asset_id = ctx.app.board.find(ctx.passage.param("asset"))?.asset.id.clone();
    let text = input.description.as_deref();
    let description = ctx.app.intake.describe(&asset_id, text, who.account, ctx.source()).await?;
    Ok(Json(DescribeOutput { asset_id, description }).into_response())
}
