//! What buying and selling share: the key, the order, the answer.

use aspis_core::{
    money::{Fixed, Rounding},
    refusal::{Code, Refusal},
};
use aspis_market::portfolio::Wanted;
use aspis_store::ledger::{Placed, Transaction};
use axum::{
    Json,
    response::{IntoResponse, Response},
};
use http::{HeaderName, HeaderValue, StatusCode};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    extract::{Answer, By, Ctx, Failure, Scoped, WritePortfolio},
    openapi::words,
    routes::words::{Decimal, Moment},
};

const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");
/// The most code points of a note.
const NOTE: usize = 500;

/// What an order can be refused with.
pub(super) const REFUSALS: &[Code] = &[
    Code::InvalidInput,
    Code::IdempotencyKeyMissing,
    Code::InvalidAsset,
    Code::UnknownAsset,
    Code::InProgress,
    Code::InsufficientFunds,
    Code::InsufficientHoldings,
    Code::PriceLimit,
    Code::TotalOutOfRange,
    Code::IdempotencyKeyReused,
    Code::StepUpRequired,
];

/// A trade in the books.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TradeOutput {
    /// Its identifier.
    #[schema(format = "uuid", min_length = 36, max_length = 36)]
    transaction_id: String,
    /// `buy` or `sell`.
    #[schema(schema_with = words::side)]
    side: &'static str,
    /// The asset.
    #[schema(min_length = 1, max_length = 12, example = "BTC")]
    asset_id: String,
    /// How much of it.
    quantity: Decimal,
    /// At which price.
    price: Decimal,
    /// For how much cash: quantity × price at eight decimals, rounded against the caller.
    total: Decimal,
    /// The caller's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 500)]
    note: Option<String>,
    /// When.
    at: Moment,
}

impl From<Transaction> for TradeOutput {
    fn from(trade: Transaction) -> Self {
        Self {
            transaction_id: trade.id.to_string(),
            side: trade.side.word(),
            asset_id: trade.asset,
            quantity: trade.quantity.into(),
            price: trade.price.into(),
            total: trade.total.into(),
            note: trade.note,
            at: trade.at.into(),
        }
    }
}

/// A trade, and the cash after it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PlacedOutput {
    #[serde(flatten)]
    trade: TradeOutput,
    /// Cash after the trade.
    cash: Decimal,
}

/// Places an order under the key of the request.
pub(super) async fn place(ctx: &Ctx, acting: &Scoped<WritePortfolio>, wanted: Wanted) -> Answer {
    let key = key(ctx)?;
    judge(&wanted)?;
    check_size(ctx, acting.by, &wanted).await?;
    let placed = ctx.app.portfolio.order(acting.account, key, wanted).await?;
    Ok(answer(placed))
}

/// The key of RFC draft-ietf-httpapi-idempotency-key-header: a quoted string, or the bare text that many send.
fn key(ctx: &Ctx) -> Result<String, Refusal> {
    if !ctx.headers.contains_key("idempotency-key") {
        return Err(Refusal::new(Code::IdempotencyKeyMissing));
    }
    let wrong = || {
        let detail = "must be one key of 1 to 128 letters, digits and -._:~+/=, bare or in double quotes";
        Refusal::field(Code::InvalidInput, "Idempotency-Key", "invalid", detail)
    };
    let sent = ctx.header("idempotency-key").ok_or_else(wrong)?;
    let bare = sent.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(sent);
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b"-._:~+/=".contains(&b);
    if (1..=128).contains(&bare.len()) && bare.bytes().all(allowed) {
        Ok(bare.to_owned())
    } else {
        Err(wrong())
    }
}

/// An order for much money wants somebody who was there a moment ago. A key cannot say that of its owner.
async fn check_size(ctx: &Ctx, by: By, wanted: &Wanted) -> Result<(), Refusal> {
    let listed = ctx.app.board.find(&wanted.asset)?;
    let total = wanted.quantity.checked_mul(listed.latest.price, Rounding::Up);
    // A total that cannot be counted is refused where orders are counted.
    let large = total.is_some_and(|total| total > ctx.app.live().portfolio.step_up_over.get());
    match by {
        _ if !large => Ok(()),
        By::Person(who) => ctx.app.people.fresh(who).await,
        By::Key => {
            let said = "An API key cannot place an order as large as this: its owner can, signed in.";
            Err(Refusal::because(Code::StepUpRequired, said))
        }
    }
}

fn judge(wanted: &Wanted) -> Result<(), Refusal> {
    let positive = |field: &str, value: Fixed| {
        if value.is_positive() {
            Ok(())
        } else {
            Err(Refusal::field(Code::InvalidInput, field, "out_of_range", "must be above 0"))
        }
    };
    positive("quantity", wanted.quantity)?;
    if let Some(limit) = wanted.price_limit {
        positive(
            if wanted.side == aspis_store::ledger::Side::Buy { "max_price" } else { "min_price" },
            limit,
        )?;
    }
    if wanted.note.as_ref().is_some_and(|note| note.chars().count() > NOTE) {
        return Err(Refusal::field(
            Code::InvalidInput,
            "note",
            "length",
            format!("must have at most {NOTE} characters"),
        ));
    }
    Ok(())
}

fn answer(placed: Placed) -> Response {
    let Placed { answer, cash, replayed } = placed;
    let done = |trade: Transaction| {
        (StatusCode::CREATED, Json(PlacedOutput { trade: trade.into(), cash: cash.into() })).into_response()
    };
    let mut response = answer.map_or_else(|code| Failure::from(code).into_response(), done);
    if replayed {
        response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    }
    response
}
