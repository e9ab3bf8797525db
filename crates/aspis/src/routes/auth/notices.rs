//! `GET /api/v1/auth/notices`

use aspis_identity::people::words;
use aspis_store::notices::Notice;
use axum::{Json, response::IntoResponse};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    extract::{Answer, Ctx, Signed},
    openapi::{Doc, json},
    routes::words::Moment,
};

pub(crate) const DOC: Doc =
    Doc::new("notices", "accounts", "What the owner of the account should know, newest first")
        .ok(json::<Notices>)
        .stored();

/// Notices, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Notices {
    /// At most 100 of them.
    #[schema(max_items = 100)]
    notices: Vec<NoticeOutput>,
}

/// One of them.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NoticeOutput {
    /// Its identifier.
    #[schema(format = "uuid", min_length = 36, max_length = 36)]
    id: String,
    /// A stable word for what happened.
    #[schema(pattern = "^[a-z_]+$", min_length = 1, max_length = 60, example = "new_device")]
    kind: String,
    /// The same in a sentence.
    #[schema(min_length = 1, max_length = 300)]
    text: &'static str,
    /// What an operator says, in their own words.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, min_length = 1, max_length = 1000)]
    message: Option<String>,
    /// When.
    at: Moment,
    /// From which address, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, min_length = 2, max_length = 50)]
    client: Option<String>,
    /// With which user agent, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 200)]
    user_agent: Option<String>,
}

impl From<Notice> for NoticeOutput {
    fn from(notice: Notice) -> Self {
        Self {
            id: notice.id.to_string(),
            text: words(&notice.kind),
            kind: notice.kind,
            message: notice.text,
            at: notice.at.into(),
            client: notice.client,
            user_agent: notice.agent,
        }
    }
}

pub(crate) async fn notices(Signed(who): Signed, ctx: Ctx) -> Answer {
    let notices = ctx.app.people.notices(who).await?;
    Ok(Json(Notices { notices: notices.into_iter().map(Into::into).collect() }).into_response())
}
