//! `GET /api/v1/predict/{asset}/quality`

use aspis_core::refusal::Code;
use aspis_market::quality::{Figures, HorizonFigures};
use axum::{Json, response::IntoResponse};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    extract::{Answer, Ctx},
    openapi::{Doc, json},
    routes::words::Moment,
};

pub(crate) const DOC: Doc =
    Doc::new("predict_quality", "market", "How far to trust predictions: what was said, and what came")
        .ok(json::<QualityOutput>)
        .refuses(&[Code::InvalidAsset, Code::UnknownAsset, Code::Unavailable]);

/// A backtest of the model over the stored history of one asset: at each origin it saw the closes up to it alone.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct QualityOutput {
    /// The asset.
    #[schema(min_length = 1, max_length = 12, example = "BTC")]
    asset_id: String,
    /// Which model.
    #[schema(min_length = 1, max_length = 20, example = "fhs")]
    model: String,
    /// When it was tested.
    computed_at: Moment,
    /// 1, 7 and 30 days; none where the history is too short for a test.
    #[schema(max_items = 30)]
    horizons: Vec<HorizonOutput>,
}

/// The figures at one horizon.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HorizonOutput {
    /// Days ahead.
    #[schema(minimum = 1, maximum = 30)]
    horizon_days: u32,
    /// The forecasts that were held against what came.
    #[schema(minimum = 1, maximum = 10_000)]
    origins: usize,
    /// The share of prices that fell into `interval_80`; 0.8 is right.
    #[schema(minimum = 0, maximum = 1)]
    coverage_80: f64,
    /// The share of prices that fell into `interval_95`; 0.95 is right.
    #[schema(minimum = 0, maximum = 1)]
    coverage_95: f64,
    /// The error of the whole distribution (CRPS) over that of the naive forecast; below 1 is better. Null where the
    /// price never moved.
    #[schema(required = true, minimum = 0, maximum = 1_000_000)]
    crps_ratio: Option<f64>,
    /// The error of the best guess over that of the naive forecast, likewise.
    #[schema(required = true, minimum = 0, maximum = 1_000_000)]
    mae_ratio: Option<f64>,
    /// What the confidence was worth.
    confidence: ConfidenceOutput,
    /// The mean squared error of `probability_up` (Brier); a coin has 0.25.
    #[schema(minimum = 0, maximum = 1)]
    brier_up: f64,
}

/// What was said of landing within 5 % of the prediction, and what came.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ConfidenceOutput {
    /// The mean confidence.
    #[schema(minimum = 0, maximum = 1)]
    said: f64,
    /// The share that came true.
    #[schema(minimum = 0, maximum = 1)]
    came_true: f64,
    /// The mean gap between both, in bins of a tenth.
    #[schema(minimum = 0, maximum = 1)]
    error: f64,
    /// The mean squared error of the confidence (Brier).
    #[schema(minimum = 0, maximum = 1)]
    brier: f64,
}

impl From<HorizonFigures> for HorizonOutput {
    fn from(figures: HorizonFigures) -> Self {
        let said = figures.confidence;
        Self {
            horizon_days: figures.horizon_days,
            origins: figures.origins,
            coverage_80: figures.coverage_80,
            coverage_95: figures.coverage_95,
            crps_ratio: figures.crps_ratio,
            mae_ratio: figures.mae_ratio,
            confidence: ConfidenceOutput {
                said: said.said,
                came_true: said.came_true,
                error: said.error,
                brier: said.brier,
            },
            brier_up: figures.brier_up,
        }
    }
}

impl From<Figures> for QualityOutput {
    fn from(figures: Figures) -> Self {
        Self {
            asset_id: figures.asset_id,
            model: figures.model,
            computed_at: figures.computed_at.into(),
            horizons: figures.horizons.into_iter().map(HorizonOutput::from).collect(),
        }
    }
}

pub(crate) async fn quality(ctx: Ctx) -> Answer {
    let figures = ctx.app.quality.of(ctx.passage.param("asset"))?;
    Ok(Json(QualityOutput::from(figures)).into_response())
}
