//! `GET /api/v1/auth/me`

use axum::{Json, response::IntoResponse};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    extract::{Answer, Ctx, Signed},
    openapi::{Doc, json, words},
    routes::words::Moment,
};

pub(crate) const DOC: Doc =
    Doc::new("me", "accounts", "The account behind the token").ok(json::<Me>).stored();

/// An account, as its owner sees it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Me {
    /// Its identifier.
    #[schema(format = "uuid", min_length = 36, max_length = 36)]
    account_id: String,
    /// Its address in canonical form.
    #[schema(format = "email", min_length = 5, max_length = 254)]
    email: String,
    /// Its name.
    #[schema(min_length = 1, max_length = 100)]
    full_name: String,
    /// What it may do: `user` or `admin`.
    #[schema(schema_with = words::role)]
    role: &'static str,
    /// When it was made.
    created: Moment,
}

pub(crate) async fn me(Signed(who): Signed, ctx: Ctx) -> Answer {
    let account = ctx.app.people.me(who).await?;
    let me = Me {
        account_id: account.id.to_string(),
        email: account.email,
        full_name: account.full_name,
        role: account.role.word(),
        created: account.created.into(),
    };
    Ok(Json(me).into_response())
}
