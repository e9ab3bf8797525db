//! A forecast becomes an answer: moved to the price it is asked from, with what to be careful about.

use std::borrow::Cow;

use aspis_core::{clock::Timestamp, ids::ReviewId, money::Fixed};
use serde::{Deserialize, Serialize};

use super::Asked;
use crate::forecast::Forecast;

/// A prediction, as it is answered and as its review keeps it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
    pub model: Cow<'static, str>,
    /// How old the last close is.
    #[serde(with = "moment")]
    pub as_of: Timestamp,
    /// True when the last close is older than it should be.
    pub stale: bool,
    /// True when there is little history behind it.
    pub thin_history: bool,
    /// True where the price it starts from has one source, and nothing checks that.
    pub single_source: bool,
    /// What to be careful about.
    pub warning: Option<String>,
    /// The review that found it good, where it was held.
    #[serde(skip)]
    pub review: Option<ReviewId>,
}

/// A moment as people read it.
mod moment {
    use aspis_core::clock::Timestamp;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes it like this")]
    pub(super) fn serialize<S: Serializer>(at: &Timestamp, out: S) -> Result<S::Ok, S::Error> {
        out.collect_str(at)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Timestamp, D::Error> {
        let text = String::deserialize(from)?;
        Timestamp::parse(&text).ok_or_else(|| D::Error::custom("no moment"))
    }
}

/// The forecast moved to the price it is asked from: a band is a set of returns, and returns have no price.
pub(super) fn of(asked: &Asked, forecast: &Forecast, warn_below: f64, now: Timestamp) -> Option<Prediction> {
    let Asked { listed, horizon, current, model } = asked;
    let last = listed.closes.last().copied()?;
    let moved = |value: f64| Fixed::from_f64(value / last * current.to_f64());
    let band = |[low, high]: [f64; 2]| Some([moved(low)?, moved(high)?]);
    let unmoved = forecast.point.to_bits() == last.to_bits();
    let stale = listed.latest.is_stale(now);
    Some(Prediction {
        asset_id: listed.asset.id.clone(),
        horizon_days: *horizon,
        current_price: *current,
        predicted_price: if unmoved { *current } else { moved(forecast.point)? },
        change_pct: (forecast.point / last - 1.0) * 100.0,
        interval_80: band(forecast.interval_80)?,
        interval_95: band(forecast.interval_95)?,
        probability_up: forecast.probability_up,
        confidence: forecast.confidence,
        model: (*model).into(),
        as_of: listed.latest.as_of,
        stale,
        thin_history: forecast.thin_history,
        single_source: listed.latest.single_source,
        warning: warning(forecast, warn_below, stale),
        review: None,
    })
}

fn warning(forecast: &Forecast, warn_below: f64, stale: bool) -> Option<String> {
    let mut warnings = Vec::new();
    if forecast.confidence < warn_below {
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
