//! `POST /api/v1/portfolio/buy`

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

pub(crate) const DOC: Doc = Doc::new("buy", "portfolio", "Buy an asset at the server's price")
    .input(json::<BuyInput>)
    .created(json::<PlacedOutput>)
    .idempotent()
    .refuses(order::REFUSALS)
    .link("transactions", 201, &[])
    .stored();

/// What to buy.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "asset_id": "BTC", "quantity": "0.5" }))]
pub(crate) struct BuyInput {
    /// The asset.
    #[schema(min_length = 1, max_length = 12, pattern = "^[A-Za-z0-9]{1,12}$", example = "BTC")]
    asset_id: String,
    /// How much of it: above 0.
    #[schema(value_type = Amount)]
    quantity: Fixed,
    /// The most that one may cost.
    #[serde(default)]
    #[schema(value_type = Option<Amount>)]
    max_price: Option<Fixed>,
    /// Words of your own.
    #[serde(default)]
    #[schema(max_length = 500)]
    note: Option<String>,
}

pub(crate) async fn buy(acting: Scoped<WritePortfolio>, ctx: Ctx, Input(input): Input<BuyInput>) -> Answer {
    let BuyInput { asset_id, quantity, max_price, note } = input;
    order::place(
        &ctx,
        &acting,
        Wanted { side: Side::Buy, asset: asset_id, quantity, price_limit: max_price, note },
    )
    .await
}
