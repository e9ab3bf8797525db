//! `GET /api/v1/admin/accounts`

pub(crate) mod change;

use aspis_core::{ids::AccountId, refusal::Code};
use axum::{Json, response::IntoResponse};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    extract::{Answer, Ctx, Operator},
    openapi::{Doc, json, words},
    people_list::Listed,
    routes::words::Moment,
};

pub(crate) const DOC: Doc = Doc::new("accounts", "operators", "Accounts, the oldest first")
    .ok(json::<AccountsOutput>)
    .refuses(&[Code::InvalidQuery])
    .link("accounts", 200, &[("cursor", "$response.body#/next_cursor")])
    .link("change_account", 200, &[("id", "$response.body#/accounts/0/id")])
    .stored();

/// What cursors of this list are bound to.
const SCOPE: &str = "accounts";

/// A page of accounts.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AccountsOutput {
    /// The oldest first.
    #[schema(max_items = 10000)]
    accounts: Vec<AccountOutput>,
    /// Where the next page begins; null on the last.
    #[schema(required = true, min_length = 1, max_length = 160)]
    next_cursor: Option<String>,
}

/// One account.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AccountOutput {
    /// Its identifier.
    #[schema(format = "uuid", min_length = 36, max_length = 36)]
    id: String,
    /// Its e-mail address.
    #[schema(min_length = 3, max_length = 254)]
    email: String,
    /// The name of its owner.
    #[schema(min_length = 1, max_length = 100)]
    full_name: String,
    /// What it may do.
    #[schema(schema_with = words::role)]
    role: &'static str,
    /// False when an operator disabled it.
    enabled: bool,
    /// When it was made.
    created: Moment,
    /// True where an authenticator is enrolled.
    totp: bool,
    /// How many passkeys are.
    #[schema(minimum = 0, maximum = 1000)]
    passkeys: u32,
    /// How many sign-ins are alive.
    #[schema(minimum = 0, maximum = 1000)]
    sign_ins: usize,
    /// True when it has to set a new password before the next sign-in.
    password_reset_forced: bool,
}

impl From<Listed> for AccountOutput {
    fn from(listed: Listed) -> Self {
        Self {
            id: listed.account.id.to_string(),
            email: listed.account.email,
            full_name: listed.account.full_name,
            role: listed.account.role.word(),
            enabled: listed.account.enabled,
            created: listed.account.created.into(),
            totp: listed.enrolled.totp,
            passkeys: listed.enrolled.passkeys,
            sign_ins: listed.sign_ins,
            password_reset_forced: listed.must_reset,
        }
    }
}

pub(crate) async fn accounts(_: Operator, ctx: Ctx) -> Answer {
    let after = ctx.after(SCOPE, AccountId::parse)?;
    let limit = ctx.page_limit()?;
    // One more than the page, to know whether there is another.
    let most = u32::try_from(limit + 1).unwrap_or(u32::MAX);
    let mut found = Listed::page(&ctx.app.store, after, most, ctx.passage.now).await?;
    let next_cursor = ctx.cut(SCOPE, &mut found, limit, |listed| listed.account.id.to_string());
    let accounts = found.into_iter().map(AccountOutput::from).collect();
    Ok(Json(AccountsOutput { accounts, next_cursor }).into_response())
}
