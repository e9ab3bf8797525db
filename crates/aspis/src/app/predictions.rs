//! Predictions from the settings: the model, the line, the breaker.

use std::sync::Arc;

use aspis_core::{
    money::Fixed,
    scenario::{
        denial_of_service::{breaker, queue},
        price_manipulation::plausible::Plausible,
    },
};
use aspis_market::{
    forecast::{Ets, Fhs, Model},
    prediction::Rules,
    quality,
};
use aspis_watch::metrics::Standing;

use super::App;
use crate::settings::{self, Settings};

/// The model that the settings name.
pub(crate) fn model(settings: &Settings) -> Arc<dyn Model> {
    match settings.predict.model {
        settings::Model::Fhs => Arc::new(Fhs),
        settings::Model::Ets => Arc::new(Ets),
    }
}

/// Has the numbers about predictions asked for here. The metrics do not keep the application alive.
pub(super) fn count(app: &Arc<App>) {
    let asked = Arc::downgrade(app);
    app.metrics.ask_predictions_at(move || {
        let counts = asked.upgrade()?.predictions.counts();
        Some(Standing {
            waiting: counts.waiting,
            computing: counts.computing,
            stuck: counts.stuck,
            shared: counts.shared,
            refused: counts.refused,
            breaker: counts.breaker,
        })
    });
}

pub(super) fn rules(settings: &Settings) -> Rules {
    let max = Fixed::from_whole(settings.predict.max_price.get());
    Rules {
        warn_below: settings.predict.warn_below.get(),
        plausible: Plausible {
            max: max.unwrap_or(Fixed::MAX),
            distance: settings.predict.implausible_over.get(),
        },
        trusted_sources: settings.market.trusted_sources.as_slice().to_vec(),
        queue: queue(settings),
        breaker: breaker(settings),
        timeout: settings.predict.timeout.get(),
        hold_over: settings.predict.hold_over.get(),
        due: settings.review.deadline.get(),
    }
}

/// How often, and how thoroughly, the model is tested.
pub(super) fn testing(settings: &Settings) -> quality::Rules {
    let own = &settings.predict;
    quality::Rules { every: own.backtest.get(), origins: own.backtest_origins.get() }
}

fn queue(settings: &Settings) -> queue::Rules {
    queue::Rules {
        places: settings.admission.queue.get(),
        longest: settings.admission.queue_time.get(),
        workers: workers(settings.predict.workers.get()),
    }
}

/// The numbers of every breaker: of the predictions and of the database.
pub(super) fn breaker(settings: &Settings) -> breaker::Rules {
    let own = &settings.breaker;
    breaker::Rules {
        results: own.results.get(),
        from: own.from.get(),
        share: own.share.get(),
        open: own.open.get(),
        probes: own.probes.get(),
    }
}

/// Where nothing is said, one for every two cores: the other half answers requests.
fn workers(set: usize) -> usize {
    let cores = || std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    if set > 0 { set } else { (cores() / 2).max(1) }
}
