//! `POST /api/v1/ingest/prices`

use aspis_core::{
    principal::Principal,
    refusal::{Code, Refusal},
};
use aspis_market::{
    ingest::Sender,
    offered::{Offered, Taken},
};
use axum::{Json, response::IntoResponse};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::{
    extract::{Answer, Ctx, Input, Scoped, WritePrices},
    openapi::{Doc, json, words},
};

mod row;

use row::RowInput;

pub(crate) const DOC: Doc =
    Doc::new("ingest_prices", "market", "Bring prices of the source that the key is for; each row is judged")
        .input(json::<IngestInput>)
        .ok(json::<IngestOutput>)
        .refuses(&[Code::InvalidInput, Code::Forbidden, Code::UntrustedSource])
        .stored();

/// Rows of one source.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct IngestInput {
    /// The source that the key was made for.
    #[schema(min_length = 1, max_length = 64, example = "internal_db")]
    source: String,
    /// Closed bars, at best oldest first. Each is judged by itself: a bad one never costs the good ones.
    #[schema(value_type = Vec<RowInput>, min_items = 1, max_items = 1000)]
    rows: Vec<Value>,
}

/// What became of the rows.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct IngestOutput {
    /// A verdict a row, in their order.
    #[schema(max_items = 10000)]
    rows: Vec<VerdictOutput>,
    /// Rows that are part of what is known now.
    #[schema(minimum = 0, maximum = 10_000)]
    accepted: usize,
    /// Rows that were known already.
    #[schema(minimum = 0, maximum = 10_000)]
    known: usize,
    /// Rows that are held.
    #[schema(minimum = 0, maximum = 10_000)]
    quarantined: usize,
    /// Rows that were none.
    #[schema(minimum = 0, maximum = 10_000)]
    refused: usize,
}

/// What became of one row.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct VerdictOutput {
    /// What became of it.
    #[schema(schema_with = words::verdict)]
    verdict: &'static str,
    /// Why it is held or refused: words with commas between them.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, min_length = 1, max_length = 200, example = "step,review_10")]
    why: Option<String>,
    /// The member of the row that is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, min_length = 1, max_length = 80, example = "timestamp")]
    field: Option<String>,
    /// The review that it waits in.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, min_length = 36, max_length = 36, format = "uuid")]
    review: Option<String>,
}

impl VerdictOutput {
    fn plain(verdict: &'static str) -> Self {
        Self { verdict, why: None, field: None, review: None }
    }

    fn refused(why: &str, field: Option<&str>) -> Self {
        let (why, field) = (Some(why.to_owned()), field.map(str::to_owned));
        Self { why, field, ..Self::plain("refused") }
    }

    fn of(taken: &Taken) -> Self {
        match taken {
            Taken::Accepted { .. } => Self::plain("accepted"),
            Taken::Known => Self::plain("known"),
            Taken::Quarantined { why, review } => {
                let (why, review) = (Some(why.to_string()), Some(review.to_string()));
                Self { why, review, ..Self::plain("quarantined") }
            }
            Taken::Refused { why, field } => Self::refused(why, *field),
        }
    }
}

pub(crate) async fn ingest(
    acting: Scoped<WritePrices>,
    ctx: Ctx,
    Input(input): Input<IngestInput>,
) -> Answer {
    check_source(&ctx, &input.source)?;
    let most = ctx.app.live().ingest.rows.get();
    if !(1..=most).contains(&input.rows.len()) {
        let detail = format!("must be 1 to {most} rows");
        return Err(Refusal::field(Code::InvalidInput, "rows", "length", detail).into());
    }
    let read: Vec<Result<Offered, row::Wrong>> = input.rows.into_iter().map(row::read).collect();
    let good: Vec<Offered> = read.iter().filter_map(|row| row.as_ref().ok().cloned()).collect();
    let sender = Sender { source: &input.source, by: Some(acting.account) };
    let mut taken = ctx.app.intake.take(sender, good).await?.into_iter();
    let rows = read.into_iter().map(|row| match row {
        Ok(_) => {
            taken.next().map_or_else(|| VerdictOutput::plain("refused"), |taken| VerdictOutput::of(&taken))
        }
        Err(wrong) => VerdictOutput::refused(wrong.why, wrong.field.as_deref()),
    });
    Ok(Json(counted(rows.collect())).into_response())
}

/// A key writes for the source that it was made for; a person writes for none.
fn check_source(ctx: &Ctx, source: &str) -> Result<(), Refusal> {
    let Principal::Key(keyed) = ctx.passage.principal else { return Err(Refusal::new(Code::Forbidden)) };
    let own = ctx.app.keys.source_of(keyed.key);
    if own.is_some_and(|own| own == source) { Ok(()) } else { Err(Refusal::new(Code::UntrustedSource)) }
}

fn counted(rows: Vec<VerdictOutput>) -> IngestOutput {
    let count = |word: &str| rows.iter().filter(|row| row.verdict == word).count();
    let (accepted, known) = (count("accepted"), count("known"));
    let (quarantined, refused) = (count("quarantined"), count("refused"));
    IngestOutput { rows, accepted, known, quarantined, refused }
}
