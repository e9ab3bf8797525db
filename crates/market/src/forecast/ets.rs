//! Exponential smoothing, `ets` in the settings: a well-kept library's, for whoever wants a model with a view.
//!
//! It is fitted to the logarithms of the closes, with additive errors, so that its bands are the library's own closed
//! forms and no price of theirs is below zero: the library draws at random for the other forms, and chance is never
//! ours to take. Not here: seasons; daily closes showed none that were worth their parameters.

use std::panic::catch_unwind;

use augurs::{
    Fit, Predict,
    ets::{AutoETS, FittedAutoETS},
};

use super::distribution::{Distribution, last_of};
use super::model::{ForecastError, Model, check};
use super::quantile::count;
use super::returns::log_return;

/// The newest closes it is fitted to: more cost time and change nothing of the bands.
const WINDOW: usize = 500;
/// The intervals its distribution is read from: each gives two scenarios.
const INTERVALS: usize = 500;
/// Additive errors, a trend where that is worth it, no season.
const SPEC: &str = "AZN";

/// The best of a family of exponential smoothing models.
#[derive(Debug, Clone, Copy, Default)]
pub struct Ets;

impl Model for Ets {
    fn name(&self) -> &'static str {
        "ets"
    }

    fn distribution(&self, closes: &[f64], horizon_days: u32) -> Result<Distribution, ForecastError> {
        check(closes, horizon_days)?;
        let last = last_of(closes);
        let newest = &closes[closes.len().saturating_sub(WINDOW)..];
        // From the last close, so that a price of any size is fitted alike.
        let moved: Vec<f64> = newest.iter().map(|close| log_return(last, *close)).collect();
        if moved.windows(2).all(|pair| pair[0].to_bits() == pair[1].to_bits()) {
            return Ok(Distribution::new(closes, last, 0.0, vec![0.0]));
        }
        // What a library breaks in itself is its own: nothing of ours is written meanwhile.
        let told = catch_unwind(|| tell(&moved, horizon_days as usize));
        let told = told.unwrap_or(Err(ForecastError::Failed("exponential smoothing panicked")))?;
        let point = (last * told.mean.exp()).clamp(f64::MIN_POSITIVE, f64::MAX);
        Ok(Distribution::new(closes, point, told.sigma, told.scenarios))
    }
}

/// What the library says of the log return.
struct Told {
    mean: f64,
    sigma: f64,
    scenarios: Vec<f64>,
}

fn tell(moved: &[f64], horizon: usize) -> Result<Told, ForecastError> {
    let unfit =
        AutoETS::new(1, SPEC).map_err(|_| ForecastError::Failed("exponential smoothing has no such form"))?;
    let fitted = unfit.fit(moved).map_err(|_| ForecastError::Failed("exponential smoothing found no fit"))?;
    let mut scenarios = Vec::with_capacity(2 * INTERVALS);
    let mut mean = 0.0;
    for step in 0..INTERVALS {
        // The middles of equal shares of the distribution.
        let level = (2.0 * count(step) + 1.0) / (2.0 * count(INTERVALS));
        let (point, ends) = interval(&fitted, horizon, level)?;
        mean = point;
        scenarios.extend(ends);
    }
    let about = |value: &f64| (value - mean).powi(2);
    let sigma = (scenarios.iter().map(about).sum::<f64>() / count(scenarios.len())).sqrt();
    Ok(Told { mean, sigma, scenarios })
}

/// The point at the horizon, and the ends of its interval.
fn interval(fitted: &FittedAutoETS, horizon: usize, level: f64) -> Result<(f64, [f64; 2]), ForecastError> {
    let nothing = ForecastError::Failed("exponential smoothing gave no interval");
    let said = fitted.predict(horizon, level).map_err(|_| nothing)?;
    let bounds = said.intervals.ok_or(nothing)?;
    let last = |values: &[f64]| values.last().copied().filter(|value| value.is_finite()).ok_or(nothing);
    Ok((last(&said.point)?, [last(&bounds.lower)?, last(&bounds.upper)?]))
}
