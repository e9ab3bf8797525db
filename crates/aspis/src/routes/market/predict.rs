//! `POST /api/v1/predict/{asset}`

use std::borrow::Cow;

use aspis_core::{
    ids::ReviewId, money::Fixed, principal::Principal, refusal::Code,
    scenario::denial_of_service::shedding::Rank,
};
use aspis_market::{
    forecast::CONFIDENCE_BAND,
    prediction::{Answered, Asker, Held, Prediction, Question},
};
use axum::{
    Json,
    response::{IntoResponse, Response},
};
use http::{StatusCode, header};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    extract::{Answer, Ctx, MaybeInput},
    openapi::{Doc, json},
    routes::words::{Amount, Decimal, Moment},
};

pub(crate) const DOC: Doc =
    Doc::new("predict", "market", "How far a price may move, with a calibrated band and confidence")
        .input(json::<PredictInput>)
        .ok_or_held(json::<PredictOutput>, json::<HeldOutput>)
        .refuses(&[
            Code::InvalidAsset,
            Code::UnknownAsset,
            Code::InvalidInput,
            Code::ImplausiblePrice,
            Code::PriceFrozen,
            Code::PredictionRejected,
            Code::Unavailable,
        ])
        .stored();

/// How soon it makes sense to ask what has become of a held prediction: a person looks at it.
const ASK_AGAIN: &str = "60";

/// What is asked; everything may be left out.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PredictInput {
    /// Days ahead; 1 where nothing is said.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 30, example = 7)]
    horizon_days: Option<u32>,
    /// A price to start from, for this answer alone: within 10 % of the last accepted one.
    #[serde(default)]
    #[schema(value_type = Option<Amount>)]
    price: Option<Fixed>,
    /// The trusted source whose price to start from.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 40, example = "internal_db")]
    source: Option<String>,
}

/// A prediction. Its best guess is the model's; what it sells is the band.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PredictOutput {
    /// The asset.
    #[schema(min_length = 1, max_length = 12, example = "BTC")]
    asset_id: String,
    /// Days ahead.
    #[schema(minimum = 1, maximum = 30)]
    horizon_days: u32,
    /// The price it starts from.
    current_price: Decimal,
    /// The best guess.
    predicted_price: Decimal,
    /// How far the guess is from the current price, per cent.
    #[schema(minimum = -100, maximum = 1_000_000)]
    change_pct: f64,
    /// `[low, high]`: where eight of ten prices fall.
    #[schema(min_items = 2, max_items = 2)]
    interval_80: Vec<Decimal>,
    /// `[low, high]`: where nineteen of twenty prices fall.
    #[schema(min_items = 2, max_items = 2)]
    interval_95: Vec<Decimal>,
    /// The chance that the price rises.
    #[schema(minimum = 0, maximum = 1)]
    probability_up: f64,
    /// The chance that the price lands within the band around the prediction.
    #[schema(minimum = 0, maximum = 1)]
    confidence: f64,
    /// That band: so many per cent to either side.
    #[schema(minimum = 0, maximum = 100, example = 5)]
    confidence_band_pct: f64,
    /// Which model.
    #[schema(value_type = String, min_length = 1, max_length = 20, example = "fhs")]
    model: Cow<'static, str>,
    /// How old the price is that it starts from.
    as_of: Moment,
    /// True when that price is older than it should be.
    stale: bool,
    /// True where that price has one source, and nothing checks it.
    single_source: bool,
    /// True where fewer than 500 daily returns stand behind it.
    thin_history: bool,
    /// What to be careful about.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, min_length = 1, max_length = 400)]
    warning: Option<String>,
    /// The review that found it good, where it was held.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = "uri-reference", min_length = 1, max_length = 100)]
    review: Option<String>,
}

/// A prediction that waits for an operator.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HeldOutput {
    /// The asset.
    #[schema(min_length = 1, max_length = 12, example = "BTC")]
    asset_id: String,
    /// Days ahead.
    #[schema(minimum = 1, maximum = 30)]
    horizon_days: u32,
    /// The chance that the price lands within 5 % of what is held.
    #[schema(minimum = 0, maximum = 1)]
    confidence: f64,
    /// Where to ask what has become of it.
    #[schema(format = "uri-reference", min_length = 1, max_length = 100)]
    review: String,
}

impl From<Prediction> for PredictOutput {
    fn from(prediction: Prediction) -> Self {
        let band = |band: [Fixed; 2]| band.map(Decimal).to_vec();
        Self {
            asset_id: prediction.asset_id,
            horizon_days: prediction.horizon_days,
            current_price: prediction.current_price.into(),
            predicted_price: prediction.predicted_price.into(),
            change_pct: prediction.change_pct,
            interval_80: band(prediction.interval_80),
            interval_95: band(prediction.interval_95),
            probability_up: prediction.probability_up,
            confidence: prediction.confidence,
            confidence_band_pct: CONFIDENCE_BAND * 100.0,
            model: prediction.model,
            as_of: prediction.as_of.into(),
            stale: prediction.stale,
            single_source: prediction.single_source,
            thin_history: prediction.thin_history,
            warning: prediction.warning,
            review: prediction.review.map(link),
        }
    }
}

fn link(review: ReviewId) -> String {
    format!("/api/v1/reviews/{review}")
}

/// 202 with the place to ask, and how soon.
pub(crate) fn held(held: Held) -> Response {
    let Held { asset_id, horizon_days, confidence, review } = held;
    let review = link(review);
    let fields = [(header::LOCATION, review.clone()), (header::RETRY_AFTER, ASK_AGAIN.to_owned())];
    let output = HeldOutput { asset_id, horizon_days, confidence, review };
    (StatusCode::ACCEPTED, fields, Json(output)).into_response()
}

pub(crate) async fn predict(ctx: Ctx, MaybeInput(input): MaybeInput<PredictInput>) -> Answer {
    let question = Question { horizon_days: input.horizon_days, price: input.price, source: input.source };
    let account = match ctx.passage.principal {
        Principal::Nobody => None,
        Principal::Account(who) => Some(who.account),
        Principal::Key(keyed) => Some(keyed.account),
    };
    let rank = Rank::of(ctx.passage.principal, true);
    let asker = Asker { account, source: ctx.source(), rank };
    Ok(match ctx.app.predictions.ask(ctx.passage.param("asset"), &question, &asker).await? {
        Answered::Given(prediction) => Json(PredictOutput::from(*prediction)).into_response(),
        Answered::Held(waits) => held(waits),
    })
}
