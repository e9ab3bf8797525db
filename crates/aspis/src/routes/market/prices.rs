//! `GET /api/v1/prices`

use axum::{Json, response::IntoResponse};
use serde::Serialize;
use utoipa::ToSchema;

use super::price::PriceOutput;
use crate::{
    extract::{Answer, Ctx},
    openapi::{Doc, json},
};

pub(crate) const DOC: Doc =
    Doc::new("prices", "market", "The latest price of every asset").ok(json::<PricesOutput>);

/// The latest price of every asset.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PricesOutput {
    /// By name.
    #[schema(max_items = 10000)]
    prices: Vec<PriceOutput>,
}

pub(crate) async fn prices(ctx: Ctx) -> Answer {
    let listing = ctx.app.board.all();
    let prices = listing.values().map(|listed| PriceOutput::of(&listed.latest, ctx.passage.now)).collect();
    Ok(Json(PricesOutput { prices }).into_response())
}
