//! The figures of one asset, beside those of all together. Not here: what they are held against.

use serde::{Deserialize, Serialize};

use super::super::Trial;
use super::super::reliability::{mean, share};

/// The figures of one asset at one horizon.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AssetReport {
    /// The name of the series.
    pub asset: String,
    /// The forecasts made.
    pub forecasts: usize,
    /// The score of the distribution over that of the naive forecast, where the latter is not nothing.
    pub crps_ratio: Option<f64>,
    /// The error of the point over that of the naive forecast, likewise.
    pub mae_ratio: Option<f64>,
    /// The share that ended inside the 80 % interval.
    pub coverage_80: f64,
    /// The share that ended inside the 95 % interval.
    pub coverage_95: f64,
    /// The mean confidence.
    pub confidence: f64,
    /// The share that ended near the point.
    pub happened: f64,
}

impl AssetReport {
    pub(super) fn of(trial: &Trial<'_>) -> Self {
        let pairs = &trial.scores;
        let (crps, naive_crps) =
            (pairs.iter().map(|pair| pair.model.crps), pairs.iter().map(|pair| pair.naive.crps));
        let (error, naive_error) =
            (pairs.iter().map(|pair| pair.model.error), pairs.iter().map(|pair| pair.naive.error));
        Self {
            asset: trial.asset.to_owned(),
            forecasts: pairs.len(),
            crps_ratio: ratio(mean(crps), mean(naive_crps)),
            mae_ratio: ratio(mean(error), mean(naive_error)),
            coverage_80: share(pairs.iter().map(|pair| pair.model.inside_80)),
            coverage_95: share(pairs.iter().map(|pair| pair.model.inside_95)),
            confidence: mean(pairs.iter().map(|pair| pair.model.said)),
            happened: share(pairs.iter().map(|pair| pair.model.happened)),
        }
    }
}

fn ratio(model: f64, naive: f64) -> Option<f64> {
    (naive > 0.0).then(|| model / naive)
}
