//! `POST /api/v1/auth/logout`

use axum::response::IntoResponse;
use http::StatusCode;

use crate::{
    extract::{Answer, Ctx, Signed},
    openapi::Doc,
};

pub(crate) const DOC: Doc =
    Doc::new("logout", "accounts", "End this sign-in: its tokens are dead everywhere at once")
        .no_content()
        .stored();

pub(crate) async fn logout(Signed(who): Signed, ctx: Ctx) -> Answer {
    ctx.app.people.logout(who, ctx.source()).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
