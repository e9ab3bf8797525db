//! `GET /api/v1/admin/reviews`

pub(crate) mod approve;
pub(crate) mod reject;

use aspis_core::{
    ids::ReviewId,
    refusal::{Code, Refusal},
};
use aspis_market::review::Word;
use aspis_store::reviews::{Decided, Review};
use axum::{Json, response::IntoResponse};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::{
    extract::{Answer, Ctx, Operator, Signed, bounded, place, placed},
    openapi::{Doc, json, words},
    routes::words::Moment,
};

pub(crate) const DOC: Doc =
    Doc::new("reviews", "operators", "What waits for an operator's word, newest first")
        .ok(json::<ReviewsOutput>)
        .refuses(&[Code::InvalidQuery])
        .link("reviews", 200, &[("cursor", "$response.body#/next_cursor")])
        .link("approve_review", 200, &[("id", "$response.body#/reviews/0/id")])
        .link("reject_review", 200, &[("id", "$response.body#/reviews/0/id")])
        .stored();

/// The words of `state`; the first where nothing is said.
pub(crate) const STATES: [(&str, Option<bool>); 3] =
    [("open", Some(true)), ("decided", Some(false)), ("all", None)];
/// The most code points of a reason.
const REASON: usize = 500;
/// What cursors of this list are bound to.
const SCOPE: &str = "reviews";

/// A page of reviews.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReviewsOutput {
    /// Newest first.
    #[schema(max_items = 10000)]
    reviews: Vec<ReviewOutput>,
    /// Where the next page begins; null on the last.
    #[schema(required = true, min_length = 1, max_length = 160)]
    next_cursor: Option<String>,
}

/// One thing that waits, or waited.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReviewOutput {
    /// Its identifier.
    #[schema(format = "uuid", min_length = 36, max_length = 36)]
    id: String,
    /// What it is about.
    #[schema(schema_with = words::review_subject)]
    subject: &'static str,
    /// How it stands.
    #[schema(schema_with = words::review_state)]
    state: &'static str,
    /// Which asset.
    #[schema(min_length = 1, max_length = 12, example = "BTC")]
    asset_id: String,
    /// Why it is held: words with commas between them.
    #[schema(min_length = 1, max_length = 200, example = "step,review_10")]
    why: String,
    /// The account whose credential brought it, where one did: it cannot approve it.
    #[schema(required = true, format = "uuid", min_length = 36, max_length = 36)]
    by: Option<String>,
    /// The source that brought it, where one did.
    #[schema(required = true, min_length = 1, max_length = 64, example = "binance_official")]
    source: Option<String>,
    /// What is known of it.
    #[schema(schema_with = words::review_facts)]
    facts: Value,
    /// Since when it waits.
    opened: Moment,
    /// When somebody should have looked at it.
    due: Moment,
    /// What became of it; null while it is open.
    #[schema(required = true)]
    decided: Option<DecidedOutput>,
}

/// What became of it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DecidedOutput {
    /// When.
    at: Moment,
    /// Which operator decided; null where the sources agreed, or its bar was over.
    #[schema(required = true, format = "uuid", min_length = 36, max_length = 36)]
    by: Option<String>,
    /// Why.
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
}

impl From<Review> for ReviewOutput {
    fn from(review: Review) -> Self {
        let state = match &review.decided {
            None => "open",
            Some(decided) if decided.approved => "approved",
            Some(_) => "rejected",
        };
        Self {
            id: review.id.to_string(),
            subject: review.subject.word(),
            state,
            asset_id: review.asset,
            why: review.why,
            by: review.by.map(|by| by.to_string()),
            source: review.source,
            facts: serde_json::from_str(&review.facts).unwrap_or_default(),
            opened: review.opened.into(),
            due: review.due.into(),
            decided: review.decided.map(DecidedOutput::from),
        }
    }
}

impl From<Decided> for DecidedOutput {
    fn from(decided: Decided) -> Self {
        let by = decided.by.map(|by| by.to_string());
        Self { at: decided.at.into(), by, reason: decided.reason }
    }
}

pub(crate) async fn reviews(_: Operator, ctx: Ctx) -> Answer {
    let open = ctx.query.word("state", &STATES)?;
    let after = ctx.after(SCOPE, placed(ReviewId::parse))?;
    let limit = ctx.page_limit()?;
    // One more than the page, to know whether there is another.
    let mut found = ctx.app.reviews.list(open, after, limit + 1).await?;
    let next_cursor = ctx.cut(SCOPE, &mut found, limit, |last| place(last.opened, last.id));
    let reviews = found.into_iter().map(ReviewOutput::from).collect();
    Ok(Json(ReviewsOutput { reviews, next_cursor }).into_response())
}

/// Why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReasonInput {
    /// Why it is good, or not.
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
}

/// Does what an operator says, who has proved lately that it is them.
async fn decide(ctx: Ctx, Signed(who): Signed, approved: bool, input: ReasonInput) -> Answer {
    bounded("reason", Some(&input.reason), REASON)?;
    if input.reason.trim().is_empty() {
        return Err(Refusal::field(Code::InvalidInput, "reason", "length", "must say why").into());
    }
    ctx.app.people.fresh(who).await?;
    let id = ReviewId::parse(ctx.passage.param("id")).ok_or(Code::NotFound)?;
    let word = Word { by: who.account, approved, reason: input.reason, source: ctx.source() };
    let review = ctx.app.reviews.decide(id, word).await?;
    Ok(Json(ReviewOutput::from(review)).into_response())
}
