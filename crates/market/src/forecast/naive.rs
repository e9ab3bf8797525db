//! The yardstick: the price stays, and its spread is that of its own recent moves. Not a choice of the settings;
//! a model that cannot beat it is not worth its time.

use super::distribution::{Distribution, last_of};
use super::model::{ForecastError, Model, check};
use super::quantile::count;
use super::returns;

/// The past moves it rests on, overlapping, newest first.
const WINDOW: usize = 500;

/// The random walk with the empirical quantiles of the last 500 moves over the horizon.
#[derive(Debug, Clone, Copy, Default)]
pub struct Naive;

impl Model for Naive {
    fn name(&self) -> &'static str {
        "naive"
    }

    fn distribution(&self, closes: &[f64], horizon_days: u32) -> Result<Distribution, ForecastError> {
        check(closes, horizon_days)?;
        let horizon = horizon_days as usize;
        let origins = returns::origins(closes, horizon, WINDOW);
        let moves: Vec<f64> = returns::over(closes, horizon, origins).collect();
        let sigma = (moves.iter().map(|moved| moved * moved).sum::<f64>() / count(moves.len())).sqrt();
        Ok(Distribution::new(closes, last_of(closes), sigma, moves))
    }
}
