//! `GET /api/v1/portfolio/transactions`

use aspis_core::{ids::TransactionId, refusal::Code};
use axum::{Json, response::IntoResponse};
use serde::Serialize;
use utoipa::ToSchema;

use super::order::TradeOutput;
use crate::{
    extract::{Answer, Ctx, ReadPortfolio, Scoped, place, placed},
    openapi::{Doc, json},
};

pub(crate) const DOC: Doc = Doc::new("transactions", "portfolio", "The trades of the account, newest first")
    .ok(json::<TransactionsOutput>)
    .refuses(&[Code::InvalidQuery])
    .link("transactions", 200, &[("cursor", "$response.body#/next_cursor")])
    .stored();

/// A page of trades.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TransactionsOutput {
    /// Trades, newest first.
    #[schema(max_items = 10000)]
    transactions: Vec<TradeOutput>,
    /// Where the next page begins; null on the last.
    #[schema(required = true, min_length = 1, max_length = 160)]
    next_cursor: Option<String>,
}

pub(crate) async fn transactions(acting: Scoped<ReadPortfolio>, ctx: Ctx) -> Answer {
    let scope = format!("transactions/{}", acting.account);
    let after = ctx.after(&scope, placed(TransactionId::parse))?;
    let limit = ctx.page_limit()?;
    // One more than the page, to know whether there is another.
    let mut trades = ctx.app.portfolio.transactions(acting.account, after, limit + 1).await?;
    let next_cursor = ctx.cut(&scope, &mut trades, limit, |trade| place(trade.at, trade.id));
    let transactions = trades.into_iter().map(TradeOutput::from).collect();
    Ok(Json(TransactionsOutput { transactions, next_cursor }).into_response())
}
