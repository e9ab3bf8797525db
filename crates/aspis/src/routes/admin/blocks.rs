//! `GET /api/v1/admin/blocks`

use axum::{Json, response::IntoResponse};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    extract::{Answer, Ctx, Operator},
    incidents::BlockOutput,
    openapi::{Doc, json},
};

pub(crate) const DOC: Doc =
    Doc::new("blocks", "operators", "Who is shut out now").ok(json::<BlocksOutput>).stored();

/// Networks that are shut out.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BlocksOutput {
    /// By network.
    #[schema(max_items = 1_000_000)]
    blocks: Vec<BlockOutput>,
}

pub(crate) async fn blocks(_: Operator, ctx: Ctx) -> Answer {
    let blocks = ctx.app.store.blocks.blocks(ctx.passage.now).await?;
    Ok(Json(BlocksOutput { blocks: blocks.iter().map(BlockOutput::from).collect() }).into_response())
}
