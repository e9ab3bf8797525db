//! The backtest itself, asset by asset: it can be ended between two forecasts.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use aspis_core::clock::Timestamp;

use super::figures::{HorizonFigures, Record};
use crate::{
    backtest::{self, BacktestError, Plan, TESTED},
    forecast::{Distribution, ForecastError, Model},
    prices::{Listed, Listing},
};

/// A model that answers until it is told to stop.
pub(super) struct Stoppable {
    pub(super) model: Arc<dyn Model>,
    pub(super) stopped: Arc<AtomicBool>,
}

impl Model for Stoppable {
    fn name(&self) -> &'static str {
        self.model.name()
    }

    fn distribution(&self, closes: &[f64], horizon_days: u32) -> Result<Distribution, ForecastError> {
        if self.stopped.load(Ordering::Relaxed) {
            return Err(ForecastError::Failed("it was told to stop"));
        }
        self.model.distribution(closes, horizon_days)
    }
}

/// Tests the model on every asset; nothing where it was stopped on the way.
pub(super) fn measure(
    model: &Stoppable,
    listing: &Listing,
    origins: usize,
    now: Timestamp,
) -> Option<Record> {
    let mut record = Record {
        computed_at: now,
        model: model.name().to_owned(),
        assets: std::collections::BTreeMap::new(),
    };
    for (id, listed) in listing {
        let figures = one(model, listed, origins);
        if model.stopped.load(Ordering::Relaxed) {
            return None;
        }
        record.assets.insert(id.clone(), figures);
    }
    Some(record)
}

fn one(model: &Stoppable, listed: &Listed, origins: usize) -> Vec<HorizonFigures> {
    // How long it takes is no figure of this report.
    let plan = Plan { model, horizons: &TESTED, origins, timer: &|| Duration::ZERO };
    let series = [(listed.asset.id.clone(), listed.closes.clone())];
    match backtest::run(&plan, &series, &mut |_, _| ()) {
        Ok(report) => report.horizons.iter().map(HorizonFigures::from).collect(),
        Err(BacktestError::NothingToTest) => Vec::new(),
        // The server stops: that is no fault of the model.
        Err(_) if model.stopped.load(Ordering::Relaxed) => Vec::new(),
        Err(error) => {
            tracing::warn!(%error, "no backtest");
            Vec::new()
        }
    }
}
