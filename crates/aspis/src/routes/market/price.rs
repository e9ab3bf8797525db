//! `GET /api/v1/price/{asset}`

use aspis_core::{clock::Timestamp, refusal::Code};
use aspis_guard::Passage;
use aspis_market::prices::Price;
use axum::{body::Body, response::Response};
use http::{HeaderValue, header::CONTENT_TYPE};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    app::App,
    extract::Answer,
    openapi::{Doc, json, words},
    routes::words::{Decimal, Moment},
};

pub(crate) const DOC: Doc = Doc::new("price", "market", "The latest price of an asset")
    .ok(json::<PriceOutput>)
    .refuses(&[Code::InvalidAsset, Code::UnknownAsset])
    .link("buy", 200, &[("asset_id", "$response.body#/asset_id"), ("quantity", "0.5")]);

/// The newest close of any interval.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PriceOutput {
    /// The asset.
    #[schema(min_length = 1, max_length = 12, example = "BTC")]
    asset_id: String,
    /// The price.
    price: Decimal,
    /// ISO 4217 code of the currency.
    #[schema(min_length = 3, max_length = 3, example = "USD")]
    currency: String,
    /// The end of the bar that it closes.
    as_of: Moment,
    /// True when it is older than three of its intervals (daily: five days).
    stale: bool,
    /// Where it comes from.
    #[schema(min_length = 1, max_length = 40, example = "bitstamp")]
    source: String,
    /// The interval of the bar that it closes.
    #[schema(schema_with = words::interval)]
    interval: &'static str,
    /// How many sources it is the median of.
    #[schema(minimum = 1, maximum = 1000)]
    sources: u32,
    /// True where these are too few to check each other.
    single_source: bool,
}

impl PriceOutput {
    pub(crate) fn of(price: &Price, now: Timestamp) -> Self {
        Self::at(price, price.is_stale(now))
    }

    fn at(price: &Price, stale: bool) -> Self {
        Self {
            asset_id: price.asset_id.clone(),
            price: price.price.into(),
            currency: price.currency.clone(),
            as_of: price.as_of.into(),
            stale,
            source: price.source.to_string(),
            interval: price.interval.word(),
            sources: price.sources,
            single_source: price.single_source,
        }
    }
}

pub(crate) fn price(app: &App, passage: &Passage) -> Answer {
    let listed = app.board.find(passage.param("asset"))?;
    let write =
        |stale| serde_json::to_vec(&PriceOutput::at(&listed.latest, stale)).unwrap_or_default().into();
    let mut answer = Response::new(Body::from(app.price_texts.of(&listed, passage.now, write)));
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Ok(answer)
}
