//! `POST /api/v1/admin/accounts/{id}`

use aspis_core::{ids::AccountId, refusal::Code};
use aspis_store::actions::ActionKind;
use axum::{Json, response::IntoResponse};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    extract::{Answer, Ctx, Input, Operator, Signed},
    incidents::{Ask, CarriedOutput},
    openapi::{Doc, json, words},
    routes::admin::incident::by,
};

pub(crate) const DOC: Doc =
    Doc::new("change_account", "operators", "Disable an account, enable it, or end what is proved for it")
        .input(json::<ChangeInput>)
        .ok(json::<CarriedOutput>)
        .refuses(&[
            Code::InvalidInput,
            Code::NotFound,
            Code::StepUpRequired,
            Code::LastOperator,
            Code::LocksYouOut,
        ])
        .stored();

/// What can be done to one account.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Change {
    Disable,
    Enable,
    RemoveFactors,
    EndSignIns,
    ForcePasswordReset,
    EndApiKeys,
}

/// What is to be done to the account.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangeInput {
    /// What.
    #[schema(schema_with = words::account_change)]
    action: Change,
    /// Why.
    #[serde(default)]
    #[schema(min_length = 0, max_length = 500)]
    why: Option<String>,
    /// Only say how many would be touched.
    #[serde(default)]
    dry_run: bool,
}

impl Change {
    fn kind(self) -> ActionKind {
        match self {
            Self::Disable => ActionKind::Disable,
            Self::Enable => ActionKind::Enable,
            Self::RemoveFactors => ActionKind::RemoveFactors,
            Self::EndSignIns => ActionKind::LogoutAll,
            Self::ForcePasswordReset => ActionKind::ForcePasswordReset,
            Self::EndApiKeys => ActionKind::EndApiKeys,
        }
    }
}

pub(crate) async fn change(
    _: Operator,
    Signed(who): Signed,
    ctx: Ctx,
    Input(input): Input<ChangeInput>,
) -> Answer {
    ctx.app.people.fresh(who).await?;
    let id = AccountId::parse(ctx.passage.param("id")).ok_or(Code::NotFound)?;
    let ask = Ask {
        account: Some(id.to_string()),
        why: input.why,
        dry_run: input.dry_run,
        ..Ask::of(input.action.kind())
    };
    let carried = ctx.app.contain(ask, by(&ctx, who)).await?;
    Ok(Json(CarriedOutput::from(carried)).into_response())
}
