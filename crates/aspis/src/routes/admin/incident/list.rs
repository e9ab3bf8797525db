//! `GET /api/v1/admin/incident`

use aspis_core::{ids::ActionId, refusal::Code};
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
    let after = ctx.after(SCOPE, ActionId::parse)?;
    let limit = ctx.page_limit()?;
    // One more than the page, to know whether there is another.
    let mut found = ctx.app.store.actions.actions(after, limit + 1).await?;
    let next_cursor = ctx.cut(SCOPE, &mut found, limit, |action| action.id.to_string());
    let actions = found.into_iter().map(ActionOutput::from).collect();
    Ok(Json(ActionsOutput { actions, next_cursor }).into_response())
}
