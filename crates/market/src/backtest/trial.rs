//! One series at one horizon, from origin to origin. Not here: what the scores add up to.

use std::time::Duration;

use super::origins::origins;
use super::score::{Score, score};
use super::{BacktestError, Plan};
use crate::forecast::{ForecastError, Model, Naive};

/// One series with what both forecasters made of it at one horizon.
pub(super) struct Trial<'a> {
    pub(super) asset: &'a str,
    pub(super) scores: Vec<Pair>,
}

/// The model and the naive forecast at the same origin.
pub(super) struct Pair {
    pub(super) model: Score,
    pub(super) naive: Score,
    pub(super) took: Duration,
}

/// Forecasts one series from each of its origins.
pub(super) fn trial<'a>(
    plan: &Plan<'_>,
    asset: &'a str,
    closes: &[f64],
    horizon_days: u32,
    steps: &mut Steps<'_>,
) -> Result<Trial<'a>, BacktestError> {
    let mut scores = Vec::with_capacity(plan.origins);
    for day in origins(closes.len(), horizon_days, plan.origins) {
        let actual = closes[day + horizon_days as usize];
        let pair = pair(plan, &closes[..=day], horizon_days, actual);
        scores.push(pair.map_err(|source| BacktestError::Forecast {
            asset: asset.to_owned(),
            day,
            source,
        })?);
        steps.step();
    }
    Ok(Trial { asset, scores })
}

fn pair(plan: &Plan<'_>, known: &[f64], horizon_days: u32, actual: f64) -> Result<Pair, ForecastError> {
    let before = (plan.timer)();
    let distribution = plan.model.distribution(known, horizon_days)?;
    let forecast = distribution.forecast();
    let took = (plan.timer)().saturating_sub(before);
    let naive = Naive.distribution(known, horizon_days)?;
    Ok(Pair {
        model: score(&distribution, &forecast, actual),
        naive: score(&naive, &naive.forecast(), actual),
        took,
    })
}

/// Counts the forecasts made and tells whoever watches.
pub(super) struct Steps<'a> {
    pub(super) done: usize,
    pub(super) total: usize,
    pub(super) progress: &'a mut dyn FnMut(usize, usize),
}

impl Steps<'_> {
    fn step(&mut self) {
        self.done += 1;
        (self.progress)(self.done, self.total);
    }
}
