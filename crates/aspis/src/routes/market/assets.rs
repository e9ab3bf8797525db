//! `GET /api/v1/assets`

use axum::{Json, response::IntoResponse};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    extract::{Answer, Ctx},
    openapi::{Doc, json, words},
};

pub(crate) const DOC: Doc = Doc::new("assets", "market", "The known assets")
    .ok(json::<AssetsOutput>)
    .link("price", 200, &[("asset", "$response.body#/assets/0/asset_id")])
    .link("history", 200, &[("asset", "$response.body#/assets/0/asset_id")])
    .link("predict", 200, &[("asset", "$response.body#/assets/0/asset_id")]);

/// The known assets.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AssetsOutput {
    /// By name.
    #[schema(max_items = 10000)]
    assets: Vec<AssetOutput>,
}

/// One asset.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AssetOutput {
    /// Its name in paths and orders.
    #[schema(min_length = 1, max_length = 12, example = "BTC")]
    asset_id: String,
    /// What it is.
    #[schema(min_length = 0, max_length = 100, example = "Bitcoin")]
    name: String,
    /// ISO 4217 code of the currency it is priced in.
    #[schema(min_length = 3, max_length = 3, example = "USD")]
    currency: String,
    /// What operators say of it: HTML, cleaned, fit to be shown in a page as it is. Null where they say nothing.
    #[schema(required = true, min_length = 1, max_length = 2000, example = "The <b>first</b> of its kind.")]
    description: Option<String>,
    /// The intervals of its history.
    #[schema(schema_with = words::intervals)]
    intervals: Vec<&'static str>,
}

pub(crate) async fn assets(ctx: Ctx) -> Answer {
    let listing = ctx.app.board.all();
    let assets = listing.values().map(|listed| AssetOutput {
        asset_id: listed.asset.id.clone(),
        name: listed.asset.name.clone(),
        currency: listed.asset.currency.clone(),
        description: listed.asset.description.clone(),
        intervals: listed.series.iter().map(|recent| recent.series.interval.word()).collect(),
    });
    Ok(Json(AssetsOutput { assets: assets.collect() }).into_response())
}
