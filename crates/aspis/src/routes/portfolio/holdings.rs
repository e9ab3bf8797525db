//! `GET /api/v1/portfolio`

use aspis_market::portfolio::{Holdings, Position};
use axum::{Json, response::IntoResponse};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    extract::{Answer, Ctx, ReadPortfolio, Scoped},
    openapi::{Doc, json},
    routes::words::{Decimal, Moment},
};

pub(crate) const DOC: Doc = Doc::new("portfolio", "portfolio", "Cash, positions and what they are worth")
    .ok(json::<PortfolioOutput>)
    .stored();

/// Everything in an account.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PortfolioOutput {
    /// The currency of cash and values.
    #[schema(min_length = 3, max_length = 3, example = "USD")]
    currency: String,
    /// Cash.
    cash: Decimal,
    /// Assets above zero, by name.
    #[schema(max_items = 10000)]
    positions: Vec<PositionOutput>,
    /// Cash and all values.
    value: Decimal,
}

/// One asset in an account.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PositionOutput {
    /// The asset.
    #[schema(min_length = 1, max_length = 12, example = "BTC")]
    asset_id: String,
    /// How much of it.
    quantity: Decimal,
    /// Its latest price; null where it is no longer listed.
    #[schema(required = true)]
    price: Option<Decimal>,
    /// Quantity × price.
    #[schema(required = true)]
    value: Option<Decimal>,
    /// How old the price is.
    #[schema(required = true)]
    as_of: Option<Moment>,
    /// True when the price is older than it should be.
    stale: bool,
}

impl From<Position> for PositionOutput {
    fn from(position: Position) -> Self {
        Self {
            asset_id: position.asset_id,
            quantity: position.quantity.into(),
            price: position.price.map(Decimal),
            value: position.value.map(Decimal),
            as_of: position.as_of.map(Moment),
            stale: position.stale,
        }
    }
}

pub(crate) async fn holdings(acting: Scoped<ReadPortfolio>, ctx: Ctx) -> Answer {
    let Holdings { currency, cash, positions, value } = ctx.app.portfolio.holdings(acting.account).await?;
    let positions = positions.into_iter().map(PositionOutput::from).collect();
    Ok(Json(PortfolioOutput { currency, cash: cash.into(), positions, value: value.into() }).into_response())
}
