//! `POST /api/v1/portfolio/sell`

use aspis_core::money::Fixed;
use aspis_market::portfolio::Wanted;
use aspis_store::ledger::Side;
use serde::Deserialize;
use utoipa::ToSchema;

use super::order::{self, PlacedOutput};
use crate::{
    extract::{Answer, Ctx, Input, Scoped, WritePortfolio},
    openapi::{Doc, json},
    routes::words::Amount,
};

pub(crate) const DOC: Doc = Doc::new("sell", "portfolio", "Sell an asset at the server's price")
    .input(json::<SellInput>)
    .created(json::<PlacedOutput>)
    .idempotent()
    .refuses(order::REFUSALS)
    .link("transactions", 201, &[])
    .stored();

/// What to sell.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "asset_id": "BTC", "quantity": "0.5" }))]
pub(crate) struct SellInput {
    /// The asset.
    #[schema(min_length = 1, max_length = 12, pattern = "^[A-Za-z0-9]{1,12}$", example = "BTC")]
    asset_id: String,
    /// How much of it: above 0.
    #[schema(value_type = Amount)]
    quantity: Fixed,
    /// The least that one may cost.
    #[serde(default)]
    #[schema(value_type = Option<Amount>)]
    min_price: Option<Fixed>,
    /// Words of your own.
    #[serde(default)]
    #[schema(max_length = 500)]
    note: Option<String>,
}

pub(crate) async fn sell(acting: Scoped<WritePortfolio>, ctx: Ctx, Input(input): Input<SellInput>) -> Answer {
    let SellInput { asset_id, quantity, min_price, note } = input;
    order::place(
        &ctx,
        &acting,
        Wanted { side: Side::Sell, asset: asset_id, quantity, price_limit: min_price, note },
    )
    .await
}
