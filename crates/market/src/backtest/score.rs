//! One forecast against what came. All sizes are fractions of the last close, so that assets of any price and
//! any age weigh alike. Not here: averages over many forecasts.

use crate::forecast::{CONFIDENCE_BAND, Distribution, Forecast};

/// How one forecast fared.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Score {
    /// The continuous ranked probability score, as the mean pinball loss on 99 quantiles.
    pub(super) crps: f64,
    /// How far the point was off.
    pub(super) error: f64,
    /// Whether the price ended inside the 80 % interval.
    pub(super) inside_80: bool,
    /// Whether the price ended inside the 95 % interval.
    pub(super) inside_95: bool,
    /// The squared error of the chance of a rise.
    pub(super) brier_up: f64,
    /// The chance it gave itself of ending near the point.
    pub(super) said: f64,
    /// Whether the price did end near the point.
    pub(super) happened: bool,
}

impl Score {
    /// The squared error of the chance it gave itself.
    pub(super) fn brier_confidence(&self) -> f64 {
        squared_error(self.said, self.happened)
    }
}

/// Holds a forecast, and the distribution it was read from, against the price that came.
pub(super) fn score(distribution: &Distribution, forecast: &Forecast, actual: f64) -> Score {
    let last = distribution.last();
    Score {
        crps: crps(distribution, actual / last),
        error: (actual - forecast.point).abs() / last,
        inside_80: inside(forecast.interval_80, actual),
        inside_95: inside(forecast.interval_95, actual),
        brier_up: squared_error(forecast.probability_up, actual > last),
        said: forecast.confidence,
        happened: (actual / forecast.point - 1.0).abs() <= CONFIDENCE_BAND,
    }
}

fn crps(distribution: &Distribution, relative: f64) -> f64 {
    let losses = (1..100).map(|percent| {
        let p = f64::from(percent) / 100.0;
        pinball(p, relative - distribution.log_quantile(p).exp())
    });
    losses.sum::<f64>() / 99.0
}

/// The loss of a quantile that lies `above` below what came: too low costs `p`, too high `1 - p`.
fn pinball(p: f64, above: f64) -> f64 {
    if above >= 0.0 { p * above } else { (p - 1.0) * above }
}

fn inside([low, high]: [f64; 2], actual: f64) -> bool {
    (low..=high).contains(&actual)
}

fn squared_error(chance: f64, happened: bool) -> f64 {
    (chance - f64::from(u8::from(happened))).powi(2)
}

#[cfg(test)]
mod tests;
