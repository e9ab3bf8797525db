//! `GET /api/v1/admin/lockouts`

pub(crate) mod lift;

use aspis_identity::people::Lockout;
use axum::{Json, response::IntoResponse};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    extract::{Answer, Ctx, Operator},
    openapi::{Doc, json},
};

pub(crate) const DOC: Doc = Doc::new("lockouts", "operators", "Names that are locked after too many tries")
    .ok(json::<LockoutsOutput>)
    .link("lift_lockout", 200, &[("id", "$response.body#/lockouts/0/id")])
    .stored();

/// Locked names.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LockoutsOutput {
    /// Those that are locked the longest come first.
    #[schema(max_items = 100_000)]
    pub(crate) lockouts: Vec<LockoutOutput>,
}

/// One locked name.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LockoutOutput {
    /// What to lift it by.
    #[schema(pattern = "^[0-9a-f]{32}$", min_length = 32, max_length = 32)]
    id: String,
    /// The account of that name; null where nobody has it.
    #[schema(required = true, format = "uuid", min_length = 36, max_length = 36)]
    account: Option<String>,
    /// Its e-mail address.
    #[schema(required = true, min_length = 3, max_length = 254)]
    email: Option<String>,
    /// For how many seconds yet.
    #[schema(minimum = 0, maximum = 31_536_000)]
    seconds_left: u64,
}

impl From<Lockout> for LockoutOutput {
    fn from(lockout: Lockout) -> Self {
        let (account, email) = lockout.account.unzip();
        Self {
            id: lockout.id,
            account: account.map(|account| account.to_string()),
            email,
            seconds_left: lockout.left.as_secs(),
        }
    }
}

/// The most that are listed.
const MOST: usize = 100_000;

pub(crate) async fn lockouts(_: Operator, ctx: Ctx) -> Answer {
    let locked = ctx.app.people.lockouts(MOST).await?;
    let lockouts = locked.into_iter().map(LockoutOutput::from).collect();
    Ok(Json(LockoutsOutput { lockouts }).into_response())
}
