//! Predictions that wait for a person: those that go far, and those that would start from a price that is itself held.
//!
//! The review of a prediction has a name that follows from what is held, and that nobody without the key can make:
//! so equal questions share one review, on every node and after every restart, and its link is worth as much as a
//! secret. Not here: who decides, and reminding them (`review`).

use std::{sync::Arc, time::Duration};

use aspis_core::{
    clock::{Clock, Timestamp},
    event::{Event, Kind, Sink, Source},
    ids::{AccountId, ReviewId},
    money::Fixed,
    refusal::{Code, Refusal, Rule},
    scenario::price_manipulation::plausible::Plausible,
    secret::Secret,
};
use aspis_store::{
    Reviews,
    reviews::{Review, ReviewSubject},
};
use tokio::sync::Mutex;

use super::{Asker, Prediction, Rules, name};
use crate::{forecast::Forecast, prices::Listed};

/// A prediction that is held.
#[derive(Debug, Clone, PartialEq)]
pub struct Held {
    /// The asset.
    pub asset_id: String,
    /// Days ahead.
    pub horizon_days: u32,
    /// The chance that the price lands within the band around what is held.
    pub confidence: f64,
    /// The review that it waits for.
    pub review: ReviewId,
}

impl Held {
    pub(crate) fn of(prediction: &Prediction, review: ReviewId) -> Self {
        let Prediction { asset_id, horizon_days, confidence, .. } = prediction;
        Self { asset_id: asset_id.clone(), horizon_days: *horizon_days, confidence: *confidence, review }
    }
}

/// Why a prediction is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Why {
    /// The newest price is itself held, and this would start from an older one.
    NewestHeld,
    /// It goes further than the rules allow.
    Far,
}

impl Why {
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::NewestHeld => "newest_price_held",
            Self::Far => "far_prediction",
        }
    }

    pub(crate) fn parse(word: &str) -> Option<Self> {
        [Self::NewestHeld, Self::Far].into_iter().find(|why| why.word() == word)
    }

    /// The bar that the hold belongs to: when another has closed, it is over.
    pub(crate) fn bar(self, listed: &Listed) -> Timestamp {
        match self {
            Self::NewestHeld => listed.latest.as_of,
            Self::Far => listed.closes_as_of,
        }
    }
}

/// How a prediction stands.
pub(super) enum Stand {
    /// It waits.
    Waits(ReviewId),
    /// An operator found it good.
    Approved(ReviewId),
}

/// What holds need.
pub(super) struct Holds {
    reviews: Arc<dyn Reviews>,
    key: Secret,
    clock: Arc<dyn Clock>,
    events: Arc<dyn Sink>,
    over: f64,
    due: Duration,
    /// Two who ask the same at once open one review.
    opening: Mutex<()>,
}

impl Holds {
    pub(super) fn new(
        reviews: Arc<dyn Reviews>,
        key: Secret,
        clock: Arc<dyn Clock>,
        events: Arc<dyn Sink>,
        rules: &Rules,
    ) -> Self {
        let (over, due) = (rules.hold_over, rules.due);
        Self { reviews, key, clock, events, over, due, opening: Mutex::default() }
    }

    /// Why a forecast has to wait, if it has to. A caller's own price neither makes a hold nor gets round one: it is
    /// the model alone that is looked at.
    pub(super) fn why(&self, listed: &Listed, forecast: &Forecast, own_price: bool) -> Option<Why> {
        let last = listed.closes.last().copied().and_then(Fixed::from_f64)?;
        let rule = Plausible { max: Fixed::MAX, distance: self.over };
        if Fixed::from_f64(forecast.point).is_none_or(|point| rule.is_beyond(point, last)) {
            return Some(Why::Far);
        }
        (listed.held && !own_price).then_some(Why::NewestHeld)
    }

    /// What has become of a held prediction. The first to ask opens its review.
    pub(super) async fn stand(
        &self,
        listed: &Listed,
        why: Why,
        held: &Prediction,
        asker: &Asker,
    ) -> Result<Stand, Refusal> {
        let bar = why.bar(listed);
        let days = held.horizon_days.to_string();
        // A close that was mended makes another prediction, with a review of its own.
        let close = listed.closes.last().copied().unwrap_or_default().to_bits().to_string();
        let parts = [&*held.asset_id, &*days, &*bar.to_string(), &*close, why.word(), &*held.model];
        let id = name::of(&self.key, &parts);
        let _one_at_a_time = self.opening.lock().await;
        let Some(review) = self.reviews.get(id).await? else {
            self.reviews.open(&self.review(id, why, bar, held, asker.account)).await?;
            self.tell(id, held, asker);
            return Ok(Stand::Waits(id));
        };
        match review.decided {
            None => Ok(Stand::Waits(id)),
            Some(decided) if decided.approved => Ok(Stand::Approved(id)),
            Some(_) => Err(rejected()),
        }
    }

    fn review(
        &self,
        id: ReviewId,
        why: Why,
        bar: Timestamp,
        held: &Prediction,
        by: Option<AccountId>,
    ) -> Review {
        let now = self.clock.now();
        let facts = serde_json::json!({ "bar": bar.to_string(), "prediction": held });
        Review {
            id,
            subject: ReviewSubject::Prediction,
            asset: held.asset_id.clone(),
            why: why.word().to_owned(),
            by,
            source: None,
            facts: facts.to_string(),
            opened: now,
            due: now.plus(self.due),
            reminded: None,
            decided: None,
        }
    }

    fn tell(&self, id: ReviewId, held: &Prediction, asker: &Asker) {
        let Source { client, request } = asker.source;
        let place = format!("{} over {} days, review {id}", held.asset_id, held.horizon_days);
        let rule = Rule { place: Some(place), ..Rule::named("predict.hold_over") };
        let event = Event::of_server(Kind::PredictionHeld, self.clock.now());
        let account = asker.account;
        self.events.record(Event { client, request, account, rule: Some(rule), ..event });
    }
}

/// An operator found it bad: until the next bar there is no other answer.
pub(crate) fn rejected() -> Refusal {
    Refusal::new(Code::PredictionRejected)
}
