//! Predictions: a model behind one port, and the checks that judge whatever it says.

use std::sync::{Arc, Mutex, PoisonError};

use aspis_core::{
    clock::{Clock, Timestamp},
    money::Fixed,
    refusal::{Code, Refusal},
    scenario::price_manipulation::plausible::Plausible,
};

use crate::{
    forecast::{Forecast, ForecastError, Model},
    prices::{Board, Listed},
};

/// The settings of predictions.
#[derive(Debug, Clone)]
pub struct Rules {
    /// Below this confidence an answer carries a warning.
    pub warn_below: f64,
    /// What a caller's own price may be, and how far a prediction may go unheld.
    pub plausible: Plausible,
    /// Sources whose prices may be asked for by name.
    pub trusted_sources: Vec<String>,
}

/// What a caller asks.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Question {
    /// Days ahead; one where nothing is said.
    pub horizon_days: Option<u32>,
    /// A price of the caller's own to start from, for this answer alone.
    pub price: Option<Fixed>,
    /// The trusted source whose price to start from.
    pub source: Option<String>,
}

/// A prediction, as it is answered.
#[derive(Debug, Clone, PartialEq)]
pub struct Prediction {
    /// The asset.
    pub asset_id: String,
    /// Days ahead.
    pub horizon_days: u32,
    /// The price it starts from.
    pub current_price: Fixed,
    /// The best guess.
    pub predicted_price: Fixed,
    /// How far that is from the current price, per cent.
    pub change_pct: f64,
    /// Where eight of ten prices fall.
    pub interval_80: [Fixed; 2],
    /// Where nineteen of twenty prices fall.
    pub interval_95: [Fixed; 2],
    /// The chance that the price rises.
    pub probability_up: f64,
    /// The chance that the price lands within 5 % of the prediction.
    pub confidence: f64,
    /// Which model.
    pub model: &'static str,
    /// How old the last close is.
    pub as_of: Timestamp,
    /// True when the last close is older than it should be.
    pub stale: bool,
    /// True when there is little history behind it.
    pub thin_history: bool,
    /// What to be careful about.
    pub warning: Option<String>,
}

/// Answers questions about the future.
pub struct Predictions {
    board: Arc<Board>,
    model: Box<dyn Model>,
    clock: Arc<dyn Clock>,
    rules: Rules,
    /// The last forecast of each asset and horizon: good until a new day closes.
    known: Mutex<std::collections::HashMap<(String, u32), (Timestamp, Forecast)>>,
}

impl Predictions {
    /// With one model over the current prices.
    pub fn new(board: Arc<Board>, model: Box<dyn Model>, clock: Arc<dyn Clock>, rules: Rules) -> Self {
        Self { board, model, clock, rules, known: Mutex::default() }
    }

    /// Answers one question.
    pub fn ask(&self, asset: &str, question: &Question) -> Result<Prediction, Refusal> {
        let listed = self.board.find(asset)?;
        let horizon = question.horizon_days.unwrap_or(1);
        self.judge(question, horizon, &listed)?;
        let forecast = self.forecast(&listed, horizon)?;
        let current = question.price.unwrap_or(listed.latest.price);
        let answer = self.answer(&listed, horizon, current, &forecast);
        answer.ok_or_else(|| Refusal::because(Code::Unavailable, "The prediction cannot be counted."))
    }

    fn judge(&self, question: &Question, horizon: u32, listed: &Listed) -> Result<(), Refusal> {
        if !crate::forecast::HORIZONS.contains(&horizon) {
            return Err(Refusal::field(
                Code::InvalidInput,
                "horizon_days",
                "out_of_range",
                "must be from 1 to 30",
            ));
        }
        if question.source.as_ref().is_some_and(|source| !self.rules.trusted_sources.contains(source)) {
            let detail = format!("must be one of {}", self.rules.trusted_sources.join(", "));
            return Err(Refusal::field(Code::InvalidInput, "source", "untrusted_source", detail));
        }
        let Some(price) = question.price else { return Ok(()) };
        let judged = self.rules.plausible.judge(price, listed.latest.price);
        judged.map_err(|error| {
            Refusal::field(Code::ImplausiblePrice, "price", "implausible_price", error.to_string())
        })
    }

    /// The model's forecast from the daily closes; computed once for each day, asset and horizon.
    fn forecast(&self, listed: &Listed, horizon: u32) -> Result<Forecast, Refusal> {
        let key = (listed.asset.id.clone(), horizon);
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(&key).copied();
        if let Some((_, forecast)) = known.filter(|(as_of, _)| *as_of == listed.closes_as_of) {
            return Ok(forecast);
        }
        let forecast = self.model.forecast(&listed.closes, horizon).map_err(unpredictable)?;
        self.known
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(key, (listed.closes_as_of, forecast));
        Ok(forecast)
    }

    /// The forecast moved to the price it is asked from: a band is a set of returns, and returns have no price.
    fn answer(
        &self,
        listed: &Listed,
        horizon: u32,
        current: Fixed,
        forecast: &Forecast,
    ) -> Option<Prediction> {
        let last = listed.closes.last().copied()?;
        let moved = |value: f64| Fixed::from_f64(value / last * current.to_f64());
        let band = |[low, high]: [f64; 2]| Some([moved(low)?, moved(high)?]);
        let unmoved = forecast.point.to_bits() == last.to_bits();
        let predicted = if unmoved { current } else { moved(forecast.point)? };
        let stale = listed.latest.is_stale(self.clock.now());
        Some(Prediction {
            asset_id: listed.asset.id.clone(),
            horizon_days: horizon,
            current_price: current,
            predicted_price: predicted,
            change_pct: (forecast.point / last - 1.0) * 100.0,
            interval_80: band(forecast.interval_80)?,
            interval_95: band(forecast.interval_95)?,
            probability_up: forecast.probability_up,
            confidence: forecast.confidence,
            model: self.model.name(),
            as_of: listed.latest.as_of,
            stale,
            thin_history: forecast.thin_history,
            warning: self.warning(forecast, stale),
        })
    }

    fn warning(&self, forecast: &Forecast, stale: bool) -> Option<String> {
        let mut warnings = Vec::new();
        if forecast.confidence < self.rules.warn_below {
            warnings.push(format!(
                "The chance that the price lands within 5 % of this is only {:.0} %.",
                forecast.confidence * 100.0
            ));
        }
        if stale {
            warnings.push("The last price is old.".to_owned());
        }
        if forecast.thin_history {
            warnings.push("There is little history behind this.".to_owned());
        }
        (!warnings.is_empty()).then(|| warnings.join(" "))
    }
}

fn unpredictable(error: ForecastError) -> Refusal {
    tracing::info!(%error, "no forecast");
    Refusal::because(Code::Unavailable, "There is not enough history of this asset to predict from.")
        .retry_after(std::time::Duration::from_secs(3600))
}

impl std::fmt::Debug for Predictions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Predictions({})", self.model.name())
    }
}
