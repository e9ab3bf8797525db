//! `GET /api/v1/portfolio/transactions`

use aspis_core::{
    clock::Timestamp,
    ids::TransactionId,
    refusal::{Code, Refusal},
};
use aspis_store::ledger::{After, Transaction};
use axum::{Json, response::IntoResponse};
use serde::Serialize;
use utoipa::ToSchema;

use super::order::TradeOutput;
use crate::{
    extract::{Answer, Ctx, ReadPortfolio, Scoped},
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
    let after = ctx.query.text("cursor").map(|cursor| position(&ctx, &scope, cursor)).transpose()?;
    let market = &ctx.app.settings.market;
    let limit = ctx.query.number("limit")?.unwrap_or(u64::from(market.page_default.get()));
    let most = u64::from(market.page_max.get());
    if limit == 0 || limit > most {
        return Err(Refusal::field(
            Code::InvalidQuery,
            "limit",
            "out_of_range",
            format!("must be from 1 to {most}"),
        )
        .into());
    }
    // One more than the page, to know whether there is another.
    let mut trades = ctx.app.portfolio.transactions(acting.account, after, limit + 1).await?;
    let more = trades.len() as u64 > limit;
    trades.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let next = |trade: &Transaction| ctx.app.cursors.write(&scope, &format!("{}_{}", trade.at.0, trade.id));
    let next_cursor = trades.last().filter(|_| more).map(next);
    let transactions = trades.into_iter().map(TradeOutput::from).collect();
    Ok(Json(TransactionsOutput { transactions, next_cursor }).into_response())
}

fn position(ctx: &Ctx, scope: &str, cursor: &str) -> Result<(Timestamp, TransactionId), Refusal> {
    let read = ctx.app.cursors.read(scope, cursor).and_then(|text| text.split_once('_'));
    let position: After =
        read.and_then(|(at, id)| Some((Timestamp(at.parse().ok()?), TransactionId::parse(id)?)));
    position.ok_or_else(|| {
        Refusal::field(
            Code::InvalidQuery,
            "cursor",
            "invalid_cursor",
            "must be a next_cursor of this account",
        )
    })
}
