//! How far a model is to be trusted: a rolling-origin test against the naive forecast on stored history.
//!
//! At each origin the model sees the closes up to it and nothing after; its answer is then held against what
//! came. Not here: reading the history, a clock of its own (time is the caller's), and any judgement of a single
//! forecast.

mod beside;
mod origins;
mod plot;
mod reliability;
mod report;
mod score;
mod table;
mod target;
mod trial;

#[cfg(test)]
mod tests;

pub use beside::beside;
pub use plot::{Fan, svg, text};
pub use reliability::{Bin, Reliability, Trusted};
pub use report::{AssetReport, HorizonReport, Report};
pub use target::{Check, Measure, Target};

use std::time::Duration;

use thiserror::Error;

use crate::forecast::{ForecastError, Model};
use trial::{Pair, Steps, Trial, trial};

/// The origins of a full test, in each series at each horizon.
pub const ORIGINS: usize = 300;

/// The horizons of a full test, in days: those for which targets are set.
pub const TESTED: [u32; 3] = [1, 7, 30];

/// What is tested, and how.
pub struct Plan<'a> {
    /// The model on trial.
    pub model: &'a dyn Model,
    /// The horizons in days; [`TESTED`] are those with targets.
    pub horizons: &'a [u32],
    /// Origins in each series, spread evenly over its history; [`ORIGINS`] for the figures the targets speak of.
    pub origins: usize,
    /// A clock that only runs forward; it is read before and after each forecast.
    pub timer: &'a dyn Fn() -> Duration,
}

/// Why there is no report.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BacktestError {
    /// No series is long enough for a single origin at every horizon.
    #[error("no series is long enough: {WARM_UP} days, the horizon and one more are needed", WARM_UP = origins::WARM_UP)]
    NothingToTest,
    /// The model, or the naive forecast beside it, could not answer.
    #[error("{asset}, day {day}: {source}")]
    Forecast {
        /// The series.
        asset: String,
        /// The position of the origin in it.
        day: usize,
        /// What the model said.
        source: ForecastError,
    },
}

/// Tests the model on every series that is long enough; `progress` hears `(done, total)` after each forecast.
///
/// `series` are names with their daily closes, oldest first. Series too short are named in the report.
pub fn run(
    plan: &Plan<'_>,
    series: &[(String, Vec<f64>)],
    progress: &mut dyn FnMut(usize, usize),
) -> Result<Report, BacktestError> {
    let longest = plan.horizons.iter().max().copied().unwrap_or_default();
    let (tested, left_out): (Vec<_>, Vec<_>) =
        series.iter().partition(|(_, closes)| origins::enough(closes.len(), longest));
    if tested.is_empty() || plan.horizons.is_empty() || plan.origins == 0 {
        return Err(BacktestError::NothingToTest);
    }
    let mut steps = Steps { done: 0, total: total(plan, &tested), progress };
    let mut horizons = Vec::with_capacity(plan.horizons.len());
    for &horizon_days in plan.horizons {
        let trials =
            tested.iter().map(|(asset, closes)| trial(plan, asset, closes, horizon_days, &mut steps));
        horizons.push(HorizonReport::of(horizon_days, &trials.collect::<Result<Vec<_>, _>>()?));
    }
    let left_out = left_out.iter().map(|(asset, _)| asset.clone()).collect();
    Ok(Report::of(plan.model.name(), left_out, horizons))
}

fn total(plan: &Plan<'_>, tested: &[&(String, Vec<f64>)]) -> usize {
    let of = |closes: &[f64]| {
        plan.horizons
            .iter()
            .map(|days| origins::origins(closes.len(), *days, plan.origins).len())
            .sum::<usize>()
    };
    tested.iter().map(|(_, closes)| of(closes)).sum()
}
