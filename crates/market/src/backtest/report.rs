//! The figures of a backtest, as they are stored, served and shown. Not here: their presentation.

mod asset;

pub use asset::AssetReport;

use serde::{Deserialize, Serialize};

use super::reliability::{Reliability, mean, share};
use super::target::{Check, Measure, TIME};
use super::{Pair, TESTED, Trial};
use crate::forecast::count;

/// The forecasts of confidence 0.7 and above without which nothing is said about them.
const TRUSTED_NEEDED: usize = 50;

/// What a backtest found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// The model on trial.
    pub model: String,
    /// Series too short to be tested.
    pub left_out: Vec<String>,
    /// The figures, a horizon each, in the order they were asked for.
    pub horizons: Vec<HorizonReport>,
    /// Each figure for which a target is set, held against it.
    pub checks: Vec<Check>,
}

/// The figures at one horizon.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HorizonReport {
    /// The horizon.
    pub horizon_days: u32,
    /// The forecasts made.
    pub forecasts: usize,
    /// The score of the whole distribution, a fraction of the price; smaller is better.
    pub crps: f64,
    /// The same over that of the naive forecast: geometric mean over the assets, none where it is not defined.
    pub crps_ratio: Option<f64>,
    /// The mean error of the point, a fraction of the price.
    pub mae: f64,
    /// The same over that of the naive forecast, as above.
    pub mae_ratio: Option<f64>,
    /// The share that ended inside the 80 % interval.
    pub coverage_80: f64,
    /// The share that ended inside the 95 % interval.
    pub coverage_95: f64,
    /// The Brier score of the chance of a rise; a coin has 0.25.
    pub brier_up: f64,
    /// Whether the confidence came true.
    pub confidence: Reliability,
    /// The mean time of a forecast by the caller's clock.
    pub ms_per_forecast: f64,
    /// The figures of each asset.
    pub assets: Vec<AssetReport>,
}

impl Report {
    pub(super) fn of(model: &str, left_out: Vec<String>, horizons: Vec<HorizonReport>) -> Self {
        let mut checks: Vec<Check> = horizons.iter().flat_map(HorizonReport::checks).collect();
        checks.extend(time(&horizons));
        Self { model: model.to_owned(), left_out, horizons, checks }
    }

    /// Whether every target set for these horizons is met.
    pub fn met(&self) -> bool {
        self.checks.iter().all(|check| check.met)
    }
}

impl HorizonReport {
    pub(super) fn of(horizon_days: u32, trials: &[Trial<'_>]) -> Self {
        let pairs: Vec<&Pair> = trials.iter().flat_map(|trial| &trial.scores).collect();
        let assets: Vec<AssetReport> = trials.iter().map(AssetReport::of).collect();
        Self {
            horizon_days,
            forecasts: pairs.len(),
            crps: mean(pairs.iter().map(|pair| pair.model.crps)),
            crps_ratio: geometric(assets.iter().filter_map(|asset| asset.crps_ratio)),
            mae: mean(pairs.iter().map(|pair| pair.model.error)),
            mae_ratio: geometric(assets.iter().filter_map(|asset| asset.mae_ratio)),
            coverage_80: share(pairs.iter().map(|pair| pair.model.inside_80)),
            coverage_95: share(pairs.iter().map(|pair| pair.model.inside_95)),
            brier_up: mean(pairs.iter().map(|pair| pair.model.brier_up)),
            confidence: Reliability::of(&pairs),
            ms_per_forecast: mean(pairs.iter().map(|pair| pair.took.as_secs_f64() * 1e3)),
            assets,
        }
    }

    /// One of its figures; none where too little stands behind it.
    pub fn figure(&self, measure: Measure) -> Option<f64> {
        match measure {
            Measure::CrpsRatio => self.crps_ratio,
            Measure::MaeRatio => self.mae_ratio,
            Measure::Coverage80 => Some(self.coverage_80),
            Measure::Coverage80Lowest => lowest(self.assets.iter().map(|asset| asset.coverage_80)),
            Measure::Coverage95 => Some(self.coverage_95),
            Measure::Coverage95Lowest => lowest(self.assets.iter().map(|asset| asset.coverage_95)),
            Measure::CalibrationError => Some(self.confidence.error),
            Measure::ConfidenceSkill => self.confidence.skill,
            Measure::TrustedSurplus => self.trusted_surplus(),
            Measure::BrierUp => Some(self.brier_up),
            Measure::Milliseconds => Some(self.ms_per_forecast),
        }
    }

    fn trusted_surplus(&self) -> Option<f64> {
        let trusted = self.confidence.trusted.filter(|trusted| trusted.forecasts >= TRUSTED_NEEDED)?;
        Some(trusted.happened - trusted.said)
    }

    fn checks(&self) -> impl Iterator<Item = Check> + '_ {
        Measure::ALL.into_iter().filter_map(|measure| {
            let target = measure.target(self.horizon_days)?;
            Some(Check::new(measure, Some(self.horizon_days), self.figure(measure)?, target))
        })
    }
}

/// The time of one forecast for each of 1, 7 and 30 days, where all three were tested.
fn time(horizons: &[HorizonReport]) -> Option<Check> {
    let of = |days: u32| horizons.iter().find(|tested| tested.horizon_days == days);
    let together =
        TESTED.into_iter().map(|days| of(days).map(|tested| tested.ms_per_forecast)).sum::<Option<f64>>()?;
    Some(Check::new(Measure::Milliseconds, None, together, TIME))
}

fn geometric(ratios: impl Iterator<Item = f64>) -> Option<f64> {
    let logs: Vec<f64> = ratios.map(f64::ln).collect();
    (!logs.is_empty()).then(|| (logs.iter().sum::<f64>() / count(logs.len())).exp())
}

fn lowest(values: impl Iterator<Item = f64>) -> Option<f64> {
    values.min_by(f64::total_cmp)
}
