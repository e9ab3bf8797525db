//! `POST /api/v1/auth/passkeys/confirm`

use aspis_core::refusal::Code;
use aspis_identity::second::passkey::Answered;
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::super::factor::{self, FactorOutput};
use crate::{
    extract::{Answer, Ctx, Input, Signed},
    openapi::{Doc, json, words},
};

pub(crate) const DOC: Doc = Doc::new("confirm_passkey", "factors", "Enrol the passkey that answered")
    .input(json::<FinishInput>)
    .ok(json::<FactorOutput>)
    .refuses(&[
        Code::InvalidInput,
        Code::InvalidPasskey,
        Code::StepUpRequired,
        Code::AlreadyEnrolled,
        Code::NotFound,
    ])
    .stored();

/// The new passkey.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FinishInput {
    /// The word of the question.
    #[schema(min_length = 0, max_length = 64)]
    ceremony: String,
    /// What `credential.toJSON()` gives.
    #[schema(schema_with = words::passkey_credential)]
    credential: Value,
    /// What its owner calls it.
    #[schema(min_length = 1, max_length = 100, example = "My telephone")]
    name: String,
}

pub(crate) async fn finish(Signed(who): Signed, ctx: Ctx, Input(input): Input<FinishInput>) -> Answer {
    let FinishInput { ceremony, credential, name } = input;
    let answered = Answered { ceremony, credential };
    let (browsing, visitor) = (ctx.is_browsing(), ctx.visitor());
    let (_, added) = ctx.app.people.finish_passkey(who, browsing, name, &answered, &visitor).await?;
    Ok(factor::answer(&added, ctx.passage.https))
}
