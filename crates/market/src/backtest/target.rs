//! What a forecaster must reach, and whether it did. The figures were set once for the seven shipped daily
//! series and the default model; for another history they are a yardstick, not a promise.

mod measure;

pub use measure::Measure;

use std::fmt;

use serde::{Deserialize, Serialize};

/// The milliseconds that forecasts for 1, 7 and 30 days may take together.
pub(super) const TIME: Target = Target { at_least: None, at_most: Some(1.0) };

/// The range a figure must lie in, ends included.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Target {
    /// The lower end, where there is one.
    pub at_least: Option<f64>,
    /// The upper end, where there is one.
    pub at_most: Option<f64>,
}

impl Target {
    fn at_least(limit: f64) -> Self {
        Self { at_least: Some(limit), at_most: None }
    }

    fn at_most(limit: f64) -> Self {
        Self { at_least: None, at_most: Some(limit) }
    }

    fn within((low, high): (f64, f64)) -> Self {
        Self { at_least: Some(low), at_most: Some(high) }
    }

    /// Whether a figure, unrounded, lies in it.
    pub fn met_by(self, value: f64) -> bool {
        self.at_least.is_none_or(|low| value >= low) && self.at_most.is_none_or(|high| value <= high)
    }
}

impl fmt::Display for Target {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.at_least, self.at_most) {
            (Some(low), Some(high)) => write!(out, "{low:.3} to {high:.3}"),
            (Some(low), None) => write!(out, "at least {low:.3}"),
            (None, Some(high)) => write!(out, "at most {high:.3}"),
            (None, None) => out.write_str("any"),
        }
    }
}

/// One figure held against its target.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Check {
    /// What was measured.
    pub measure: Measure,
    /// At which horizon; none where it speaks of all of them together.
    pub horizon_days: Option<u32>,
    /// The figure, unrounded.
    pub value: f64,
    /// What it must reach.
    pub target: Target,
    /// Whether it does.
    pub met: bool,
}

impl Check {
    pub(super) fn new(measure: Measure, horizon_days: Option<u32>, value: f64, target: Target) -> Self {
        Self { measure, horizon_days, value, target, met: target.met_by(value) }
    }
}
