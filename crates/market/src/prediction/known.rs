//! Forecasts that were computed: good until a new day closes, so bounded by assets and horizons.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use aspis_core::clock::Timestamp;

use crate::forecast::Forecast;

/// The last forecast of each asset and horizon, with the close that it was made from.
#[derive(Debug, Default)]
pub(super) struct Known(Mutex<HashMap<String, ByHorizon>>);

type ByHorizon = HashMap<u32, (Timestamp, Forecast)>;

impl Known {
    /// The forecast from this close.
    pub(super) fn get(&self, asset: &str, horizon: u32, as_of: Timestamp) -> Option<Forecast> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (made_of, forecast) = known.get(asset)?.get(&horizon)?;
        (*made_of == as_of).then_some(*forecast)
    }

    /// Remembers one, unless one from a later close is known: a slow computation may end after a new day has closed.
    pub(super) fn put(&self, asset: &str, horizon: u32, as_of: Timestamp, forecast: Forecast) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let of_asset = known.entry(asset.to_owned()).or_default();
        if of_asset.get(&horizon).is_none_or(|(made_of, _)| *made_of <= as_of) {
            of_asset.insert(horizon, (as_of, forecast));
        }
    }
}
