//! The figures as they are kept and answered.

use std::collections::BTreeMap;

use aspis_core::clock::Timestamp;
use serde::{Deserialize, Serialize};

use crate::backtest::HorizonReport;

/// Everything that one backtest found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Record {
    pub(super) computed_at: Timestamp,
    pub(super) model: String,
    /// Each asset that there was; without horizons where its history is too short.
    pub(super) assets: BTreeMap<String, Vec<HorizonFigures>>,
}

impl Record {
    pub(super) fn of(&self, asset: &str) -> Option<Figures> {
        let horizons = self.assets.get(asset)?.clone();
        let (asset_id, model) = (asset.to_owned(), self.model.clone());
        Some(Figures { asset_id, model, computed_at: self.computed_at, horizons })
    }
}

/// How far predictions of one asset are to be trusted.
#[derive(Debug, Clone, PartialEq)]
pub struct Figures {
    /// The asset.
    pub asset_id: String,
    /// The model that was tested.
    pub model: String,
    /// When.
    pub computed_at: Timestamp,
    /// Each horizon that was tested; none where the history is too short for a test.
    pub horizons: Vec<HorizonFigures>,
}

/// The figures at one horizon.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct HorizonFigures {
    /// Days ahead.
    pub horizon_days: u32,
    /// The forecasts that were held against what came.
    pub origins: usize,
    /// The share of prices inside the 80 % interval.
    pub coverage_80: f64,
    /// The share inside the 95 % interval.
    pub coverage_95: f64,
    /// The score of the whole distribution (CRPS) over that of the naive forecast, where the latter is not nothing.
    pub crps_ratio: Option<f64>,
    /// The error of the best guess over that of the naive forecast, likewise.
    pub mae_ratio: Option<f64>,
    /// What the confidence was worth.
    pub confidence: Confidence,
    /// The mean squared error of the chance of a rise; a coin has 0.25.
    pub brier_up: f64,
}

/// What was said of landing within 5 % of the prediction, and what came.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Confidence {
    /// The mean confidence.
    pub said: f64,
    /// The share that came true.
    pub came_true: f64,
    /// The mean gap between both, in bins of a tenth.
    pub error: f64,
    /// The mean squared error.
    pub brier: f64,
}

impl From<&HorizonReport> for HorizonFigures {
    fn from(report: &HorizonReport) -> Self {
        let said = &report.confidence;
        Self {
            horizon_days: report.horizon_days,
            origins: report.forecasts,
            coverage_80: report.coverage_80,
            coverage_95: report.coverage_95,
            crps_ratio: report.crps_ratio,
            mae_ratio: report.mae_ratio,
            confidence: Confidence {
                said: said.said,
                came_true: said.happened,
                error: said.error,
                brier: said.brier,
            },
            brier_up: report.brier_up,
        }
    }
}
