//! `POST /api/v1/admin/reviews/{id}/reject`

use aspis_core::refusal::Code;

use super::{ReasonInput, ReviewOutput, decide};
use crate::{
    extract::{Answer, Ctx, Input, Operator, Signed},
    openapi::{Doc, json},
};

pub(crate) const DOC: Doc = Doc::new("reject_review", "operators", "Refuse what is held")
    .input(json::<ReasonInput>)
    .ok(json::<ReviewOutput>)
    .refuses(&[Code::InvalidInput, Code::NotFound, Code::AlreadyDecided, Code::StepUpRequired])
    .stored();

pub(crate) async fn reject(_: Operator, who: Signed, ctx: Ctx, Input(input): Input<ReasonInput>) -> Answer {
    decide(ctx, who, false, input).await
}
