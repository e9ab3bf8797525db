//! Forecasts that were computed: good until a new day closes, so bounded by assets and horizons.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use aspis_core::clock::Timestamp;

use crate::{forecast::Forecast, prices::Listed};

/// What a forecast is made of: the newest close, and its moment. The moment alone would not do: a held price that is
/// let in changes the close of a day that is over, and a split all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Made {
    as_of: Timestamp,
    closes: usize,
    last: u64,
}

impl Made {
    pub(super) fn of(listed: &Listed) -> Self {
        let last = listed.closes.last().map_or(0, |close| close.to_bits());
        Self { as_of: listed.closes_as_of, closes: listed.closes.len(), last }
    }
}

/// The last forecast of each asset and horizon, with what it was made of.
#[derive(Debug, Default)]
pub(super) struct Known(Mutex<HashMap<String, ByHorizon>>);

type ByHorizon = HashMap<u32, (Made, Forecast)>;

impl Known {
    /// The forecast that was made of this.
    pub(super) fn get(&self, asset: &str, horizon: u32, made: Made) -> Option<Forecast> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (made_of, forecast) = known.get(asset)?.get(&horizon)?;
        (*made_of == made).then_some(*forecast)
    }

    /// Remembers one, unless one from a later close is known: a slow computation may end after a new day has closed.
    pub(super) fn put(&self, asset: &str, horizon: u32, made: Made, forecast: Forecast) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let of_asset = known.entry(asset.to_owned()).or_default();
        if of_asset.get(&horizon).is_none_or(|(made_of, _)| made_of.as_of <= made.as_of) {
            of_asset.insert(horizon, (made, forecast));
        }
    }
}
