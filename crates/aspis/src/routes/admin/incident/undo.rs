//! `POST /api/v1/admin/incident/{id}/undo`

use aspis_core::{ids::ActionId, refusal::Code};
use axum::{Json, response::IntoResponse};
use serde::Deserialize;
use utoipa::ToSchema;

use super::by;
use crate::{
    extract::{Answer, Ctx, MaybeInput, Operator, Signed},
    incidents::CarriedOutput,
    openapi::{Doc, json},
};

pub(crate) const DOC: Doc =
    Doc::new("undo_incident", "operators", "Take back what was done in an incident, with all its parts")
        .input(json::<UndoInput>)
        .ok(json::<CarriedOutput>)
        .refuses(&[
            Code::InvalidInput,
            Code::NotFound,
            Code::StepUpRequired,
            Code::CannotBeUndone,
            Code::LocksYouOut,
            Code::TooManyBlocks,
        ])
        .stored();

/// How it is taken back.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct UndoInput {
    /// Only say what would be taken back.
    #[serde(default)]
    dry_run: bool,
}

pub(crate) async fn undo(
    _: Operator,
    Signed(who): Signed,
    ctx: Ctx,
    MaybeInput(input): MaybeInput<UndoInput>,
) -> Answer {
    ctx.app.people.fresh(who).await?;
    let id = ActionId::parse(ctx.passage.param("id")).ok_or(Code::NotFound)?;
    let undone = ctx.app.undo(id, by(&ctx, who), input.dry_run).await?;
    Ok(Json(CarriedOutput::undone(undone, input.dry_run)).into_response())
}
