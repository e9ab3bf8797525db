//! A price's distribution as a set of equally likely scenarios. Not here: how a model comes by them.

use super::quantile::{quantile, share_between, share_positive};
use super::returns::log_return;
use super::{CONFIDENCE_BAND, Forecast, RETURNS_THIN};

/// Equally likely log returns from the last close, sorted, with the point and the spread of the model.
#[derive(Debug, Clone, PartialEq)]
pub struct Distribution {
    last: f64,
    point: f64,
    sigma: f64,
    scenarios: Vec<f64>,
    thin_history: bool,
}

impl Distribution {
    /// From scenarios in any order; none at all is taken as "it stays where it is".
    ///
    /// `closes` is the history it rests on, `sigma` the spread expected of the log return.
    pub fn new(closes: &[f64], point: f64, sigma: f64, mut scenarios: Vec<f64>) -> Self {
        scenarios.sort_unstable_by(f64::total_cmp);
        Self::sorted(closes, point, sigma, scenarios)
    }

    /// From the sizes of moves that are as likely up as down, around the last close.
    ///
    /// Only the sizes are sorted: their mirror image is sorted with them.
    pub(super) fn symmetric(closes: &[f64], sigma: f64, mut sizes: Vec<f64>) -> Self {
        sizes.sort_unstable_by(f64::total_cmp);
        let mut scenarios = Vec::with_capacity(2 * sizes.len());
        scenarios.extend(sizes.iter().rev().map(|size| -size));
        scenarios.extend_from_slice(&sizes);
        Self::sorted(closes, last_of(closes), sigma, scenarios)
    }

    fn sorted(closes: &[f64], point: f64, sigma: f64, mut scenarios: Vec<f64>) -> Self {
        if scenarios.is_empty() {
            scenarios.push(0.0);
        }
        let thin_history = closes.len() <= RETURNS_THIN;
        Self { last: last_of(closes), point, sigma, scenarios, thin_history }
    }

    /// The close from which the scenarios set out.
    pub fn last(&self) -> f64 {
        self.last
    }

    /// The best single guess.
    pub fn point(&self) -> f64 {
        self.point
    }

    /// The standard deviation expected of the log return over the whole horizon.
    pub fn sigma(&self) -> f64 {
        self.sigma
    }

    /// The log returns from the last close, smallest first, all equally likely.
    pub fn scenarios(&self) -> &[f64] {
        &self.scenarios
    }

    /// The log return below which the share `p` (0 to 1) of the scenarios lies.
    pub fn log_quantile(&self, p: f64) -> f64 {
        quantile(&self.scenarios, p)
    }

    /// The price below which the share `p` (0 to 1) of the scenarios lies.
    pub fn quantile(&self, p: f64) -> f64 {
        (self.last * self.log_quantile(p).exp()).min(f64::MAX)
    }

    /// The chance of ending above the last close; a scenario that stays exactly there counts half.
    pub fn probability_up(&self) -> f64 {
        share_positive(&self.scenarios)
    }

    /// The chance of ending within the fraction `band` (0.05 is 5 %) of the point.
    pub fn confidence(&self, band: f64) -> f64 {
        let shift = log_return(self.last, self.point);
        let low = if band < 1.0 { (-band).ln_1p() } else { f64::NEG_INFINITY };
        share_between(&self.scenarios, shift + low, shift + band.ln_1p())
    }

    /// The figures a caller is shown.
    pub fn forecast(&self) -> Forecast {
        Forecast {
            point: self.point,
            sigma: self.sigma,
            interval_80: [self.quantile(0.1), self.quantile(0.9)],
            interval_95: [self.quantile(0.025), self.quantile(0.975)],
            probability_up: self.probability_up(),
            confidence: self.confidence(CONFIDENCE_BAND),
            thin_history: self.thin_history,
        }
    }
}

/// The newest close; a history is checked before it comes here.
pub(super) fn last_of(closes: &[f64]) -> f64 {
    *closes.last().expect("a checked history has closes")
}
