//! The way in for prices, as the settings say.

use std::sync::Arc;

use aspis_core::scenario::price_manipulation::watch;
use aspis_market::ingest::Rules;

use crate::settings::Settings;

pub(crate) fn rules(settings: &Settings) -> Rules {
    let own = &settings.ingest;
    let watch = watch::Rules {
        step_floor: own.step_over.get(),
        step_sigmas: f64::from(own.step_sigmas.get()),
        review: own.review_over.get(),
        cross_floor: own.cross_over.get(),
        vote_wrong: own.distrust_after.get(),
        freeze_run: own.frozen_after.get(),
        release_step: own.release_after.get(),
        release_review: own.release_review_after.get(),
        ..watch::Rules::default()
    };
    Rules {
        watch: Arc::new(watch),
        trusted: settings.market.trusted_sources.as_slice().to_vec(),
        due: settings.review.deadline.get(),
    }
}
