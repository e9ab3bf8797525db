//! The port every forecaster stands behind, and what it answers. Not here: any method of forecasting.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Distribution, HORIZONS, RETURNS_NEEDED};

/// A forecaster of daily closes; the choice among them is made once, at start, as a `dyn Model`.
pub trait Model: Send + Sync {
    /// The name by which settings and answers call it.
    fn name(&self) -> &'static str;

    /// The whole distribution of the price `horizon_days` after the last of `closes` (oldest first).
    fn distribution(&self, closes: &[f64], horizon_days: u32) -> Result<Distribution, ForecastError>;

    /// The figures of that distribution which a caller is shown.
    fn forecast(&self, closes: &[f64], horizon_days: u32) -> Result<Forecast, ForecastError> {
        Ok(self.distribution(closes, horizon_days)?.forecast())
    }
}

/// What a caller is told: prices in the unit of the closes, chances between 0 and 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Forecast {
    /// The best single guess.
    pub point: f64,
    /// The standard deviation expected of the log return over the whole horizon.
    pub sigma: f64,
    /// `[low, high]`: the price ends inside in 80 of 100 cases.
    pub interval_80: [f64; 2],
    /// `[low, high]`: the price ends inside in 95 of 100 cases.
    pub interval_95: [f64; 2],
    /// The chance that the price ends above the last close.
    pub probability_up: f64,
    /// The chance that the price ends within [`CONFIDENCE_BAND`](super::CONFIDENCE_BAND) of the point.
    pub confidence: f64,
    /// Fewer than [`RETURNS_THIN`](super::RETURNS_THIN) returns stand behind it.
    pub thin_history: bool,
}

impl Forecast {
    /// True where every figure is one: bands in order around nothing less than zero, chances between 0 and 1.
    pub(crate) fn is_sound(&self) -> bool {
        let is_band = |[low, high]: [f64; 2]| low >= 0.0 && low <= high && high.is_finite();
        let is_chance = |chance: f64| (0.0..=1.0).contains(&chance);
        self.point.is_finite()
            && self.point > 0.0
            && is_band(self.interval_80)
            && is_band(self.interval_95)
            && is_chance(self.probability_up)
            && is_chance(self.confidence)
    }
}

/// Why there is no forecast.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ForecastError {
    /// The horizon is none that a model answers for.
    #[error("the horizon is {0} days; allowed are {min} to {max}", min = HORIZONS.start(), max = HORIZONS.end())]
    Horizon(u32),
    /// The history is too short to know how far the price moves.
    #[error("the history has {0} daily returns; {RETURNS_NEEDED} are needed")]
    TooShort(usize),
    /// A close is no price.
    #[error("the close at position {0} is not a finite number above zero")]
    NotAPrice(usize),
    /// The model itself failed, whatever it was asked.
    #[error("the model failed: {0}")]
    Failed(&'static str),
}

/// Refuses what no model can work with, so that each of them may rely on it.
pub(super) fn check(closes: &[f64], horizon_days: u32) -> Result<(), ForecastError> {
    if !HORIZONS.contains(&horizon_days) {
        return Err(ForecastError::Horizon(horizon_days));
    }
    let returns = closes.len().saturating_sub(1);
    if returns < RETURNS_NEEDED {
        return Err(ForecastError::TooShort(returns));
    }
    match closes.iter().position(|close| !(close.is_finite() && *close > 0.0)) {
        Some(position) => Err(ForecastError::NotAPrice(position)),
        None => Ok(()),
    }
}
