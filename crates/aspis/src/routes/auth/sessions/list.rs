//! `GET /api/v1/auth/sessions`

use aspis_core::ids::FamilyId;
use aspis_store::sessions::Family;
use axum::{Json, response::IntoResponse};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    extract::{Answer, Ctx, Signed},
    openapi::{Doc, json},
    routes::words::Moment,
};

pub(crate) const DOC: Doc = Doc::new("sessions", "accounts", "Signed-in devices, newest first")
    .ok(json::<SignIns>)
    .link("end_session", 200, &[("id", "$response.body#/sessions/0/id")])
    .stored();

/// Signed-in devices.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SignIns {
    /// Newest first.
    #[schema(max_items = 1000)]
    sessions: Vec<SignIn>,
}

/// One of them.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SignIn {
    /// Its identifier.
    #[schema(format = "uuid", min_length = 36, max_length = 36)]
    id: String,
    /// True for a browser session, false for tokens.
    browser: bool,
    /// True for the one that asks.
    current: bool,
    /// True when it was proved by a second factor too.
    second_factor: bool,
    /// From which address it began.
    #[schema(min_length = 2, max_length = 50)]
    client: String,
    /// With which user agent.
    #[schema(max_length = 200)]
    user_agent: String,
    /// When it began.
    created: Moment,
    /// When it was last used, to the minute or so.
    used: Moment,
    /// When it ends, whatever happens.
    expires: Moment,
}

impl SignIn {
    fn of(family: Family, current: FamilyId) -> Self {
        Self {
            id: family.id.to_string(),
            browser: family.cookie.is_some(),
            current: family.id == current,
            second_factor: family.strong,
            client: family.client,
            user_agent: family.agent,
            created: family.created.into(),
            used: family.used.into(),
            expires: family.expires.into(),
        }
    }
}

pub(crate) async fn list(Signed(who): Signed, ctx: Ctx) -> Answer {
    let families = ctx.app.people.sign_ins(who).await?;
    let sessions = families.into_iter().map(|family| SignIn::of(family, who.family)).collect();
    Ok(Json(SignIns { sessions }).into_response())
}
