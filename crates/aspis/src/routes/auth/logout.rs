//! `POST /api/v1/auth/logout`

use axum::response::IntoResponse;
use http::StatusCode;

use super::cookies;
use crate::{
    extract::{Answer, Ctx, Signed},
    openapi::Doc,
};

pub(crate) const DOC: Doc =
    Doc::new("logout", "accounts", "End this sign-in: what it gave is dead everywhere at once")
        .no_content()
        .stored();

pub(crate) async fn logout(Signed(who): Signed, ctx: Ctx) -> Answer {
    ctx.app.people.logout(who, &ctx.visitor()).await?;
    let mut response = StatusCode::NO_CONTENT.into_response();
    if ctx.is_browsing() {
        cookies::end_session(&mut response, ctx.passage.https);
    }
    Ok(response)
}
