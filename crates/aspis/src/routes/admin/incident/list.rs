//! `GET /api/v1/admin/incident`

use aspis_core::{
    ids::ActionId,
    refusal::{Code, Refusal},
};
use axum::{Json, response::IntoResponse};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    extract::{Answer, Ctx, Operator},
    incidents::ActionOutput,
    openapi::{Doc, json},
};

pub(crate) const DOC: Doc = Doc::new("incidents", "operators", "What was done in incidents, newest first")
    .ok(json::<ActionsOutput>)
    .refuses(&[Code::InvalidQuery])
    .link("incidents", 200, &[("cursor", "$response.body#/next_cursor")])
    .stored();

/// What cursors of this list are bound to.
const SCOPE: &str = "incident";

/// A page of actions.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ActionsOutput {
    /// Newest first.
    #[schema(max_items = 10000)]
    actions: Vec<ActionOutput>,
    /// Where the next page begins; null on the last.
    #[schema(required = true, min_length = 1, max_length = 160)]
    next_cursor: Option<String>,
}

pub(crate) async fn list(_: Operator, ctx: Ctx) -> Answer {
    let after = ctx.query.text("cursor").map(|cursor| position(&ctx, cursor)).transpose()?;
    let limit = ctx.page_limit()?;
    // One more than the page, to know whether there is another.
    let mut found = ctx.app.store.actions.actions(after, limit + 1).await?;
    let more = found.len() as u64 > limit;
    found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let last = found.last().filter(|_| more);
    let next_cursor = last.map(|action| ctx.app.cursors.write(SCOPE, &action.id.to_string()));
    let actions = found.into_iter().map(ActionOutput::from).collect();
    Ok(Json(ActionsOutput { actions, next_cursor }).into_response())
}

fn position(ctx: &Ctx, cursor: &str) -> Result<ActionId, Refusal> {
    let read = ctx.app.cursors.read(SCOPE, cursor).and_then(ActionId::parse);
    read.ok_or_else(|| {
        Refusal::field(Code::InvalidQuery, "cursor", "invalid_cursor", "must be a next_cursor of this list")
    })
}
