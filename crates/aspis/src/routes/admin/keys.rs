//! `GET /api/v1/admin/keys`

pub(crate) mod honey;
pub(crate) mod revoke;

use aspis_core::{
    ids::{AccountId, KeyId},
    refusal::{Code, Refusal},
};
use aspis_identity::keys::{By, Owned};
use aspis_store::keys::{KeyQuery, KeyState};
use axum::{Json, response::IntoResponse};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    extract::{Answer, Ctx, Operator, Signed, place, placed, wrong},
    openapi::{Doc, json},
    routes::{keys::list::UsedKey, words::Moment},
};

pub(crate) const DOC: Doc =
    Doc::new("all_keys", "operators", "The API keys of all accounts with their owners, newest first")
        .ok(json::<AllKeys>)
        .refuses(&[Code::InvalidQuery])
        .link("all_keys", 200, &[("cursor", "$response.body#/next_cursor")])
        .link("end_key", 200, &[("id", "$response.body#/keys/0/id")])
        .stored();

/// The words of `status`; the first where nothing is said.
pub(crate) const STATES: [(&str, KeyState); 4] = [
    ("alive", KeyState::Alive),
    ("suspended", KeyState::Suspended),
    ("ended", KeyState::Ended),
    ("all", KeyState::All),
];
/// What cursors of this list are bound to.
const SCOPE: &str = "keys";

/// A page of keys.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AllKeys {
    /// Newest first.
    #[schema(max_items = 10000)]
    keys: Vec<OwnedKey>,
    /// Where the next page begins; null on the last.
    #[schema(required = true, min_length = 1, max_length = 160)]
    next_cursor: Option<String>,
}

/// A key with its owner.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OwnedKey {
    /// The account that it acts for.
    #[schema(format = "uuid", min_length = 36, max_length = 36)]
    account: String,
    /// The address of that account.
    #[schema(min_length = 3, max_length = 254, example = "ada@example.org")]
    email: String,
    /// When it was ended, where it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    revoked: Option<Moment>,
    /// When it was found where it does not belong, where it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    leaked: Option<Moment>,
    #[serde(flatten)]
    known: UsedKey,
}

impl From<Owned> for OwnedKey {
    fn from(owned: Owned) -> Self {
        let Owned { listed, email } = owned;
        Self {
            account: listed.key.account.to_string(),
            email,
            revoked: listed.key.revoked.map(Into::into),
            leaked: listed.key.watched.leaked.map(Into::into),
            known: listed.into(),
        }
    }
}

pub(crate) async fn keys(_: Operator, ctx: Ctx) -> Answer {
    let state = ctx.query.word("status", &STATES)?;
    let account = ctx.query.text("account").map(|text| {
        AccountId::parse(text).ok_or_else(|| wrong("account", "must be the identifier of an account"))
    });
    let after = ctx.after(SCOPE, placed(KeyId::parse))?;
    let limit = ctx.page_limit()?;
    // One more than the page, to know whether there is another.
    let query = KeyQuery { account: account.transpose()?, state, after, limit: limit + 1 };
    let mut found = ctx.app.keys.list_all(&query).await?;
    let next_cursor = ctx.cut(SCOPE, &mut found, limit, |last| {
        let key = &last.listed.key;
        place(key.created, key.id)
    });
    let keys = found.into_iter().map(OwnedKey::from).collect();
    Ok(Json(AllKeys { keys, next_cursor }).into_response())
}

/// An operator who has proved lately that it is them.
async fn by(ctx: &Ctx, Signed(who): Signed) -> Result<By, Refusal> {
    ctx.app.people.fresh(who).await?;
    Ok(By { who: who.account.to_string(), source: ctx.source() })
}
