//! Forecasts of a price: how far it may move, with a calibrated band and a calibrated confidence.
//!
//! Pure functions over daily closes. Not here: where closes come from, which of them may be trusted, and what is
//! done with a bold forecast; those are the checks around a model, and they judge whatever a model says.
//!
//! Direction is deliberately not sold. On sixteen real series no method beat the random walk at the price or its
//! sign, so the default model's point is the last price and its chance of a rise is one half.

mod distribution;
mod ets;
mod fhs;
mod model;
mod naive;
mod quantile;
mod returns;
mod volatility;

#[cfg(test)]
pub(crate) mod tests;

pub use distribution::Distribution;
pub use ets::Ets;
pub use fhs::Fhs;
pub use model::{Forecast, ForecastError, Model};
pub use naive::Naive;
pub(crate) use quantile::count;

use std::ops::RangeInclusive;

/// The horizons a model answers for, in days.
pub const HORIZONS: RangeInclusive<u32> = 1..=30;

/// The daily returns without which no model answers.
pub const RETURNS_NEEDED: usize = 60;

/// The daily returns below which a forecast is marked as resting on a thin history.
pub const RETURNS_THIN: usize = 500;

/// The band around the point that `confidence` speaks of, as a fraction of the point.
pub const CONFIDENCE_BAND: f64 = 0.05;
