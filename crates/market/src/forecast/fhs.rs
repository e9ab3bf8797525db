//! The default model: filtered historical simulation with scaled volatility and no drift.
//!
//! Each past move over the horizon is measured in units of the volatility of its day and replayed, up and down,
//! at today's volatility. Beyond a week the raw past moves are pooled in: volatility returns to its mean, and the
//! scaled moves alone would carry today's calm or storm too far. Not here: a view on direction; measured on
//! sixteen series none was worth having.

use super::distribution::Distribution;
use super::model::{ForecastError, Model, check};
use super::{returns, volatility};

/// The past moves replayed, newest first.
const WINDOW: usize = 1000;
/// The last horizon, in days, that is served by scaled moves alone.
const SCALED_ONLY: u32 = 7;

/// Filtered historical simulation, `fhs` in the settings.
#[derive(Debug, Clone, Copy, Default)]
pub struct Fhs;

impl Model for Fhs {
    fn name(&self) -> &'static str {
        "fhs"
    }

    fn distribution(&self, closes: &[f64], horizon_days: u32) -> Result<Distribution, ForecastError> {
        check(closes, horizon_days)?;
        let horizon = horizon_days as usize;
        let origins = returns::origins(closes, horizon, WINDOW);
        let variance = volatility::path(returns::squared(closes), horizon_days, *origins.start());
        let today = variance[variance.len() - 1];
        let sigma = (today * f64::from(horizon_days)).sqrt();
        let mut sizes = Vec::with_capacity(2 * WINDOW);
        for (moved, then) in returns::over(closes, horizon, origins.clone()).zip(&variance) {
            // A day without any volatility gives no unit to measure its move in.
            if *then > 0.0 {
                sizes.push((moved / (then * f64::from(horizon_days)).sqrt()).abs() * sigma);
            }
        }
        if horizon_days > SCALED_ONLY || sizes.is_empty() {
            sizes.extend(returns::over(closes, horizon, origins).map(f64::abs));
        }
        Ok(Distribution::symmetric(closes, sigma, sizes))
    }
}
