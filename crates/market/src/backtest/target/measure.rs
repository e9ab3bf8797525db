//! What is measured, what a person calls it, and what it must reach. Not here: measuring it.

use serde::{Deserialize, Serialize};

use super::Target;

/// Something measured at one horizon.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// The score of the whole distribution over that of the naive forecast, geometric mean over assets.
    CrpsRatio,
    /// The error of the point over that of the naive forecast, geometric mean over assets.
    MaeRatio,
    /// The share inside the 80 % interval, all assets together.
    Coverage80,
    /// The same of the asset where it is lowest.
    Coverage80Lowest,
    /// The share inside the 95 % interval, all assets together.
    Coverage95,
    /// The same of the asset where it is lowest.
    Coverage95Lowest,
    /// The expected calibration error of the confidence.
    CalibrationError,
    /// The Brier skill of the confidence against the naive forecast.
    ConfidenceSkill,
    /// Among 50 or more forecasts with a confidence of 0.7 and above: what happened less what was said.
    TrustedSurplus,
    /// The Brier score of the chance of a rise.
    BrierUp,
    /// Milliseconds a forecast, by the caller's clock; judged as the sum over 1, 7 and 30 days.
    Milliseconds,
}

impl Measure {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 11] = [
        Self::CrpsRatio,
        Self::MaeRatio,
        Self::Coverage80,
        Self::Coverage80Lowest,
        Self::Coverage95,
        Self::Coverage95Lowest,
        Self::CalibrationError,
        Self::ConfidenceSkill,
        Self::TrustedSurplus,
        Self::BrierUp,
        Self::Milliseconds,
    ];

    /// What a person calls it.
    pub fn label(self) -> &'static str {
        match self {
            Self::CrpsRatio => "CRPS / naive",
            Self::MaeRatio => "MAE / naive",
            Self::Coverage80 => "inside the 80 % interval",
            Self::Coverage95 => "inside the 95 % interval",
            Self::Coverage80Lowest | Self::Coverage95Lowest => "  lowest asset",
            Self::CalibrationError => "confidence: calibration error",
            Self::ConfidenceSkill => "confidence: skill over naive",
            Self::TrustedSurplus => "  from 0.7: happened - said",
            Self::BrierUp => "Brier of P(up)",
            Self::Milliseconds => "ms a forecast",
        }
    }

    /// What it must reach at that horizon, where something is set.
    pub fn target(self, horizon_days: u32) -> Option<Target> {
        let [day, week, month] = self.targets()?;
        match horizon_days {
            1 => Some(day),
            7 => Some(week),
            30 => Some(month),
            _ => None,
        }
    }

    fn targets(self) -> Option<[Target; 3]> {
        let at_most = |limits: [f64; 3]| Some(limits.map(Target::at_most));
        let at_least = |limits: [f64; 3]| Some(limits.map(Target::at_least));
        match self {
            Self::CrpsRatio => at_most([0.985, 0.990, 0.980]),
            Self::MaeRatio => at_most([1.0; 3]),
            Self::Coverage80 => Some([(0.78, 0.82), (0.77, 0.82), (0.78, 0.84)].map(Target::within)),
            Self::Coverage80Lowest => at_least([0.74, 0.72, 0.72]),
            Self::Coverage95 => at_least([0.94; 3]),
            Self::Coverage95Lowest => at_least([0.91, 0.92, 0.90]),
            Self::CalibrationError => at_most([0.020, 0.040, 0.025]),
            Self::ConfidenceSkill => at_least([0.04, 0.02, 0.0]),
            Self::TrustedSurplus => at_least([-0.02, -0.03, -0.08]),
            Self::BrierUp => at_most([0.25; 3]),
            Self::Milliseconds => None,
        }
    }
}
